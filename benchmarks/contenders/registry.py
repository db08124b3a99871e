"""Who takes part in which race, on which backend of Keras."""

import dataclasses
import importlib

TRAINING = ("autoencoder", "vae", "gan", "wgan_gp")


@dataclasses.dataclass(frozen=True)
class Contender:
    module: str
    name: str  # of the class
    backend: str = "numpy"  # of Keras; by default none is imported
    arguments: dict = dataclasses.field(default_factory=dict)
    kinds: tuple = TRAINING
    actions: tuple = ("train",)
    policies: tuple = ("float32", "mixed_bfloat16")

    def takes(self, task):
        return (
            task.kind in self.kinds
            and task.action in self.actions
            and task.policy in self.policies
            and (self.module != "pythae_trainer" or task.networks == "mlp")
        )

    def make(self, task):
        module = importlib.import_module(f"contenders.{self.module}")
        return getattr(module, self.name)(task, **self.arguments)


def ours(backend, **arguments):
    # Arguments of `compile` make a difference in training alone.
    actions = ("train",)
    if not arguments:
        actions += ("epochs", "generate", "encode")
    return Contender("ours", "Ours", backend, arguments, actions=actions)


CONTENDERS = {
    "ours tensorflow": ours("tensorflow"),
    "ours tensorflow XLA": ours("tensorflow", jit_compile=True),
    "ours tensorflow, samples and W&B": Contender(
        "ours", "OursWithPictures", "tensorflow", actions=("epochs",)
    ),
    "ours jax": ours("jax"),
    "ours torch": ours("torch"),
    "ours torch compiled": ours("torch", jit_compile=True),
    "loop tensorflow": Contender(
        "tensorflow_loop", "TensorFlowLoop", "tensorflow"
    ),
    "loop tensorflow XLA": Contender(
        "tensorflow_loop",
        "TensorFlowLoop",
        "tensorflow",
        {"jit_compile": True},
    ),
    "loop jax": Contender("jax_loop", "JAXLoop", "jax"),
    "loop torch": Contender("torch_loop", "TorchLoop", "torch"),
    "loop torch compiled": Contender(
        "torch_loop", "TorchLoop", "torch", {"compiled": True}
    ),
    **{
        f"classic Keras, {generate}": Contender(
            "classic_keras_loop",
            "ClassicKerasLoop",
            "tensorflow",
            {"generate": generate},
            kinds=("gan",),
            policies=("float32",),
        )
        for generate in ("predict", "predict_on_batch")
    },
    "pythae": Contender(
        "pythae_trainer",
        "PythaeTrainer",
        "torch",
        kinds=("autoencoder", "vae"),
        policies=("float32",),
    ),
    **{
        f"predict {backend}": Contender(
            "bare_predict",
            "BarePredict",
            backend,
            actions=("generate", "encode"),
        )
        for backend in ("tensorflow", "jax", "torch")
    },
}
