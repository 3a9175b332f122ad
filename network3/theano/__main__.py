"""python -m network3.theano PROGRAM [ARGUMENTS...]"""

import sys

from network3.theano.launcher import main

sys.exit(main(sys.argv[1:]))
