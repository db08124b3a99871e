class Part:
    """What a diffusion model is made of: an object with a config.

    A subclass with arguments returns them in `get_config`.
    """

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)
