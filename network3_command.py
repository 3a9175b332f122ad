"""The console script `network3`.

It is outside the package, so that it can catch Ctrl-C while the package is imported.
"""

import sys


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        from network3.cli import main as run
    except KeyboardInterrupt:
        print("network3: Interrupted.", file=sys.stderr)
        return 130  # the exit code of shells for SIGINT
    return run()
