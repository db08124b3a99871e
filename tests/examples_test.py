"""Each example runs as a user would run it, only shorter."""

import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

import keras_generative  # noqa: F401, so that Keras knows its classes
from tests import offline_run
from tests.test_case import IMAGE_SHAPE
from tests.test_case import make_compiled

ROOT = pathlib.Path(__file__).parents[1]
PICTURES = {
    "autoencoder": [
        "history",
        "latent_space",
        "random_latents",
        "reconstructions",
    ],
    "vae": [
        "generated",
        "history",
        "latent_manifold",
        "latent_space",
        "reconstructions",
    ],
    "conditional_vae": [
        "generated",
        "history",
        "latent_space",
        "reconstructions",
    ],
    "dcgan": ["history", "samples"],
    "conditional_dcgan": ["classes", "history", "samples"],
    "wgan_gp": ["history", "samples"],
    "stacked_digits": ["history", "samples"],
    "tabular": ["gan", "gan_history", "real", "vae", "vae_history"],
    "time_series": ["history", "series"],
    "acgan": ["history", "samples"],
    "infogan": ["codes", "history", "samples"],
    "semi_supervised_gan": ["history", "samples"],
    "pix2pix": ["history", "translations"],
    "cycle_gan": ["history", "translations_ab", "translations_ba"],
    "diffusion": ["guidance", "history", "samples"],
    "flow_matching": ["history", "samples"],
    "bigan": ["history", "reconstructions", "samples"],
    "adversarial_autoencoder": [
        "history",
        "latent_space",
        "reconstructions",
        "samples",
    ],
    "image_folder": ["history", "samples"],
    "sweep_latent_dim": ["comparison"],
}
# Where these are not the one that is named like the example.
MODELS = {"tabular": ["gan", "vae"]}
# What `--wandb` logs beside the pictures.
GAN_LOGS = [
    "generator_loss",
    "discriminator_loss",
    "discriminator_accuracy",
    "real_score",
    "fake_score",
]
EVALUATED = [
    "digit_classifier_frechet_distance",
    "digit_classifier_kernel_distance",
    "digit_classifier_kernel_distance_standard_error",
    "digit_classifier_precision_recall_precision",
    "digit_classifier_precision_recall_recall",
    "digit_classifier_density_coverage_density",
    "digit_classifier_density_coverage_coverage",
    "digit_probabilities_inception_score",
    "sliced_wasserstein",
]
LOGS = {
    "autoencoder": ["loss", "val_loss"],
    "vae": ["loss", "val_loss", "kl_loss", "reconstruction_loss"],
    "conditional_vae": ["loss", "val_loss", "kl_loss", "reconstruction_loss"],
    "dcgan": [*GAN_LOGS, "r1_penalty"],
    "conditional_dcgan": [*GAN_LOGS, "r1_penalty"],
    "stacked_digits": [*GAN_LOGS, "r1_penalty", "r2_penalty"],
    "time_series": [*GAN_LOGS, "r1_penalty"],
    "wgan_gp": [*GAN_LOGS, "gradient_penalty"],
    "acgan": [*GAN_LOGS, "class_accuracy", "fake_class_accuracy"],
    "infogan": [*GAN_LOGS, "mutual_information"],
    "semi_supervised_gan": [*GAN_LOGS, "class_loss", "class_accuracy"],
    "pix2pix": [*GAN_LOGS, "reconstruction_loss", "psnr"],
    "cycle_gan": [*GAN_LOGS, "cycle_loss"],
    "diffusion": ["loss"],
    "flow_matching": ["loss"],
    "bigan": [*GAN_LOGS, "r1_penalty"],
    "adversarial_autoencoder": [*GAN_LOGS, "reconstruction_loss"],
}


def run(name, arguments, folder, environment=()):
    return subprocess.run(
        [sys.executable, ROOT / f"examples/{name}.py", *arguments.split()],
        cwd=folder,
        env={
            **without_wandb(os.environ),
            "PYTHONPATH": str(ROOT),
            # Lest a sweep begins where someone is logged in.
            "WANDB_MODE": "offline",
            "WANDB_SILENT": "true",
            **dict(environment),
        },
        capture_output=True,
        text=True,
    )


def without_wandb(environment):
    """What runs of this process have left would bring others to its folder."""
    return {k: v for k, v in environment.items() if not k.startswith("WANDB")}


def test_every_example_is_tested():
    examples = {path.stem for path in (ROOT / "examples").glob("*.py")}
    assert examples == {*PICTURES, "evaluate"}


def images_of_noise():
    return np.random.default_rng(0).integers(0, 256, (64, 8, 8), "uint8")


def image_arguments(folder):
    labels = np.arange(64) % 10
    np.savez(folder / "data.npz", x_train=images_of_noise(), y_train=labels)
    return " --dataset data.npz"


