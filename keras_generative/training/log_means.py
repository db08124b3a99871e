import keras


class LogMeans:
    """Means over an epoch, one for each log.

    A plain object, because Keras closes the state of a model that has been
    used, and a model may be compiled again.
    """

    def __init__(self, names):
        self.metrics = [keras.metrics.Mean(name=name) for name in names]

    def update(self, values, batch_size):
        for metric in self.metrics:
            metric.update_state(values[metric.name], sample_weight=batch_size)
