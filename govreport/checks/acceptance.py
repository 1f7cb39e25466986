"""Accepting a finding by the number that `check` prints: a waiver at the end of ``waivers.toml``."""

from __future__ import annotations

import datetime
from dataclasses import replace

from govreport.checks.checking import check_report
from govreport.checks.findings import Finding, Findings, Waiver, waiver_entry
from govreport.checks.signoff import require_name
from govreport.checks.waivers import WAIVERS_FILE, parse_waivers, read_waivers
from govreport.core import FilingError, ProjectError, alone, read_text, written_whole
from govreport.filing import Filing, Project, shown_folder

LONGEST_REASON, SHOWN = 500, 60
"""Letters that a reason may have, and letters of a finding that a message shows."""


def accept(
    project: Project, agency: str, year: int, number: str, reason: str, by: str, day: datetime.date
) -> tuple[Finding, str]:
    """Accept a finding; return it with its waiver, and the name of the file that holds the waiver.

    number: as `check` prints it; its code says which finding is meant, so that no other is accepted when findings have
    changed since. reason, by, day: why, by whom and when it is accepted.
    Raises ProjectError for an agency, a year or a number that is not there, and where reason or name are none;
    FilingError when the filing or its waivers cannot be read.
    """
    who, why = require_name(by, "接受人"), " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON or not why.isprintable():
        raise ProjectError(f"--reason 的值不对，应写明接受的理由，不超过{LONGEST_REASON}字。")
    checked = check_report(project, agency, year)
    filing, slug = checked.readable_filing(), checked.agency.slug
    name = f"{shown_folder(slug, year)}/{WAIVERS_FILE}"
    finding = _named(checked.findings, number, f"{slug} {year}")
    cells = tuple(dict.fromkeys(cell for identity in finding.identities for cell in identity.cells))
    quote = finding.said if finding.quote or not cells else ""
    waiver = Waiver(finding.rule, cells, why, who, day.isoformat(), quote=quote, finding=finding.code)
    _append(project, filing, waiver, name)
    return replace(finding, waived=waiver), name


def _named(findings: Findings, number: str, which: str) -> Finding:
    """Return the finding of a number. which: the report, for messages."""
    code = number.rpartition("-")[2]
    numbers = dict(zip(findings.numbers, findings, strict=True))
    if found := [finding for known, finding in numbers.items() if code and known.endswith(f"-{code}")]:
        return found[0]
    full = next((known for known in numbers if known.partition("-")[0] == number), "")
    if not full or numbers[full].waived:
        raise ProjectError(
            f"{which} 现在没有编号为“{number}”的意见，可能已改正、已接受，或校验之后又有变化；"
            f"请用 govreport check {which} 查看现在的编号。"
        )
    found_now = numbers[full]
    told = f"第{number}条现在是 {found_now.rule}：{(found_now.headline or found_now.message)[:SHOWN].rstrip('。')}"
    if full == number:
        raise ProjectError(f"{told}，这样的意见不能接受，只能改正。")
    raise ProjectError(f"{told}；确认接受这一条，请写完整的编号 {full}。")


def _append(project: Project, filing: Filing, waiver: Waiver, name: str) -> None:
    """Write a waiver behind what the file of waivers holds, which stays as it is, byte by byte."""
    path = project.root / name
    with alone(path.parent):
        read_waivers(path.parent, shown_folder(filing.agency, filing.year))
        before = path.read_bytes() if path.exists() else b""
        try:
            encoding, text = "utf-8", before.decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding, text = "gb18030", before.decode("gb18030")
        end = "\r\n" if "\r\n" in text else "\n"
        gap = "" if not text.strip() else end if text.endswith("\n") else 2 * end
        added = gap + waiver_entry(waiver, filing.cells).replace("\n", end)
        with written_whole(path) as aside:
            aside.write_bytes(before + added.encode(encoding))
            try:
                parse_waivers(read_text(aside, name).text, name)
            except FilingError:
                told = f"{name} 的写法使后面不能再加一条；请把其中各条改为以 [[waiver]] 开头。"
                raise FilingError([told]) from None
