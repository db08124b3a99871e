import keras


class LogMeans:
    """Means over an epoch, one for each log.

    A plain object, because Keras closes the state of a model that has been
    used, and a model may be compiled again.
    """

    def __init__(self, names):
        self.metrics = [keras.metrics.Mean(name=name) for name in names]

    def update(self, values, batch_size):
        """Adds what a batch has given.

        Args:
            values: Dict of a scalar for each log, the mean over the batch, or
                of a pair of that over some of its samples, and their number.
            batch_size: Integer.
        """
        for metric in self.metrics:
            value = values[metric.name]
            mean, count = (
                value if isinstance(value, tuple) else (value, batch_size)
            )
            metric.update_state(mean, sample_weight=count)
