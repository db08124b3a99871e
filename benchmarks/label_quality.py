"""What models make of labels, or without any: figures of each on digits.

    python benchmarks/label_quality.py mnist.npz --task conditional_dcgan
    python benchmarks/label_quality.py mnist.npz --task dcgan --steps 5000

`kg.features.DigitClassifier`, which comes trained with the package, judges.
Each task says in `label_tasks/` what it measures, and has a default for
`--seconds`, but those of VAEs, which train for ten epochs. `--steps` asks after
steps instead, which other work on the same cores does not change.
"""

import argparse

import keras
from label_tasks import conditional_gans
from label_tasks import diffusion
from label_tasks import infogan
from label_tasks import semi_supervised
from label_tasks import stacked_digits
from label_tasks import vaes

import keras_generative as kg

TASKS = {
    "acgan": conditional_gans.ACGAN,
    "conditional_dcgan": conditional_gans.ConditionalDCGAN,
    "conditional_vae": vaes.ConditionalVAE,
    "dcgan": conditional_gans.DCGAN,
    "diffusion": diffusion.Diffusion,
    "infogan": infogan.InfoGAN,
    "semi_supervised_gan": semi_supervised.SemiSupervisedGAN,
    "stacked_digits": stacked_digits.StackedDigits,
    "vae": vaes.VAE,
}


def main(args):
    for name in args.task:
        task = TASKS[name]
        splits = kg.datasets.load(args.dataset, task.value_range)
        for seed in args.seeds:
            beginning = f"{name}, seed {seed}, {keras.config.backend()}"

            def report(seconds, steps, figures, beginning=beginning):
                rest = [f"{key} {figure}" for key, figure in figures.items()]
                print(
                    f"{beginning}: {seconds:.0f} s, {steps} steps, "
                    + ", ".join(rest),
                    flush=True,
                )

            task(splits, seed).run(args, report)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset")
    parser.add_argument("--task", nargs="+", choices=TASKS, required=True)
    parser.add_argument("--seconds", type=float, nargs="+")
    parser.add_argument("--steps", type=int, nargs="+", help="not --seconds")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    main(parser.parse_args())
