"""Waiting for what must come."""

import time

SECONDS_MAX = 30


def until(condition, what):
    """Gives what the condition gives, once that is something; how long it takes is no matter."""
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {SECONDS_MAX} s: {what}")
