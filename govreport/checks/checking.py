"""Checking filings of a project: reading them, joining all rules, honouring waivers."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path

from govreport.checks.edits.balance import check_balance
from govreport.checks.edits.matrix import Case
from govreport.checks.edits.project_rules import similarity
from govreport.checks.edits.validity import check_presence, check_validity
from govreport.checks.findings import ASSERTED, Finding, Findings, Waiver
from govreport.checks.gather import CheckInput, defect, gather
from govreport.checks.prose.lexicon import Lexicon, project_lexicon
from govreport.checks.prose.part_rules import check_parts
from govreport.checks.prose.printing import check_printing
from govreport.checks.prose.reader import check_prose
from govreport.checks.prose.repetition import SIMILARITY, check_repetition
from govreport.checks.prose.self_description import check_agency, check_year, signed_in_prose
from govreport.checks.report_states import FAILED, state_of
from govreport.checks.waivers import waiver_notices
from govreport.core import ArgumentError, FilingError, GovReportError, real_path, require, unwatched
from govreport.filing import Agency, Filing, Project, Settings

CHUNK = 200
"""Filings that a process holds in memory at a time; the number does not grow with the batch."""
HANDED_OVER = "GOVREPORT_CHECKED"
"""Environment variable with the path of a file that `hand_over` wrote, as long as it is there."""
Reports = Sequence[tuple[Agency, int]]


@dataclass(frozen=True)
class CheckedReport:
    """An agency's filing for a year with its findings; `filing` is None when it cannot be read, or is not handed on.

    last: last year's filing, where it is there and readable; prose: the parts, figures filled in.
    waivers: those that may fit a finding.
    """

    agency: Agency
    year: int
    findings: Findings
    filing: Filing | None = None
    last: Filing | None = None
    prose: Mapping[int, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()

    @property
    def state(self) -> str:
        """FAILED when it cannot be read, else INCONSISTENT, DOUBTFUL (warnings only) or CONSISTENT."""
        is_read = not any(finding.rule == "F1" and finding.severity == "error" for finding in self.findings)
        return state_of(self.findings.counts()) if is_read else FAILED

    def readable_filing(self) -> Filing:
        """Return the filing. Raises FilingError with every reason why it cannot be read."""
        if self.filing is None:
            raise FilingError([finding.message for finding in self.findings if finding.rule == "F1"])
        return self.filing


def check(filing: Filing, last: Filing | None = None) -> Findings:
    """Check a filing by every rule that needs no project, and return what does not add up, worst first.

    filing: its figures in the units of the form, counts as int and money as Decimal; last: last year's filing, for
    the edits year on year (Y1 to Y3) and growth in prose. The rules on members (R1) and a project's own rules need
    a project: see `Report`. `Findings.assert_consistent` raises InconsistentReportError where there are errors.
    Raises TypeError for what is no filing, and ArgumentError where `last` is of another year.
    Source: docs/rules.md, with the clause of each rule.

    >>> cells = {"applications.new.total": 5, "applications.total.total": 4, "applications.carried_out.total": 2}
    >>> [identity.rule for identity in check(Filing.from_cells("demo", "示例局", 2021, cells)).errors[0].identities]
    ['A1', 'A2', 'A3', 'A3', 'A3']
    """
    for given in [filing] if last is None else [filing, last]:
        require(getattr(given, "current", given), Filing, "check 核对的应是资料，如 report.filing 或 project.filing(…)")
    if last is not None and last.year != filing.year - 1:
        raise ArgumentError(f"check 第二个参数应是上年（{filing.year - 1}年）的资料，给出的是{last.year}年的。")
    return check_filings([(filing, last)])[0]


def check_filings(pairs: Sequence[tuple[Filing, Filing | None]]) -> list[Findings]:
    """Check filings, each with last year's or None; returns the findings of each, in order.

    >>> cells = {"disputes.reconsideration.upheld": 2, "disputes.reconsideration.total": 3}
    >>> filing = Filing.from_cells("demo", "示例局", 2021, cells)
    >>> check_filings([(filing, None)])[0].errors[0].rule
    'D1'
    """
    cases = [Case(filing, last) for filing, last in pairs]
    return [Findings.of(findings) for findings in _check(cases, [{} for _ in cases], Settings())]


def check_reports(project: Project, reports: Reports, workers: int = 1) -> Iterator[CheckedReport]:
    """Check agencies and years of a project, in order; a filing that cannot be read is an F1 finding.

    workers: processes; several hand on the findings without filings and prose.
    """
    chunks = [reports[start : start + CHUNK] for start in range(0, len(reports), CHUNK)]
    if min(workers, len(chunks)) > 1:
        import multiprocessing  # noqa: PLC0415, for one report it would be idle
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

        is_sure = sys.platform == "linux" and not os.environ.get("GOVREPORT_NO_FORK")
        context = multiprocessing.get_context("fork" if is_sure else "spawn")
        # the process that was asked ends the others
        pool = ProcessPoolExecutor(min(workers, len(chunks)), context, signal.signal, (signal.SIGINT, signal.SIG_IGN))
        try:
            with suppress(BrokenExecutor):  # a process was ended from outside: what is left is checked here
                for found in pool.map(_findings_of, repeat(project), tuple(chunks)):
                    yield from found
                    del chunks[0]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    yield from chain.from_iterable(_check_chunk(project, chunk) for chunk in chunks)


def _findings_of(project: Project, reports: Reports) -> list[CheckedReport]:
    return [replace(entry, filing=None, last=None, prose={}) for entry in _check_chunk(project, reports)]


def _check_chunk(project: Project, reports: Reports) -> Iterator[CheckedReport]:
    inputs: list[CheckInput] = []
    for agency, year in reports:
        before = inputs[-1].case.filing if inputs and inputs[-1].case else None
        inputs.append(gather(project, agency, year, before))
    return _checked(project, inputs)


def check_report(project: Project, agency: str, year: int, filing: Filing | None = None) -> CheckedReport:
    """Check one report of a project. Raises ProjectError for an unknown agency or a year without filing.

    filing: checked in place of what the report's folder holds, for figures that are not saved yet.
    What was handed over is not checked again, if all that checking it read is still the same.
    """
    (report,) = project.reports((agency,), (year,))
    if filing is None and (taken := _taken_over(project, *report)):
        return taken
    return next(_checked(project, [gather(project, *report, filing)]))


def hand_over(project: Project, checked: CheckedReport, states: Mapping[str, str], path: Path) -> None:
    """Hand a checked report over to processes that this one starts: `check_report` returns it there.

    states: of all that checking it read, see `Watch`; path: of the file in which it is handed over.
    """
    path.write_bytes(pickle.dumps(((real_path(project.root), checked.agency, checked.year), states, checked)))
    os.environ[HANDED_OVER] = str(path)


def _taken_over(project: Project, agency: Agency, year: int) -> CheckedReport | None:
    """Return the report that was handed over, or None if there is none, or another one, or a file has changed."""
    path = Path(os.environ.get(HANDED_OVER, ""))
    with unwatched():  # the process that checked the report has counted what it read
        which, states, checked = pickle.loads(path.read_bytes()) if path.is_file() else (None, {}, None)
        same = (project.state_of(name, seen) == seen for name, seen in states.items())
        if which != (real_path(project.root), agency, year) or not all(same):
            return None
    compose, read = project.catalogue.compose, (checked.filing, checked.last)
    filing, last = (found and replace(found, form=compose(found.year, found.form.differing)) for found in read)
    taken: CheckedReport = replace(checked, filing=filing, last=last)
    return taken


def _checked(project: Project, inputs: Sequence[CheckInput]) -> Iterator[CheckedReport]:
    """Yield the reports of inputs; where one stops us, the others are checked one by one."""
    done = 0
    try:
        for report in _checked_together(project, inputs):
            yield report
            done += 1
    except GovReportError:  # of the project's own words or rules
        raise
    except Exception as error:
        if inputs[1:]:
            yield from chain.from_iterable(_checked(project, [entry]) for entry in inputs[done:])
        else:
            (entry,) = inputs
            found = entry.findings + defect(entry.agency.slug, entry.year, "校验", error)
            yield CheckedReport(entry.agency, entry.year, Findings.of(found))


def _checked_together(project: Project, inputs: Sequence[CheckInput]) -> Iterator[CheckedReport]:
    read = [(entry.case, entry.prose) for entry in inputs if entry.case]
    own, words = project.settings, project_lexicon(project.root)
    threshold = own.similarity or Decimal(str(similarity(project.root, project.catalogue)))
    settings = Settings(characters=own.characters, similarity=threshold)
    checked = _check([case for case, _ in read], [prose for _, prose in read], settings, words)
    for entry in inputs:
        found, filing, last = list(entry.findings), None, None
        if entry.case:
            filing, last, written = entry.case.filing, entry.case.last, entry.case.filing.narrative
            texts = f"{written.title}{written.signatories}{signed_in_prose(written).signatories}"
            found += next(checked)
            found += check_agency(filing, entry.agency, project.named_in(texts, entry.agency))
            found += check_printing(filing, entry.prose, project)
        if any(f.rule == "F1" and f.severity == "error" for f in found):
            filing = last = None
        known = [waiver for waiver in entry.waivers if filing and waiver.rule not in ASSERTED]
        found += waiver_notices(known, list(found), entry.agency.slug, entry.year)
        findings = Findings.of(found, entry.waivers)
        yield CheckedReport(entry.agency, entry.year, findings, filing, last, entry.prose, entry.waivers)


def _check(
    cases: Sequence[Case], proses: Sequence[Mapping[int, str]], settings: Settings, words: Lexicon | None = None
) -> Iterator[list[Finding]]:
    for case, prose, balance in zip(cases, proses, check_balance(cases), strict=True):
        totals = frozenset(cell for finding in balance if finding.rule == "V2" for cell in finding.cells)
        tables = [*check_validity(case.filing), *balance, *check_presence(case.filing, totals)]
        yield tables + prose_findings(case, prose, settings, words)


def prose_findings(
    case: Case, prose: Mapping[int, str], settings: Settings, words: Lexicon | None = None
) -> list[Finding]:
    """Return the findings of the rules on prose.

    prose: the parts, figures filled in; settings: of the project; words: see `read_claims`.
    """
    filing, last = case.filing, case.last
    texts = {number: prose.get(number, part.text) for number, part in filing.narrative.parts.items()}
    threshold = float(settings.similarity or SIMILARITY)
    parts = [*check_parts(filing, prose, settings.characters), *check_repetition(filing, prose, last, threshold)]
    return [*check_prose(filing, texts, last, words), *parts, *check_year(filing, texts)]
