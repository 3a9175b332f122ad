"""The talk between `contenders.py` and a peer: a word a line comes in, JSON a line goes out."""

import json
import os
import sys
import time

from nets import NETS


def serve(prepare):
    """Prepares a training and answers with its times until standard input ends.

    `prepare(net, settings)` returns the versions of what it uses and two functions: `train()`,
    one epoch, and `evaluate()`, the accuracies on the validation and the test data, found as many
    times as `evaluate.times` says, once by default.
    """
    settings = json.loads(sys.argv[1])
    # Whatever else is printed must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w")
    sys.stdout = sys.stderr

    def answer(**values):
        print(json.dumps(values), file=answers, flush=True)

    net = NETS[settings["net"]](settings.get("factor", 1))
    versions, train, evaluate = prepare(net, settings)
    answer(python=sys.version.split()[0], **versions)
    for line in sys.stdin:
        start = time.perf_counter()
        work = {"train": train, "evaluate": evaluate}[line.strip()]
        accuracies = work()
        seconds = (time.perf_counter() - start) / getattr(work, "times", 1)
        answer(seconds=seconds, accuracies=accuracies)
