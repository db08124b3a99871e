from keras_generative.utils.batching import standard_normal


class StandardNormal:
    def sample(self, num_samples, latent_shape, seed=None):
        return standard_normal(num_samples, latent_shape, seed)
