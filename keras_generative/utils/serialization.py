"""Objects as strings and dicts: ids, and configs that every backend reads."""

import keras


class Registry:
    """Turns an id, a serialized config or an object into an object.

    Args:
        base: The class every object of the family must be an instance of.
        classes: Dict of id to class. Each class can be made without arguments.
        name: String, what an object of the family is called in errors.
        hints: Dict of what people ask for in vain to what they may mean.
            Defaults to none.
    """

    def __init__(self, base, classes, name, hints=()):
        self.base = base
        self.classes = classes
        self.name = name
        self.hints = dict(hints)

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
            hint = self.hints.get(_name_of(identifier), "")
            raise ValueError(
                f"Unknown {self.name}. Allowed are objects of "
                f"`{self.base.__name__}` and the ids "
                f"{sorted(self.classes)}. {hint}"
                f"Received: {identifier!r}"
            )
        return identifier


def _name_of(identifier):
    for attribute in ("name", "__name__"):
        identifier = getattr(identifier, attribute, identifier)
    return identifier if isinstance(identifier, str) else None


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
