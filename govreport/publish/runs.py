"""Runs of text of one style joined."""

from __future__ import annotations

from collections.abc import Iterable

from govreport.core import WIDE, Run, Runs, styled


def joined(runs: Iterable[Run]) -> Runs:
    """Join runs of one style; a line end between Chinese characters, given as a space of its own, is no space.

    >>> [run.text for run in joined((Run("总计"), Run(" "), Run("3件"), Run("。", bold=True)))]
    ['总计3件', '。']
    """
    made: list[Run] = []
    pending = list(runs)
    for number, run in enumerate(pending):
        if run.text == " " and 0 < number < len(pending) - 1:
            before, after = pending[number - 1].text[-1:], pending[number + 1].text[:1]
            if WIDE.match(before) or WIDE.match(after):
                continue
        if not run.text:
            continue
        if made and styled("", made[-1]) == styled("", run):
            made[-1] = styled(made[-1].text + run.text, run)
        else:
            made.append(run)
    return tuple(made)
