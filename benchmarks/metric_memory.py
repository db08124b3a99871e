"""What each metric of features takes of memory, beside the features.

    python benchmarks/metric_memory.py --images 20000 --dims 64 2048

Each metric runs in a process of its own, on random features in float32 that
come in batches, and its peak is set against that of a process that makes the
same batches and keeps none.
"""

import argparse
import resource
import subprocess
import sys

METRICS = {
    "nothing": None,
    "FrechetDistance": {},
    "InceptionScore": {"from_logits": True},
    "KernelDistance": {"subsets": 10},
    "PrecisionRecall": {},
    "DensityCoverage": {},
    "SlicedWasserstein": {},
}
BATCH = 500


def run(name, images, dim):
    """Peak of this process in GB, after a result."""
    import numpy as np

    from keras_generative import metrics

    generator = np.random.default_rng(0)
    arguments = METRICS[name]
    if arguments is not None:
        metric = getattr(metrics, name)(**arguments)
    for _ in range(images // BATCH):
        real, fake = generator.standard_normal((2, BATCH, dim), "float32")
        if arguments is not None:
            metric.update_state(real, fake)
    if arguments is not None:
        metric.result()
    # Kilobytes on Linux.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def measure(name, images, dim):
    command = [sys.executable, __file__, "--run", name]
    command += ["--images", str(images), "--dims", str(dim)]
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode:
        raise SystemExit(f"{name} has failed:\n{process.stderr}")
    return float(process.stdout.split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=20_000, help="of a kind")
    parser.add_argument("--dims", type=int, nargs="+", default=[64, 2048])
    parser.add_argument("--run", choices=METRICS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        print(run(arguments.run, arguments.images, *arguments.dims))
        return
    print("| metric | images of each kind | features | of both | more by |")
    print("| --- | --- | --- | --- | --- |")
    for dim in arguments.dims:
        nothing = measure("nothing", arguments.images, dim)
        held = 2 * 4 * arguments.images * dim / 2**30
        for name in METRICS:
            peak = measure(name, arguments.images, dim)
            print(
                f"| {name} | {arguments.images:,} | {dim} | {held:.2f} GB "
                f"| {peak - nothing:.2f} GB |",
                flush=True,
            )


if __name__ == "__main__":
    main()
