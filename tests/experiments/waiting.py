"""Waiting for what another process does, for as long as a slow machine may take."""

import time


def wait_until(condition, what):
    for _ in range(2400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come")


def wait_for(path):
    wait_until(path.exists, path)
