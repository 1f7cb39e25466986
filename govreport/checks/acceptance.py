"""Accepting a finding by the number that `check` prints: a waiver at the end of ``waivers.toml``."""

from __future__ import annotations

import datetime

from govreport.checks.checking import check_report
from govreport.checks.findings import Finding, Waiver, waiver_entry
from govreport.checks.signoff import require_name
from govreport.checks.waivers import WAIVERS_FILE, parse_waivers
from govreport.core import FilingError, ProjectError, alone, read_text, write_text
from govreport.filing import Project, shown_folder

LONGEST_REASON = 500


def accept(
    project: Project, agency: str, year: int, number: str, reason: str, by: str, day: datetime.date
) -> tuple[Finding, str]:
    """Accept a finding; return it, and the name of the file that has the waiver now.

    number: as `check` prints it, see `Findings.numbers`. Its code alone says which finding is meant, so that no other
    is accepted when findings have changed since. reason, by, day: why, by whom and when it is accepted.
    Raises ProjectError for an agency, a year or a number that is not there, and where reason or name are none;
    FilingError when the filing or its waivers cannot be read.
    """
    who, why = require_name(by, "接受人"), " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON or not why.isprintable():
        raise ProjectError(f"--reason 的值不对，应写明接受的理由，不超过{LONGEST_REASON}字。")
    checked = check_report(project, agency, year)
    filing, slug = checked.readable_filing(), checked.agency.slug
    codes = [known.partition("-")[2] for known in checked.findings.numbers]
    code = number.rpartition("-")[2]
    if not code or code not in codes:
        raise ProjectError(
            f"{slug} {year} 没有编号为“{number}”的意见；编号应写全，如 1-7c1f3a，"
            f"意见改变后编号也变；请用 govreport check {slug} {year} 查看现在的编号。"
        )
    finding = checked.findings[codes.index(code)]
    cells = tuple(dict.fromkeys(cell for identity in finding.identities for cell in identity.cells))
    waiver = Waiver(finding.rule, cells, why, who, day.isoformat(), quote=finding.own_words, finding=code)
    name = f"{shown_folder(slug, year)}/{WAIVERS_FILE}"
    with alone((project.root / name).parent):
        before = read_text(project.root / name, name).text.rstrip() if (project.root / name).exists() else ""
        text = f"{before}\n\n{waiver_entry(waiver, filing.cells)}".lstrip()
        try:
            parse_waivers(text, name)
        except FilingError:
            raise FilingError([f"{name} 的写法使后面不能再加一条；请把其中各条改为以 [[waiver]] 开头。"]) from None
        write_text(project.root / name, text)
    return finding, name
