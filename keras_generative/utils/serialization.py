"""Objects as strings and dicts: ids, and configs that every backend reads."""

import keras


class Registry:
    """Turns an id, a serialized config or an object into an object.

    Args:
        base: The class every object of the family must be an instance of.
        classes: Dict of id to class. Each class can be made without arguments.
        name: String, what an object of the family is called in errors.
    """

    def __init__(self, base, classes, name):
        self.base = base
        self.classes = classes
        self.name = name

    def get(self, identifier):
        """Returns the object that `identifier` names.

        Raises:
            ValueError: If the id is unknown or the object is of another kind.
        """
        if isinstance(identifier, str) and identifier in self.classes:
            return self.classes[identifier]()
        if isinstance(identifier, dict):
            identifier = keras.saving.deserialize_keras_object(identifier)
        if not isinstance(identifier, self.base):
            raise ValueError(
                f"Unknown {self.name}. Allowed are a "
                f"`{self.base.__name__}` object or one of the ids "
                f"{sorted(self.classes)}. "
                f"Received: {identifier!r}"
            )
        return identifier


def portable(config):
    """A serialized config under Keras' public names, for every backend.

    On torch Keras serializes its optimizers as the classes of its own that
    stand behind those names there, which no other backend can run.

    Args:
        config: What `keras.saving.serialize_keras_object` returned.
    """
    if isinstance(config, (list, tuple)):
        return [portable(item) for item in config]
    if not isinstance(config, dict):
        return config
    config = {key: portable(value) for key, value in config.items()}
    if ".torch.optimizers" in str(config.get("module")):
        config.update(module="keras.optimizers", registered_name=None)
    return config
