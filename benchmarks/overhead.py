"""What `fit` and the package cost beside the step itself, and how it grows.

    KERAS_BACKEND=jax python benchmarks/overhead.py
    KERAS_BACKEND=jax python benchmarks/overhead.py --parts step callbacks

Prints a table for each part, of medians of rounds. What a part measures stands
at the head of its module in `overheads/`. Each row is from a process of its
own, but for those of one training, and for those of callbacks, which take
turns in one. "-" stands for what a backend does not have.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
KINDS = [{"kind": kind} for kind in ("autoencoder", "vae", "gan")]


@dataclasses.dataclass(frozen=True)
class Part:
    """A table: arguments for a module of `overheads/`, row by row."""

    module: str
    cases: list
    environment: dict = dataclasses.field(default_factory=dict)
    in_processes: bool = False  # whether each round is one

    def rows(self, rounds):
        for case in self.cases:
            processes = rounds if self.in_processes else 1
            answers = [
                run(self.module, self.environment, rounds=rounds, **case)
                for _ in range(processes)
            ]
            for rows in zip(*answers):
                yield {**case, **medians(rows)}


def vaes(name, values, **arguments):
    """The same VAE, but for the values of one argument."""
    case = {"kind": "vae", **arguments}
    return Part("step", [{**case, name: value} for value in values])


PARTS = {
    "step": Part("step", KINDS),
    "callbacks": Part("callbacks", [{}]),
    "start": Part("start", KINDS, in_processes=True),
    "traces": Part("traces", KINDS),
    "batch_size": vaes(
        "batch_size", (16, 64, 256, 1024, 4096), network="mlp", side=28
    ),
    "latent_dim": vaes("latent_dim", (2, 16, 128), network="mlp", side=28),
    "side": vaes("side", (16, 32, 64, 128), network="conv", batch_size=16),
    "rows": Part(
        "rows",
        [
            {"source": source, "rows": rows}
            for source in ("generator", "ShuffledBatches")
            for rows in (1_000, 10_000, 100_000, 1_000_000)
        ],
    ),
    "epochs": Part("epochs", [{"kind": "vae", "epochs": [1, 10, 100]}]),
    "replicas": Part(
        "replicas",
        [{"kind": "vae", "replicas": number} for number in (1, 2)],
        {
            "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
            # Each replica that waits for the other one holds a thread.
            "NPROC": "16",
        },
    ),
}


def run(module, environment, **arguments):
    """The rows that a module of `overheads/` measures, in a process."""
    process = subprocess.run(
        [sys.executable, "-m", f"overheads.{module}", json.dumps(arguments)],
        cwd=HERE,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        capture_output=True,
        text=True,
    )
    if process.returncode:
        raise RuntimeError(f"{module} did not run:\n{process.stderr[-2000:]}")
    return json.loads(process.stdout.splitlines()[-1])


def medians(rows):
    """One row of several, in which the figures are the medians."""
    first, *others = rows
    return {
        name: statistics.median(row[name] for row in rows)
        if others and value is not None
        else value
        for name, value in first.items()
    }


def written(value):
    """A cell: figures in three digits, or whole ones."""
    if value is None:
        return "-"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def print_table(name, rows):
    """Row by row, as they come."""
    print(f"\n### {name}\n")
    for number, row in enumerate(rows):
        if number == 0:
            print(f"| {' | '.join(row)} |")
            print("|---" * len(row) + "|")
        cells = " | ".join(written(value) for value in row.values())
        print(f"| {cells} |", flush=True)


def main(args):
    for name in args.parts:
        print_table(name, PARTS[name].rows(args.rounds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=list(PARTS)
    )
    parser.add_argument("--rounds", type=int, default=3)
    main(parser.parse_args())
