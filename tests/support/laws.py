"""A law as one test: tried on every case, and all cases that break it are shown together."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def broken(law: Callable[..., object], cases: Iterable[tuple[object, ...]]) -> list[str]:
    """Return each case for which a law raises, with what it says; an empty list where the law holds for all."""
    found, tried = [], 0
    for case in cases:
        tried += 1
        try:
            law(*case)
        except Exception as error:
            found.append(f"{', '.join(str(part)[:60] for part in case)}: {type(error).__name__}: {error}")
    assert tried, "a law that is tried on nothing holds for nothing"
    return found
