"""One contender in a process of its own, which runs when it is told to.

    python -m contenders.worker TASK CONTENDER

Answers first, when one step is taken and what is compiled is compiled, with
the seconds that took. Then it reads a number of steps from each line of its
input, and answers with the seconds they took and the images they saw.
"""

import json
import sys
import time

from contenders.registry import CONTENDERS
from contenders.tasks import TASKS


def main(task, contender):
    start = time.perf_counter()
    contender = CONTENDERS[contender].make(TASKS[task])
    answer = sys.stdout
    sys.stdout = sys.stderr  # What libraries print is no answer.
    contender.run(1)
    print(json.dumps(time.perf_counter() - start), file=answer, flush=True)
    for line in sys.stdin:
        result = contender.run(int(line))
        print(json.dumps(result), file=answer, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
