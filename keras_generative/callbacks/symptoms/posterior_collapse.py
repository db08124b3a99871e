import keras

# Nats. In runs of `benchmarks/doctor.py` healthy VAEs had 0.65 or more after
# the first epoch and 4.7 or more later; one that collapsed had 0.12 after the
# first and 0.02 or less later.
COLLAPSED = 0.1
# beta * KL over the reconstruction loss: at most 0.20 in healthy runs.
DWARFING = 1.0


class PosteriorCollapse:
    """A VAE whose latents say nothing of the image, or are all it minds."""

    patience = 3

    def examine(self, model, logs):
        if "kl_loss" not in logs or "reconstruction_loss" not in logs:
            return {}, {}
        kl_loss = float(logs["kl_loss"])
        reconstruction_loss = abs(float(logs["reconstruction_loss"]))
        beta = float(keras.ops.convert_to_numpy(getattr(model, "beta", 1.0)))
        ratio = beta * kl_loss / max(reconstruction_loss, 1e-12)
        complaints = {}
        if kl_loss < COLLAPSED:
            complaints["posterior collapse"] = (
                f"The KL is {kl_loss:.2g} nats, so the latents say next to "
                "nothing of the image, and all reconstructions are alike. Try "
                "a smaller `beta` than "
                f"{beta:g}, `BetaWarmup`, or a weaker decoder, and look "
                "whether the reconstruction loss is summed over the pixels."
            )
        if ratio > DWARFING:
            complaints["a KL that dwarfs reconstruction"] = (
                f"beta * KL is {ratio:.2g} times the reconstruction loss, so "
                "training is all about the prior and not about images. Try a "
                f"smaller `beta` than {beta:g} or `BetaWarmup`, and look at "
                "the range of the data."
            )
        return {"kl_ratio": ratio}, complaints
