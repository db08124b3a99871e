from keras_generative import backend


def check_shares(model, num_images, batch_size):
    """Raises a `ValueError` if replicas cannot share batches evenly.

    Args:
        model: `keras.Model` under whose strategy the batches are used.
        num_images: Integer, 0 where batches are not made by Keras.
        batch_size: Positive integer or `None`, as `fit` takes it.
    """
    num_replicas = backend.replicas_of(model)
    batch_size = batch_size or 32  # Keras' default
    first, last = min(batch_size, num_images), num_images % batch_size
    if first % num_replicas or last % num_replicas:
        raise ValueError(
            "The batch size, and what is left for the last batch, must be "
            f"multiples of the number of replicas, {num_replicas}, so that "
            "each sees as many images as the others. "
            f"Received: batch_size={batch_size} for {num_images} images"
        )
