"""python -m network3.theano PROGRAM [ARGUMENTS...]"""

import sys

from network3.theano.launcher import main

if status := main(sys.argv[1:]):  # else `python -i` would show a SystemExit
    sys.exit(status)
