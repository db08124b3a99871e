import numpy as np


class NonFiniteLogs:
    """Logs that are NaN or infinite."""

    patience = 1

    def examine(self, model, logs):
        names = [name for name, value in logs.items() if not np.isfinite(value)]
        figures = {"not_finite": len(names)}
        if not names:
            return figures, {}
        return figures, {
            "NaN in the logs": f"{', '.join(names)} is NaN or infinite, "
            "and training will not recover. Begin anew, or from an earlier "
            "checkpoint, with a smaller learning rate or `clipnorm` in the "
            "optimizer, and look for NaN in the data."
        }
