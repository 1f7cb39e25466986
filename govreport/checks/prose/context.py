"""What the rules know of a line: its figures, lists and subjects, and the cells of this year and last."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from govreport.checks.prose.claims import AGREES, DISAGREES, Claim
from govreport.checks.prose.discourse import State, Subject
from govreport.checks.prose.frames import Frame, Line
from govreport.checks.prose.lexicon import has
from govreport.checks.prose.lists import Lists
from govreport.checks.prose.passages import unmarked
from govreport.checks.prose.sureness import apart
from govreport.checks.prose.values import Cells, Values, agrees
from govreport.core import Figure, write_figure

Said = tuple[int, str, str]
"""The beginning of a claim: number of the part, quote, and what is said."""


@dataclass(frozen=True)
class Context:
    """A line with all that was read.

    part: number of the part; subjects, shares: what figures and shares speak of, by number; said: what was said up to
    words of none, all and shares, by place; filing, last: the cells of this year and last.
    """

    part: int
    line: Line
    lists: Lists
    subjects: dict[int, Subject]
    shares: dict[int, Subject]
    said: dict[int, State]
    filing: Values
    last: Values | None

    def begin(self, start: int, end: int, marks: str = "。！？") -> Said:
        """Return the beginning of a claim on what is said between two places of the line."""
        return self.part, self.line.quote(*self.sentence(start, marks)), unmarked(self.line.quote(start, end))

    def right(
        self, quote: str, place: int, rule: str, words: Callable[[], tuple[str, str]], figures: tuple[int, ...] = (),
        cells: Cells = (),
    ) -> Claim:  # fmt: skip
        """Return a claim that the figures bear out."""
        return Claim(self.part, quote, "", "", AGREES, place, rule, cells=cells, figures=figures, words=words)

    def wrong(
        self, said: Said, reading: str, place: int, rule: str, message: str, stated: Figure, expected: Figure,
        cells: Cells = (), severity: str = "warning", figures: tuple[int, ...] = (),
        traits: dict[str, float] | None = None, ask: str = "",
    ) -> Claim:  # fmt: skip
        """Return a claim that the figures contradict."""
        traits = apart(stated, expected) | (traits or {})
        return Claim(
            *said, reading, DISAGREES, place, rule, severity, message, cells, stated, expected, figures, traits, ask
        )

    def sentence(self, place: int, marks: str = "。！？") -> tuple[int, int]:
        """Return where the sentence around a place starts and ends."""
        text, breaks = self.line.text, self.line.breaks
        here = bisect_left(breaks, place)
        start = next((mark + 1 for mark in reversed(breaks[:here]) if text[mark] in marks), 0)
        return start, next((mark + 1 for mark in breaks[here:] if text[mark] in marks), len(text))

    def clause(self, place: int) -> int:
        """Return where the clause around a place starts."""
        breaks = self.line.breaks
        before = bisect_left(breaks, place)
        return breaks[before - 1] + 1 if before else 0

    def in_words(self, cells: Cells, verb: str = "", values: Values | None = None) -> str:
        """Return a sum of cells with labels and figures. verb: before the figure of a single cell."""
        told, values = "", values or self.filing
        for name in cells:
            cell = name.lstrip("-")
            value = values.of((cell,))
            figure = "未填" if value is None else write_figure(values.in_unit(cell, value))
            sign = "－" if cell != name else "＋" * bool(told)
            told += f"{sign}{values.label_of(cell)}{verb * (len(cells) == 1)}{figure}"
        return told

    def fit(self, frame: Frame, subject: Subject, values: Values | None = None) -> Cells | None:
        """Return the reading of a figure that the filing bears out, or another year's."""
        return next((option for option in subject.options if self.bears_out(frame, option, values)), None)

    def bears_out(self, frame: Frame, option: Cells, values: Values | None = None) -> bool:
        """Whether cells of this year, or of another, hold what a figure says."""
        value = (values or self.filing).of(option)
        return value is not None and agrees(frame, value)

    @cached_property
    def scopes(self) -> set[str]:
        """Whose the figures are that the filing bears out."""
        return {self.subjects[number].scope for numbers in self.confirmed.values() for number in numbers}

    def of_others(self, scope: str) -> bool:
        """Whether what is said of a scope is of others: the filing bears no figure of it out."""
        wide = scope == "wide" and has(self.line.hits, "scope", "own")
        return (wide or scope == "another") and scope not in self.scopes

    @cached_property
    def confirmed(self) -> dict[Cells, set[int]]:
        """Readings that figures of this year agree with, and not by being small, with the numbers of these figures."""
        found: dict[Cells, set[int]] = {}
        for frame in self.line.frames:
            subject = self.subjects.get(frame.number)
            option = self.fit(frame, subject) if subject and not subject.when and frame.quantity.value > 2 else None
            if option:
                found.setdefault(option, set()).add(frame.number)
        return found
