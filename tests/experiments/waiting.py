"""Wait for another process, for as long as it may take on a slow machine."""

import time


def wait_until(condition, what):
    for _ in range(2400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come")


def wait_for(path):
    wait_until(path.exists, path)
