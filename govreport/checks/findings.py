"""Findings: what does not add up, the same object in a notebook, a terminal, JSON and on a page."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from govreport import core
from govreport.checks.entry_file import WAIVERS
from govreport.checks.prose.passages import without_marks

if TYPE_CHECKING:
    import pandas as pd
    from jinja2 import Template

SEVERITY_NAMES = {"error": "错误", "warning": "警告", "notice": "提示"}
_ORDER = {severity: number for number, severity in enumerate(SEVERITY_NAMES)}
UNFOLDED = 4
"""Identities of a finding that a notebook shows at once; more are folded."""
ASSERTED = frozenset(("S1", "S2", "S3", "S4"))
"""Rules that analysts assert of tables of their own."""
NOTEBOOK_RULES = ASSERTED | {"N1", "N2", "N3", "N4", "N5", "T1", "T2", "T3"}
"""Rules of which a notebook can make findings, so that `check` knows these only from the last run."""
LEAST_LETTERS = 4
"""Letters and digits that a waiver's quote must have."""
FIGURES = "stated", "expected", "difference"
TEXT_KEYS = "message", "quote", "reading", "place"
JSON_KEYS = (
    *("agency", "year", "rule", "severity", "cells", *FIGURES, "message", "quote"),
    *("identities", "suggestion", "waived", "reading", "place"),
)
CSV_HEADER = "agency", "year", "severity", "rule", "message", *FIGURES, "cells", "quote", "waived", "number"


@dataclass(frozen=True)
class Identity:
    """One identity that does not hold: its rule, its cells, the figures of both sides, and a clause in Chinese."""

    rule: str
    cells: tuple[str, ...]
    stated: core.Figure | None = None
    expected: core.Figure | None = None
    text: str = field(default="", compare=False)

    @property
    def difference(self) -> core.Figure | None:
        """Stated minus expected, where both are known."""
        return None if self.stated is None or self.expected is None else self.stated - self.expected

    def to_json(self) -> dict[str, Any]:
        """Return the identity as JSON."""
        figures = {name: core.json_number(getattr(self, name)) for name in FIGURES}
        return {"rule": self.rule, "cells": list(self.cells), **figures}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Identity:
        """Return an identity from its JSON; raises an error of Python's for what is none."""
        stated, expected = (require_figure(data.get(key)) for key in ("stated", "expected"))
        return cls(require_text(data["rule"]), tuple(map(require_text, data["cells"])), stated, expected)


@dataclass(frozen=True)
class Waiver:
    """A finding that somebody accepted: the rule, its cells, and why, by whom and when.

    figures: what stood in cells at the time; the waiver expires when it no longer does.
    quote: text that the finding must quote, or say where it quotes next to nothing; empty for any.
    finding: the code of the one finding that it accepts, whole and no other; empty for any.
    stated, expected: the numbers of the identity; None for any.
    """

    rule: str
    cells: tuple[str, ...]
    reason: str
    by: str
    date: str
    figures: Mapping[str, core.Figure] = field(default_factory=dict, hash=False)
    quote: str = ""
    finding: str = ""
    stated: core.Figure | None = None
    expected: core.Figure | None = None

    def covers(self, identity: Identity, finding: Finding) -> bool:
        """Whether the waiver speaks of this identity of a finding."""
        if self.finding:
            return self.finding == finding.code
        fits = self.rule == identity.rule and set(self.cells) <= set(identity.cells) and self.quote in finding.said
        return fits and self.stated in (None, identity.stated) and self.expected in (None, identity.expected)


