"""The command `network3`, under a name that imports nothing: Ctrl-C ends imports quietly, too."""

import sys


def main() -> int:
    """Run the command line of this process, and return its exit code."""
    try:
        from network3.cli import main as run
    except KeyboardInterrupt:
        print("network3: Interrupted.", file=sys.stderr)
        return 130  # as shells say it
    return run()
