import keras


def export_network(model, name, filepath, arguments):
    """Exports a network of a model, as `keras.Model.export` does.

    Args:
        model: `GenerativeModel`.
        name: String, the attribute that holds the network.
        filepath: String or path.
        arguments: Dict of other arguments of `keras.Model.export`.

    Raises:
        ValueError: If there is no such network.
        RuntimeError: If Keras cannot export it on this backend.
    """
    network = getattr(model, name, None) if isinstance(name, str) else None
    if not isinstance(network, keras.Model):
        raise ValueError(
            "Argument `network` must name a network of the model, as "
            f"{model.sample_network!r}. Received: network={name!r}"
        )
    # Keras exports some formats only of what was called.
    inputs = [
        keras.ops.zeros((1, *x.shape[1:]), x.dtype)
        for x in getattr(network, "inputs", None) or ()
    ]
    if inputs:
        network(inputs if len(inputs) > 1 else inputs[0])
    try:
        network.export(filepath, **arguments)
    except ImportError:
        raise
    # Whatever the exporters of the frameworks may raise.
    except Exception as error:
        export_format = arguments.get("format", "tf_saved_model")
        raise RuntimeError(
            f"Keras could not export the `{name}` on the backend "
            f"{keras.config.backend()!r}. Save the model, load it where "
            "KERAS_BACKEND is 'tensorflow' or 'jax', and export it there, or "
            "try another `format`. "
            f"Received: format={export_format!r}, where it says: "
            f"{str(error)[:500]}"
        ) from error
