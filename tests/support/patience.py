"""How long tests wait for other processes: until something has surely gone wrong, on however busy a machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 600
"""Seconds; no test passes or fails by them unless what it waits for never comes."""
T = TypeVar("T")


def wait_for(look: Callable[[], T], what: str) -> T:
    """Look again and again until there is something to see, and return it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.05)
    return found
