"""The account of a page: what its notebook says of it in its metadata, by which exporters know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from govreport import __version__
from govreport.checks.checking import CheckedReport
from govreport.checks.findings import Finding, Findings, Waiver, require_figure, require_text, waiver_entry
from govreport.checks.report_states import FAILED, INCONSISTENT, state_of
from govreport.checks.waivers import may_be_of_notebook, parse_waivers, unused_waivers, waiver_notices
from govreport.core import Figure, FormError, GovReportError, json_number
from govreport.filing import ENCLOSED_FILES, Appearance, Filing, OwnTable, front_of
from govreport.forms import Catalogue

TEXTS = ("name", "agency", "published", "signature", "contact", "state")
SPOILT = "笔记本里的报告信息（元数据 govreport）不完整或被改动；请在项目中重新运行笔记本后再导出。"


class NotebookError(GovReportError):
    """A notebook cannot become a document; the text says why."""


@dataclass(frozen=True)
class Account:
    """What a page says of itself: all of it for a report, title, name and year for a summary or a comparison.

    title: line by line; name: the agency's; published: ISO date or empty; state: of the report's vocabulary.
    filing: with figures filled into its prose; None for pages that are no report, and where it follows an edition
    that is not known here. last: last year's figures by cell, None where there is no filing; last_tables: those of
    the analyst's own. lacks: what is missing on the page, in a sentence. waivers: those that may be of findings in the
    notebook. appearance: as the project's settings have it. agency: slug. inputs: of the run, see `page_inputs`.
    enclosure: JSON that pages carry within, by the keys of ENCLOSED_FILES, as the notebook has it, but for the notes on
    reading the files, which are for those who make the report.

    >>> Account(("示例市政府", "2023年汇总"), "示例市政府", 2023).to_json()
    {'title': ['示例市政府', '2023年汇总'], 'name': '示例市政府', 'year': 2023}
    """

    title: tuple[str, ...]
    name: str = ""
    year: int = 0
    published: str = ""
    signature: str = ""
    contact: str = ""
    state: str = ""
    findings: Findings = field(default_factory=Findings)
    filing: Filing | None = None
    last: Mapping[str, Figure | None] | None = None
    last_tables: Mapping[str, OwnTable] = field(default_factory=dict)
    lacks: str = ""
    waivers: tuple[Waiver, ...] = ()
    appearance: Appearance = field(default_factory=Appearance)
    agency: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    enclosure: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {key: {} for key in ENCLOSED_FILES})

    @cached_property
    def source(self) -> dict[str, Any]:
        """The mark of what is of the page's own figures; empty where the page is no report."""
        return self.filing.source(self.last) if self.filing else {}

    @property
    def is_draft(self) -> bool:
        """Whether there are errors that nobody has accepted, or something is missing."""
        return self.state in (INCONSISTENT, FAILED)

    @property
    def notice(self) -> str:
        """The notice above a draft: why it must not be published."""
        errors = len(self.findings.errors)
        return f"草稿：{f'有{errors}项错误未处理，' if errors else ''}不得公布。{self.lacks}"

    @classmethod
    def of(cls, checked: CheckedReport, appearance: Appearance | None = None) -> Account:
        """Return the account of a report. Raises FilingError where its filing cannot be read.

        appearance: of its pages, by default the usual one.
        """
        filing, prose = checked.readable_filing(), checked.prose
        written = filing.narrative
        parts = {number: replace(part, text=prose.get(number, part.text)) for number, part in written.parts.items()}
        filing = replace(filing, narrative=replace(written, parts=parts))
        return cls(
            **{key: getattr(filing, key) for key in ("title", "name", "year", "agency")},
            published=written.date.isoformat() if written.date else "",
            signature=written.signatories,
            contact=written.contact,
            state=checked.state,
            findings=checked.findings,
            filing=filing,
            last=checked.last.cells if checked.last else None,
            last_tables=checked.last.tables if checked.last else {},
            waivers=tuple(waiver for waiver in checked.waivers if may_be_of_notebook(waiver, checked.findings)),
            appearance=appearance or Appearance(),
        )

    def asserting(self, asserted: Iterable[Finding]) -> Account:
        """Return the account with what does not hold of what the notebook asserts and says, and the state that follows.

        A waiver that fits none of these findings is told, too, and no longer one that does: `check` alone does not
        know them.
        """
        findings = self.findings.joined(asserted, self.waivers)
        if self.filing:
            which = self.filing.agency, self.filing.year
            known = findings.without(unused_waivers(self.waivers, self.findings, *which))
            findings = known.joined(waiver_notices(self.waivers, findings, *which), self.waivers)
        same = self.state == FAILED or len(findings) == len(self.findings)
        return replace(self, findings=findings, state=self.state if same else state_of(findings.counts()))

    def to_json(self) -> dict[str, Any]:
        """Return the account as the notebook's metadata ``govreport``; see docs/contracts.md."""
        page: dict[str, Any] = {"title": list(self.title), "name": self.name, "year": self.year}
        more = {"agency": self.agency, "appearance": self.appearance.to_json(), "inputs": dict(self.inputs)}
        if self.filing:
            parts = self.filing.narrative.parts
            more["last_tables"] = {key: table.text for key, table in self.last_tables.items()}
            more["waivers"] = "".join(waiver_entry(w, {}) for w in self.waivers)
            page |= {
                **{key: getattr(self, key) for key in TEXTS[2:]},
                "published": self.published or None,
                "findings": self.findings.to_json(),
                "filing": self.filing.to_json(),
                "headings": {str(number): part.heading for number, part in parts.items() if part.heading},
                "printed": self.filing.printed(),
                "last": None if self.last is None else {cell: json_number(f) for cell, f in self.last.items()},
                "version": __version__,
            }
        return page | {key: value for key, value in more.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], catalogue: Catalogue | None = None) -> Account:
        """Return an account from its JSON, which may come from anybody.

        catalogue: the editions that are known, by default the package's.
        Raises NotebookError when it is no such JSON.
        """
        try:
            year, last, filing = data.get("year"), data.get("last"), data.get("filing", {})
            if not isinstance(filing, Mapping):
                raise TypeError(filing)
            return cls(
                title=tuple(require_text(line) for line in _list(data["title"])),
                year=year if isinstance(year, int) else 0,
                **{key: require_text(data.get(key) or "") for key in TEXTS},
                findings=Findings(map(Finding.from_json, _list(data.get("findings", [])))),
                filing=_filing(data, filing, catalogue) if filing else None,
                last=None if last is None else _figures(last),
                last_tables={key: OwnTable.read(text, key) for key, text in data.get("last_tables", {}).items()},
                appearance=Appearance.from_json(data.get("appearance", {})),
                inputs={require_text(key): require_text(told) for key, told in data.get("inputs", {}).items()},
                enclosure={"filing": filing and {**filing, "notes": []}, "front": front_of(data)},
                waivers=parse_waivers(data.get("waivers", "")),
            )
        except (GovReportError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            raise NotebookError(SPOILT) from None


def _figures(numbers: Mapping[str, object]) -> dict[str, Figure | None]:
    return {cell: require_figure(number) for cell, number in numbers.items()}


def _filing(account: Mapping[str, Any], filing: Mapping[str, Any], catalogue: Catalogue | None) -> Filing | None:
    _figures(filing["cells"])
    try:
        return Filing.from_json(filing, account["name"], account.get("printed"), catalogue)
    except FormError:  # of an edition that only the notebook's project knows
        return None


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value
