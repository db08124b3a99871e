import keras


class FurtherMetrics:
    """Keras metrics that a user adds to the logs.

    A plain object, because Keras closes the state of a model that has been
    used, and a model may be compiled again.

    Args:
        metrics: List of `keras.metrics.Metric`s, their ids, or functions of
            `(y_true, y_pred)`.
        log_names: Names that the logs have besides.

    Raises:
        ValueError: If one is no metric, or its name is taken.
    """

    def __init__(self, metrics, log_names):
        if not isinstance(metrics, (list, tuple)):
            raise ValueError(
                "Argument `metrics` must be a list of Keras metrics or their "
                f"ids. Received: metrics={metrics!r}"
            )
        # What is saved. Of a metric that is made of a function Keras would
        # load the function in the place of its name.
        self.identifiers = list(metrics)
        self.metrics = [self._get(metric) for metric in metrics]
        names = [*log_names, *(metric.name for metric in self.metrics)]
        if len(set(names)) < len(names):
            raise ValueError(
                "Each metric needs a name of its own, since it is a key of "
                f"the logs. Received: metrics={metrics!r}"
            )

    @staticmethod
    def _get(identifier):
        metric = keras.metrics.get(identifier)
        if metric is None:
            raise ValueError(
                "Argument `metrics` must hold Keras metrics. "
                "Received: None among them"
            )
        if isinstance(metric, keras.metrics.Metric):
            return metric
        name = identifier if isinstance(identifier, str) else metric.__name__
        return keras.metrics.MeanMetricWrapper(metric, name=name)

    def update(self, y_true, y_pred):
        for metric in self.metrics:
            metric.update_state(y_true, y_pred)