def folder_arguments(folder):
    for index, image in enumerate(images_of_noise()):
        path = folder / f"folder/{index % 2}/{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        # Of several sizes.
        keras.utils.save_img(path, image[: 8 - index % 3, :, None])
    return " --dataset folder --image-size 8"


def series_arguments(folder):
    series = np.random.default_rng(0).normal(size=(64, 8, 3))
    np.save(folder / "data.npy", series)
    return " --dataset data.npy"


# What an example is given to learn from, where that is not a file of images.
DATA = {
    "image_folder": folder_arguments,
    "flow_matching": lambda folder: " --dataset circles",
    "tabular": lambda folder: " --dataset wine",
    "time_series": series_arguments,
}


@pytest.mark.parametrize("name", PICTURES)
def test_example(name, tmp_path):
    arguments = "--epochs 2 --batch-size 32 --output out"
    if name in LOGS:
        arguments += " --wandb digits"
    if name == "stacked_digits":
        arguments += " --num-images 8"
    arguments += DATA.get(name, image_arguments)(tmp_path)
    result = run(name, arguments, tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Epoch 2/2" in result.stdout
    # Where everything is, and then one line of result.
    assert str(tmp_path / "out") in result.stdout.splitlines()[-2]
    assert any(c.isdigit() for c in result.stdout.splitlines()[-1])
    pictures = {
        p.stem.rsplit("_", 1)[0] for p in (tmp_path / "out").glob("*.png")
    }
    assert pictures == set(PICTURES[name])
    for model in MODELS.get(name, [name]):
        path = tmp_path / f"out/{model}.keras"
        assert keras.models.load_model(path).compiled
    if name == "sweep_latent_dim":
        check_runs(tmp_path / "out/wandb")
    if name in LOGS:
        check_run(tmp_path / "wandb", [*PICTURES[name], *LOGS[name]])


GENERATED = {"samples", "nearest", "precision_recall"}


@pytest.mark.parametrize(
    "name, pictures, figures",
    [
        ("autoencoder", {"worst_reconstructions"}, ["psnr"]),
        ("vae", {"worst_reconstructions", *GENERATED}, EVALUATED + ["psnr"]),
        ("gan", GENERATED, EVALUATED),
        ("conditional_gan", GENERATED, EVALUATED),
        (
            "conditional_vae",
            {"worst_reconstructions", *GENERATED},
            EVALUATED + ["psnr"],
        ),
        ("infogan", GENERATED, EVALUATED),
    ],
)
def test_evaluate(name, pictures, figures, tmp_path):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (150, *IMAGE_SHAPE), "uint8")
    np.savez(tmp_path / "data.npz", x_train=images, y_train=np.arange(150) % 4)
    make_compiled(name).save(tmp_path / "model.keras")
    arguments = "model.keras --dataset data.npz --num-images 12 --output out"
    result = run("evaluate", arguments, tmp_path)
    assert result.returncode == 0, result.stderr
    drawn = {p.stem.rsplit("_", 1)[0] for p in (tmp_path / "out").glob("*.png")}
    assert drawn == {"ways", *pictures}
    *table, last = result.stdout.splitlines()
    assert "12 images" in last and str(tmp_path / "out") in last
    table = dict(line.split() for line in table if "━" not in line)
    assert list(table) == figures
    assert all(np.isfinite(float(figure)) for figure in table.values())


def check_run(folder, names):
    """One offline run with logs and pictures, each over the steps."""
    (path,) = folder.glob("offline-run-*/*.wandb")
    records = offline_run.read_file(path)
    (run,) = [r.run for r in records if r.HasField("run")]
    assert run.project == "digits"
    logged = {}
    for record in records:
        keys = {item.nested_key[0] for item in record.history.item}
        for key in keys:
            logged.setdefault(key, []).append("step" in keys)
    assert set(names) <= set(logged)
    assert all(all(logged[name]) for name in names)


def check_runs(folder):
    """One group of offline runs, one for each size."""
    sizes = []
    for path in folder.glob("offline-run-*/*.wandb"):
        records = offline_run.read_file(path)
        (run,) = [r.run for r in records if r.HasField("run")]
        assert run.run_group == "latent_dim"
        (size,) = [i for i in run.config.update if i.key == "latent_dim"]
        sizes.append(int(size.value_json))
        assert any(r.HasField("history") for r in records)
    assert sorted(sizes) == [2, 10, 100]


def test_the_image_folder_needs_images(tmp_path):
    result = run("image_folder", "--dataset .", tmp_path)
    assert result.returncode != 0
    assert "A folder of images must hold" in result.stderr


@pytest.mark.parametrize("name", [*PICTURES, "evaluate"])
def test_example_is_short(name):
    source = (ROOT / f"examples/{name}.py").read_text()
    assert len(source.splitlines()) <= 100
