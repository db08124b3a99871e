"""Imports what is installed, trains a model, and saves, loads and draws it."""

import sys

import keras
import numpy as np

before = set(sys.modules)
import keras_generative as kg  # noqa: E402

# What takes long to import, or may not be there, waits until it is used.
early = {"wandb", "matplotlib", "PIL", "sklearn"} & set(sys.modules) - before
if early:
    sys.exit(f"imported with the package: {early}")

model = kg.models.VAE(
    kg.networks.mlp_encoder((28, 28, 1), 2, gaussian=True),
    kg.networks.mlp_decoder(2, (28, 28, 1)),
)
model.compile("adam")
images = np.zeros((32, 28, 28, 1), "float32")
history = model.fit(images, batch_size=8, verbose=0)
model.save("vae.keras")
loaded = keras.models.load_model("vae.keras")
generated = loaded.generate(4, seed=1)
np.testing.assert_allclose(generated, model.generate(4, seed=1), atol=1e-5)

# What matplotlib and Pillow draw, and weights that come with the package.
kg.writers.DiskWriter("pictures").write(
    "curves", kg.visualization.plot_history(history), step=1
)
features = kg.features.DigitClassifier()(generated)
np.testing.assert_equal(features.shape, (4, 64))

print(
    f"keras_generative {kg.__version__}, Keras {keras.__version__} on "
    f"{keras.config.backend()}, Python {sys.version.split()[0]}: works"
)
