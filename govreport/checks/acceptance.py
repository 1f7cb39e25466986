"""Accepting a finding by the number that `check` prints: a waiver at the end of ``waivers.toml``."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from govreport.checks.entry_file import WAIVERS, require_name
from govreport.checks.findings import NOTEBOOK_RULES, Finding, Findings, Waiver, waiver_entry
from govreport.core import ProjectError
from govreport.filing import Filing, Project, shown_folder

if TYPE_CHECKING:
    from govreport.checks.checking import CheckedReport

LONGEST_REASON = 500


def accept(
    project: Project, agency: str, year: int, number: str, reason: str, by: str, day: datetime.date
) -> tuple[Finding, str]:
    """Accept a finding; return it, and the name of the file that has the waiver now.

    number: see `Findings.numbers`. Its code alone says which finding is meant, so that no other
    is accepted when findings have changed since. reason, by, day: why, by whom and when it is accepted.
    Raises ProjectError for an agency, a year or a number that is not there, and where reason or name are none;
    FilingError when the filing or its waivers cannot be read.
    """
    from govreport.checks.checking import check_report  # noqa: PLC0415, a tenth of a second: NumPy

    who, why = require_name(by, "接受人"), " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON or not why.isprintable():
        raise ProjectError(f"--reason 的值不对，应写明接受的理由，不超过{LONGEST_REASON}字。")
    checked = check_report(project, agency, year)
    filing = checked.readable_filing()
    finding = numbered_finding(all_findings(project, checked), number, f"{checked.agency.slug} {year}")
    return finding, write_waivers(project, filing, [waiver_of(finding, why, who, day)])


def all_findings(project: Project, checked: CheckedReport, digest: str = "") -> Findings:
    """Return a report's findings with what assertions and prose in its notebook made when it ran last.

    digest: of the filing as it was then, where what was found in another one does not count.
    """
    record = project.output / str(checked.year) / checked.agency.slug / "report.json"
    made = list[Finding]()
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        told = json.loads(record.read_text(encoding="utf-8"))
        made = [*map(Finding.from_json, told["findings"] if told["filing_digest"] == digest or not digest else ())]
    return checked.findings.joined(finding for finding in made if finding.rule in NOTEBOOK_RULES and not finding.waived)


def numbered_finding(findings: Findings, number: str, which: str) -> Finding:
    """Return the finding of a number, or of its code alone. Raises ProjectError where there is none.

    which: the report's agency and year, for messages.
    """
    codes = [known.partition("-")[2] for known in findings.numbers]
    code = number.rpartition("-")[2]
    if accepted := next((finding.waived for finding in findings if finding.code == code), None):
        raise ProjectError(f"{which} 的意见 {number} 已由{accepted.by}接受（{accepted.date}），不必再接受。")
    if not code or code not in codes:
        told = f"{which} 没有编号为“{number}”的意见；编号应写全，如 1-7c1f3a，意见改变后编号也变"
        raise ProjectError(f"{told}；请用 govreport check {which} 或审阅本查看现在的编号。")
    return findings[codes.index(code)]


def waiver_of(finding: Finding, reason: str, by: str, day: datetime.date) -> Waiver:
    """Return the waiver that accepts this finding and no other."""
    cells = tuple(dict.fromkeys(cell for identity in finding.identities for cell in identity.cells))
    return Waiver(finding.rule, cells, reason, by, day.isoformat(), quote=finding.own_words, finding=finding.code)


def write_waivers(project: Project, filing: Filing, waivers: Sequence[Waiver]) -> str:
    """Write waivers behind those of a filing, and return the name of their file."""
    shown = shown_folder(filing.agency, filing.year)
    return WAIVERS.append(project.root / shown, shown, [waiver_entry(waiver, filing.figures) for waiver in waivers])
