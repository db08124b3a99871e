"""The public names, and that each is documented."""

import inspect
import pathlib
import re

import pytest

import keras_generative as kg

NAMES = {
    "callbacks": [
        "BackupAndRestore",
        "BetaWarmup",
        "Doctor",
        "GenerativeEvaluator",
        "LatentPlotLogger",
        "PictureLogger",
        "ReconstructionLogger",
        "SampleGridLogger",
        "ScalarLogger",
        "TensorBoardLogger",
        "TranslationLogger",
        "WandbCheckpoint",
        "WandbLogger",
    ],
    "datasets": [
        "CroppedPairs",
        "ImageFolder",
        "PairedBatches",
        "ShuffledBatches",
        "SideBySideFolder",
        "UnpairedBatches",
        "load",
    ],
    "diffusion": [
        "CosineSchedule",
        "Coupling",
        "DDIM",
        "DDPM",
        "DPMSolver",
        "EDMSchedule",
        "EpsilonPrediction",
        "Heun",
        "LinearSchedule",
        "MinSNRWeighting",
        "OptimalTransport",
        "Prediction",
        "Sampler",
        "Schedule",
        "UniformWeighting",
        "VPrediction",
        "VelocityPrediction",
        "Weighting",
        "X0Prediction",
    ],
    "features": [
        "DigitClassifier",
        "FIDInception",
        "FeatureNetwork",
        "KerasApplication",
        "resize",
    ],
    "layers": [
        "DiffColor",
        "DiffCutout",
        "DiffTranslation",
        "GaussianSampling",
        "SharedLogScale",
        "diff_augment",
    ],
    "losses": [
        "AdversarialLoss",
        "BoundarySeekingLoss",
        "DRAGANPenalty",
        "DiscretizedLogisticNLL",
        "GaussianNLL",
        "GradientPenalty",
        "HingeLoss",
        "LeastSquaresLoss",
        "MinimaxLoss",
        "NegativeLogLikelihood",
        "NonSaturatingLoss",
        "Penalty",
        "R1Penalty",
        "R2Penalty",
        "RelativisticLoss",
        "WassersteinLoss",
        "WeightClipping",
        "bits_per_dimension",
        "get",
        "standard_normal_kl",
        "summed_over_sample",
    ],
    "metrics": [
        "DensityCoverage",
        "FeatureMetric",
        "FrechetDistance",
        "InceptionScore",
        "KernelDistance",
        "MultiScaleSSIM",
        "PSNR",
        "PixelMetric",
        "PrecisionRecall",
        "Reference",
        "SSIM",
        "SlicedWasserstein",
    ],
    "models": [
        "ACGAN",
        "AdversarialAutoencoder",
        "AdversarialModel",
        "Autoencoder",
        "CycleGAN",
        "Diffusion",
        "FlowMatching",
        "BiGAN",
        "GAN",
        "GenerativeModel",
        "ImageTranslation",
        "InfoGAN",
        "SemiSupervisedGAN",
        "VAE",
    ],
    "networks": [
        "conv1d_decoder",
        "conv1d_discriminator",
        "conv1d_encoder",
        "conv1d_generator",
        "conv_decoder",
        "conv_encoder",
        "dcgan_discriminator",
        "dcgan_generator",
        "dit",
        "joint_discriminator",
        "mlp_decoder",
        "mlp_denoiser",
        "mlp_discriminator",
        "mlp_encoder",
        "mlp_generator",
        "patch_discriminator",
        "residual_discriminator",
        "residual_generator",
        "resnet_generator",
        "unet",
        "unet1d",
        "unet_generator",
    ],
    "optimizers": ["GradientNorm", "OptimizerGroup"],
    "priors": ["GaussianMixture", "Prior", "StandardNormal"],
    "visualization": [
        "error_grid",
        "image_columns",
        "image_grid",
        "latent_interpolation_points",
        "latent_manifold_points",
        "latent_scatter",
        "plot_history",
        "plot_precision_recall",
        "reconstruction_grid",
    ],
    "writers": [
        "DiskWriter",
        "FilmWriter",
        "MemoryWriter",
        "NotebookWriter",
        "TensorBoardWriter",
        "WandbWriter",
        "default_writers",
    ],
}
# Bases and helpers, which the classes that use them show at work.
WITHOUT_EXAMPLE = {
    "AdversarialLoss",
    "Coupling",
    "NegativeLogLikelihood",
    "FeatureMetric",
    "Penalty",
    "PixelMetric",
    "Prediction",
    "Prior",
    "Sampler",
    "ScalarLogger",
    "Schedule",
    "Weighting",
    "default_writers",
    "standard_normal_kl",
    "summed_over_sample",
}
# What a train step of one's own needs. The rest of `backend` may change.
BACKEND = {
    "input_gradient",
    "minimize",
    "minimize_through",
    "random_normal",
    "random_uniform",
    "sum_losses",
    "test_step",
    "train_step",
    "value_and_grad",
    "vjp",
}
ALL = [(package, name) for package in NAMES for name in NAMES[package]]


@pytest.mark.parametrize("package", NAMES)
def test_public_names(package):
    module = getattr(kg, package)
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert public == set(NAMES[package])


@pytest.mark.parametrize("package, name", ALL)
def test_documented(package, name):
    thing = getattr(getattr(kg, package), name)
    doc = inspect.getdoc(thing)
    # The first line says what it is, in one sentence.
    assert doc.splitlines()[0].endswith(".")
    constructor = thing.__init__ if inspect.isclass(thing) else thing
    parameters = [
        parameter
        for parameter in inspect.signature(constructor).parameters
        if parameter not in ("self", "args", "kwargs")
    ]
    if parameters:
        assert "Args:" in doc
        for parameter in parameters:
            assert f"{parameter}:" in doc, parameter
    if name not in WITHOUT_EXAMPLE:
        assert "Example:" in doc


def test_public_functions_of_the_backend():
    page = pathlib.Path(__file__).parents[1] / "docs" / "api" / "backend.md"
    (listed,) = re.findall("{public-names} backend (.*)", page.read_text())
    assert set(listed.split()) == BACKEND
    assert set(re.findall(r"`(\w+)`", kg.backend.__doc__)) == BACKEND
    for name in BACKEND:
        doc = inspect.getdoc(getattr(kg.backend, name))
        assert doc.splitlines()[0].endswith(".")


def test_version():
    assert kg.__version__.count(".") == 2
