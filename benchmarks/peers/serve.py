"""The talk between `contenders.py` and a peer: a word a line comes in, JSON a line goes out."""

import json
import os
import sys
import time

from nets import NETS


def serve(prepare):
    """Prepares a training and answers with its times until standard input ends.

    `prepare(net, settings)` returns the versions of what it uses and two functions: `train()`,
    one epoch, and `evaluate()`, the accuracies on the validation and the test data.
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
        accuracies = {"train": train, "evaluate": evaluate}[line.strip()]()
        answer(seconds=time.perf_counter() - start, accuracies=accuracies)
