from keras_generative.metrics.feature_metric import FeatureMetric
from keras_generative.metrics.feature_store import FeatureStore


class StoredFeatureMetric(FeatureMetric):
    """Base of the metrics that look at all features at once.

    Args:
        features: As of `FeatureMetric`.
        reference: Likewise. It must hold features.
        name: Likewise.
    """

    def __init__(self, features=None, reference=None, name=None):
        if reference is not None and reference.features is None:
            raise ValueError(
                "This metric needs a reference that was made with "
                f"`keep_features=True`. Received: reference={reference!r}"
            )
        super().__init__(
            FeatureStore(), FeatureStore(), features, reference, name
        )

    def gathered(self, minimum):
        """Features of all real and of all fake images.

        Args:
            minimum: Integer, how many there must be of each.

        Returns:
            `(real, fake)`, float64 arrays of shape (count, dim).
        """
        if self.reference is None:
            real = self.real.result()
        else:
            real = self.reference.features.astype("float64")
        fake = self.fake.result()
        if min(len(real), len(fake)) < minimum:
            raise ValueError(
                f"`{self.name}` needs at least {minimum} real and {minimum} "
                f"fake images. Received: {len(real)} real, {len(fake)} fake"
            )
        return real, fake
