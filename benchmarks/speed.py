"""How fast `fit` trains, beside loops written by hand for the same algorithm.

    python benchmarks/speed.py
    python benchmarks/speed.py --tasks dcgan_128 --contenders ours loop

Each contender runs in a process of its own. In each round, all of them take
turns, so that what else the machine does meets all alike; figures are medians
of the rounds. Networks, sizes and algorithms are those of
`contenders/tasks.py`, images are noise. Imports, compilation and a first,
untimed round are not on the clock.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

from contenders.registry import CONTENDERS
from contenders.tasks import TASKS


class Worker:
    """A contender that waits for its turn."""

    def __init__(self, task, name):
        contender = CONTENDERS[name]
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        environment["KERAS_BACKEND"] = contender.backend
        self.process = subprocess.Popen(
            [sys.executable, "-m", "contenders.worker", task, name],
            cwd=pathlib.Path(__file__).parent,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("did not run")
        return json.loads(line)

    def run(self, steps):
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.kill()
        self.process.wait()


def race(task, names, rounds, seconds):
    """Images per second of each contender, one figure a round."""
    # What is no training takes seconds for one step.
    first = 10 if TASKS[task].action == "train" else 1
    workers, steps, rates = {}, {}, {}
    for name in names:
        try:
            worker = Worker(task, name)
            worker.run(first)
            elapsed, _ = worker.run(first)
        except RuntimeError:
            print(f"{task}: {name} did not run", file=sys.stderr)
            continue
        workers[name] = worker
        steps[name] = max(1, round(first * seconds / elapsed))
        rates[name] = []
    for number in range(rounds + 1):
        for name, worker in workers.items():
            elapsed, images = worker.run(steps[name])
            if number > 0:
                rates[name].append(images / elapsed)
    for worker in workers.values():
        worker.close()
    return rates


def print_table(task, rates):
    """One row a contender: images/s, step time, and ours against it."""
    medians = {name: statistics.median(r) for name, r in rates.items()}
    ours = {n: m for n, m in medians.items() if n.startswith("ours")}
    print(f"\n### {task}\n")
    header = "| contender | images/s | lowest, highest | ms a step |"
    print(header + "".join(f" {name} |" for name in ours))
    print("|---|---|---|---|" + "---|" * len(ours))
    for name, median in medians.items():
        low, high = min(rates[name]), max(rates[name])
        step = 1000 * TASKS[task].images_per_step / median
        ratios = "".join(
            # The median of the ratios of each round.
            f" {ratio(rates[mine], rates[name]):.2f} |"
            for mine in ours
        )
        print(
            f"| {name} | {median:,.0f} | {low:,.0f}, {high:,.0f} "
            f"| {step:.2f} |{ratios}",
            flush=True,
        )


def ratio(ours, theirs):
    return statistics.median(a / b for a, b in zip(ours, theirs))


def main(args):
    for task in args.tasks:
        names = [
            name
            for name, contender in CONTENDERS.items()
            if contender.takes(TASKS[task])
            and any(name.startswith(word) for word in args.contenders)
        ]
        print_table(task, race(task, names, args.rounds, args.seconds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--tasks", nargs="+", choices=TASKS, default=list(TASKS)
    )
    parser.add_argument(
        "--contenders",
        nargs="+",
        default=[""],
        help="how their names begin; all by default",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="a round")
    main(parser.parse_args())
