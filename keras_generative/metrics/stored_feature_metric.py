from keras_generative.metrics.feature_metric import FeatureMetric
from keras_generative.metrics.feature_metric import check_reference
from keras_generative.metrics.feature_store import FeatureStore


class StoredFeatureMetric(FeatureMetric):
    """Base of the metrics that look at all features at once.

    Args:
        features: As of `FeatureMetric`.
        reference: Likewise. It must hold features.
        name: Likewise.
    """

    def __init__(self, features=None, reference=None, name=None):
        check_holds_features(reference)
        super().__init__(
            FeatureStore(), FeatureStore(), features, reference, name
        )

    def gathered(self, minimum):
        """Features of all real and of all fake images.

        Args:
            minimum: Integer, how many there must be of each.

        Returns:
            `(real, fake)`, float arrays of shape (count, dim). They may be
            large: what is computed of them in float64 is so in blocks.
        """
        if self.reference is None:
            real = self.real.result()
        else:
            real = self.reference.features
        fake = self.fake.result()
        if min(len(real), len(fake)) < minimum:
            raise ValueError(
                f"`{self.name}` needs at least {minimum} real and {minimum} "
                f"fake images. Received: {len(real)} real, {len(fake)} fake"
            )
        return real, fake


def check_holds_features(reference):
    """Raises a `ValueError` if there is a reference without features."""
    check_reference(reference)
    if reference is not None and not reference.has_features:
        raise ValueError(
            "This metric needs a reference that was made with "
            f"`keep_features=True`. Received: reference={reference!r}"
        )