@dataclass(frozen=True)
class Finding:
    """One finding on a filing.

    agency: slug, or a file's printed name, or None; rule: its id; severity: error, warning or notice.
    message: one Chinese sentence; quote: the sentence it is about, for findings on prose.
    identities: the failed identities that it stands for; the first gives rule, stated and expected.
    headline: what joins several identities, in words; empty otherwise.
    suggestion: cells with the values that would repair it, and the confidence; None without one.
    reading: for findings on prose, what the figure was taken for, and what else it could be; None for others.
    place: the cell of a notebook that it is about, which begins its message; empty for others.
    """

    agency: str | None
    year: int | None
    severity: str
    message: str
    identities: tuple[Identity, ...]
    quote: str | None = None
    headline: str = ""
    suggestion: Mapping[str, Any] | None = None
    waived: Waiver | None = None
    reading: str | None = None
    place: str = field(default="", compare=False)

    @property
    def rule(self) -> str:
        """The id of the rule that failed."""
        return self.identities[0].rule

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells concerned: those of the first identity, and the suspect ones."""
        suspects = self.suggestion["cells"] if self.suggestion else ()
        return tuple(dict.fromkeys((*self.identities[0].cells, *suspects)))

    @property
    def said(self) -> str:
        """The text by which a waiver names it: its quote, its message where it quotes next to nothing."""
        return self.quote if self.quote and names_text(self.quote) else self.message.removeprefix(self.place)

    @property
    def quoted(self) -> str:
        """The sentence of the prose that it quotes, in words."""
        return " ".join(without_marks(self.quote or "").split())

    @property
    def own_words(self) -> str:
        """What it says or quotes, empty where its cells alone say what it is about."""
        return "" if self.cells and not self.quote else self.said

    @property
    def code(self) -> str:
        """Six digits and letters that stand for it, and for no finding with another cell, figure or quoted text.

        The wording of its message does not count where cells or a quote say what it is about.
        """
        told = [(i.rule, i.cells, core.write_figure(i.stated), core.write_figure(i.expected)) for i in self.identities]
        return core.sha256(json.dumps([self.agency, self.year, self.own_words, told]))[:6]

    @property
    def can_be_accepted(self) -> bool:
        """Whether somebody may accept it, and nobody has: it speaks of cells or prose, or was asserted.

        Others, such as an unreadable file, must be mended.
        """
        return not self.waived and (bool(self.cells) or self.is_of_prose or self.rule in ASSERTED)

    @property
    def is_of_prose(self) -> bool:
        """Whether a rule on prose made it."""
        return self.rule.startswith(("N", "T"))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return Findings((self,))._repr_mimebundle_()

    @property
    def is_on_prose(self) -> bool:
        """Whether it quotes a sentence of the prose, in words."""
        return self.is_of_prose and bool(self.quoted)

    def located(self, place: str) -> Finding:
        """Return the finding told of a cell of a notebook. place: what messages call that, with a colon."""
        told, headline = (text.removeprefix(self.place) for text in (self.message, self.headline))
        return replace(self, message=place + told, headline=headline and place + headline, place=place)

    def on_page(self, numbers: Mapping[str, int]) -> Finding:
        """Return the finding as a page tells it: with the number there of a table of one's own, before its key.

        numbers: by key.

        >>> identity = Identity("S1", ("tables.platforms.合计.发布",), 6, 5)
        >>> finding = Finding("demo", 2023, "error", "表 platforms “发布”列的“合计”为6。", (identity,))
        >>> finding.on_page({"platforms": 2}).message
        '表2（platforms）“发布”列的“合计”为6。'
        """
        keys = "|".join(map(re.escape, numbers)) or r"(?!)"
        told = re.sub(rf"表 ({keys}) ", lambda found: f"表{numbers[found[1]]}（{found[1]}）", self.message)
        return replace(self, message=told)

    def to_json(self) -> dict[str, Any]:
        """Return the finding as the JSON object that other tools read."""
        waived = self.waived and {"reason": self.waived.reason, "by": self.waived.by, "date": self.waived.date}
        identities = [identity.to_json() for identity in self.identities]
        told = {key: getattr(self, key, None) for key in JSON_KEYS} | identities[0]
        return told | {"cells": list(self.cells), "identities": identities, "waived": waived}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """Return a finding from its JSON, which holds no headline; raises an error of Python's for what is none.

        >>> finding = Finding("demo", 2023, "error", "相差1。", (Identity("A1", ("applications.new.total",), 5, 6),))
        >>> Finding.from_json(finding.to_json()) == finding
        True
        """
        told: dict[str, Any] = {key: data.get(key) for key in ("agency", "year", "severity", "suggestion")}
        told |= {key: require_text(data[key]) for key in TEXT_KEYS if data.get(key) is not None}
        identities, waived = tuple(map(Identity.from_json, data["identities"])), data.get("waived")
        if told["severity"] not in SEVERITY_NAMES or not identities:
            raise ValueError(told["severity"])
        for number in told["suggestion"]["cells"].values() if told["suggestion"] else ():
            require_figure(number)
        reason, by, day = (require_text(waived[key] if waived else "") for key in ("reason", "by", "date"))
        waiver = waived and Waiver(identities[0].rule, identities[0].cells, reason, by, day)
        return cls(**told, identities=identities, waived=waiver)


class Findings(tuple[Finding, ...]):
    """Findings, worst first and accepted ones last, as a tuple; shows itself as a table in a notebook.

    >>> identity = Identity("A1", ("applications.new.total",), 5, 6)
    >>> findings = Findings.of([Finding("demo", 2023, "error", "相差1。", (identity,))])
    >>> findings, findings[0].cells
    (勾稽校验：错误1项
    错误 A1 相差1。, ('applications.new.total',))
    """

    __slots__ = ()

    @classmethod
    def of(cls, findings: Iterable[Finding], waivers: Sequence[Waiver] = ()) -> Findings:
        """Return findings in order, each with the waiver that covers all of its identities."""
        marked = [_waive(finding, waivers) for finding in findings]
        return cls(sorted(marked, key=lambda f: (f.waived is not None, _ORDER[f.severity])))

    def joined(self, others: Iterable[Finding], waivers: Sequence[Waiver] = ()) -> Findings:
        """Return these findings with others that are not among them, each once, with the waiver that covers it.

        An error takes the place of the same finding as a warning.
        """
        known = {finding.code: finding.severity for finding in self}
        fresh = {f.code: f for f in others if known.get(f.code) in (None, "warning" if f.severity == "error" else None)}
        return Findings.of([*(finding for finding in self if finding.code not in fresh), *fresh.values()], waivers)

    def without(self, others: Iterable[Finding]) -> Findings:
        """Return these findings but for others."""
        codes = {finding.code for finding in others}
        return Findings(finding for finding in self if finding.code not in codes)

    @overload
    def __getitem__(self, index: SupportsIndex) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Findings: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Finding | Findings:
        return Findings(super().__getitem__(index)) if isinstance(index, slice) else super().__getitem__(index)

    @property
    def errors(self) -> Findings:
        """The errors that nobody has waived."""
        return Findings(finding for finding in self if finding.severity == "error" and not finding.waived)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The number of each: its place from 1 and, where somebody may accept it, its code.

        >>> identity = Identity("A1", ("applications.new.total",), 5, 6)
        >>> Findings.of([Finding("demo", 2023, "error", "相差1。", (identity,))]).numbers
        ('1-6c394a',)
        """
        return tuple(f"{place}-{f.code}" if f.can_be_accepted else str(place) for place, f in enumerate(self, 1))

    def counts(self) -> dict[str, int]:
        """Return the number of open findings by severity, and of accepted ones.

        >>> Findings().counts()
        {'error': 0, 'warning': 0, 'notice': 0, 'waived': 0}
        """
        counted = Counter("waived" if finding.waived else finding.severity for finding in self)
        return {key: counted[key] for key in (*SEVERITY_NAMES, "waived")}

    def summary(self) -> str:
        """Return one Chinese clause that counts the findings.

        >>> Findings().summary()
        '未发现问题'
        """
        names = SEVERITY_NAMES | {"waived": "已接受"}
        told = [f"{names[key]}{count}项" for key, count in self.counts().items() if count]
        return "、".join(told) or "未发现问题"

    def assert_consistent(self) -> None:
        """Raise InconsistentReportError when there are unwaived errors; its text lists them."""
        if self.errors:
            lines = [f"{f.rule} {f.message}" for f in self.errors]
            raise core.InconsistentReportError("报告未通过勾稽校验：\n" + "\n".join(lines))

    def to_json(self) -> list[dict[str, Any]]:
        """Return the findings as the JSON array that other tools read, each with its number."""
        return [finding.to_json() | {"number": number} for number, finding in zip(self.numbers, self, strict=True)]

    def waivers_toml(self, figures: Mapping[str, core.Figure | None]) -> str:
        """Return a waivers.toml for the unwaived findings, with today's figures, to be completed by hand.

        Findings that speak of no cell and no prose cannot be waived and are not in it.

        figures: the filing's cells.
        """
        waivers = (
            Waiver(i.rule, i.cells, "", "", "", quote=f.own_words, stated=i.stated, expected=i.expected)
            for f in self
            if f.can_be_accepted
            for i in f.identities
        )
        return "\n".join(waiver_entry(waiver, figures) for waiver in waivers)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row per finding: severity, rule, message, stated, expected, difference, cells."""
        import pandas as pd  # noqa: PLC0415

        columns = ("severity", "rule", "message", *FIGURES, "cells", "waived")
        rows = [[getattr(f.identities[0] if name in FIGURES else f, name) for name in columns] for f in self]
        return pd.DataFrame(rows, columns=list(columns), dtype=object)

    def csv_rows(self) -> Iterator[list[str]]:
        """Yield the findings as rows under CSV_HEADER."""
        for number, f in zip(self.numbers, self, strict=True):
            figures = [core.write_figure(getattr(f.identities[0], name)) for name in FIGURES]
            said = " ".join(f.cells), f.quote or "", f.waived.reason if f.waived else ""
            agency, rule, message, *safe = map(core.no_formula, (f.agency or "", f.rule, f.message, *said))
            yield [agency, str(f.year or ""), f.severity, rule, message, *figures, *safe, number]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/html": self._html(), "text/plain": repr(self), core.mime.FINDINGS: self.to_json()}

    def _html(self) -> str:
        if not self:
            return "<p>勾稽校验：未发现问题。</p>"
        return core.shown_html(_template().render(findings=self, names=SEVERITY_NAMES, unfolded=UNFOLDED))

    def __repr__(self) -> str:
        lines = [f"{SEVERITY_NAMES[f.severity]} {f.rule} {f.message}" for f in self]
        return "\n".join([f"勾稽校验：{self.summary()}", *lines])


def waiver_entry(waiver: Waiver, figures: Mapping[str, core.Figure | None]) -> str:
    """Return an entry of waivers.toml; it expires when a figure of its cells changes.

    figures: the filing's cells.
    """
    told = {cell: figure for cell in waiver.cells if (figure := figures.get(cell)) is not None}
    return WAIVERS.entry(replace(waiver, figures=told))


def require_figure(number: object) -> core.Figure | None:
    """Return the figure that a number of JSON stands for; raises TypeError or ValueError for what is none."""
    figure = core.figure_of_number(number)
    if isinstance(figure, Decimal) and not figure.is_finite():
        raise ValueError(number)
    return figure


def json_figure(value: object) -> core.Figure | None:
    """Return a value as the figure that JSON tells it as, 110 for 110.0; None for what is no figure there."""
    with suppress(ValueError):
        return core.figure_of_number(core.json_number(value)) if isinstance(value, core.Figure) else None
    return None


def require_text(value: object) -> str:
    """Return a text of JSON; raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def names_text(quote: str) -> bool:
    """Whether a quote has letters enough to tell one sentence from others.

    >>> names_text("新收申请5件"), names_text("。件")
    (True, False)
    """
    return sum(map(str.isalnum, quote)) >= LEAST_LETTERS


@cache
def _template() -> Template:
    from jinja2 import Environment  # noqa: PLC0415, most findings are not shown so

    environment = Environment()
    environment.filters["e"] = escape
    return environment.from_string(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))


def _waive(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    covering = [next((w for w in waivers if w.covers(identity, finding)), None) for identity in finding.identities]
    return replace(finding, waived=covering[0]) if covering and all(covering) else finding
