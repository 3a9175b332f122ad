"""Run the command line: ``python -m network3``."""

import sys

from network3.cli import main

if __name__ == "__main__":
    sys.exit(main())
