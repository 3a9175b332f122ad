"""The protocol between contenders.py and a peer: one word per line in, one line of JSON out."""

import json
import os
import sys
import time

from nets import NETS


def serve(prepare):
    """Prepare a training, and answer requests with its times until standard input ends.

    `prepare(net, settings)` returns the versions of its packages and two functions: `train()`
    trains for one epoch, and `evaluate()` returns the accuracies on the validation and the test
    data. It computes them `evaluate.times` times, once by default.
    """
    settings = json.loads(sys.argv[1])
    # Other output must not mix with the answers.
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
