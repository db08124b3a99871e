"""Quality of what our models learn, beside published figures and other code.

    KERAS_BACKEND=jax python benchmarks/quality.py vae mnist.npz
    python benchmarks/quality.py gan mnist.npz --seconds 24 60 120

Each part has a file of its own, which says what it measures.
"""

import argparse

import gan_quality
import vae_likelihood

PARTS = {"gan": gan_quality, "vae": vae_likelihood}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = parser.add_subparsers(required=True)
    for name, part in PARTS.items():
        of_part = parts.add_parser(name, help=part.__doc__.splitlines()[0])
        part.add_arguments(of_part)
        of_part.set_defaults(main=part.main)
    args = parser.parse_args()
    args.main(args)
