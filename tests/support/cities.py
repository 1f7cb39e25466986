"""Index entries of a made-up city of any size, without filings or reports behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from govreport.checks.deadlines import deadline
from govreport.checks.report_states import CONSISTENT, DOUBTFUL, FAILED, INCONSISTENT, PENDING, SIGNED
from govreport.checks.signoff import SignOff
from govreport.filing.project import Agency
from govreport.forms.catalogue import Catalogue
from govreport.publish.index import Companion, ReportEntry

PLACES = [first + second for first in "东南西北上下前后" for second in "山河湖桥林溪园关"]
OFFICES = ("档案局", "林业局", "水利局", "商务局", "统计局", "审计局", "气象局", "体育局")
KINDS = ("government", *["department"] * 6, *["township"] * 3)
STATES = {CONSISTENT: 60, DOUBTFUL: 15, INCONSISTENT: 10, SIGNED: 10, PENDING: 3, FAILED: 2}
PAGES = ("report.html", "report.pdf", "review.html", "report.ipynb")
SUMMARY = (Companion("所属机构汇总", ("summary_report.ipynb", "summary_report.html", "summary_report.pdf")),)
REASON = (
    "data/{slug}/{year}/applications.csv 第4行的行名“grantedd”不在格式中；"
    "是否应为“granted”，请改正，或删去该行后重新运行。"
)


def register_of(size: int) -> Mapping[str, Agency]:
    """Register a city of agencies: a government, ten districts under it, offices and townships under these."""
    found = {"shili": Agency("shili", "示例市人民政府", "示例市政府", "", "government", "members")}
    for number in range(size - 1):
        place = PLACES[number % len(PLACES)]
        if number < 10:
            name, parent, kind = f"示例市{place}区人民政府", "shili", "government"
        else:
            kind = ("department", "township")[number % 10 > 6]
            office = f"{place}街道办事处" if kind == "township" else f"{place}{OFFICES[number % len(OFFICES)]}"
            name, parent = f"示例市第{number}区{office}", f"shili-{number % 10}"
        scope = "members" if kind == "government" else "own"
        found[f"shili-{number}"] = Agency(f"shili-{number}", name, name.removeprefix("示例市"), parent, kind, scope)
    return found


def entries_of(register: Mapping[str, Agency], years: range, seed: str = "city") -> list[ReportEntry]:
    """Make up a report of every agency for every year."""
    chance = Random(seed)
    return [_entry(chance, agency, year) for agency in register.values() for year in years]


def _entry(chance: Random, agency: Agency, year: int) -> ReportEntry:
    (state,) = chance.choices(list(STATES), list(STATES.values()))
    made = state not in (PENDING, FAILED)
    published = date(year + 1, 1, 10) + timedelta(days=chance.randint(0, 80))
    return ReportEntry(
        agency=agency,
        year=year,
        state=state,
        counts={
            "error": chance.randint(1, 20) if state == INCONSISTENT else 0,
            "warning": chance.randint(1, 9) if state in (DOUBTFUL, INCONSISTENT) else 0,
            "notice": chance.randint(0, 3) if made else 0,
        },
        files=PAGES if made else (),
        errors=(REASON.format(slug=agency.slug, year=year),) if state == FAILED else (),
        published=published.isoformat() if made and chance.random() < 0.9 else "",
        figures={"applications.new": chance.randint(0, 300), "applications.total": chance.randint(0, 300)}
        if made
        else {},
        signoff=SignOff("李审核", f"{year + 1}-01-20") if state == SIGNED else None,
        companions=SUMMARY if agency.kind == "government" and made else (),
        due=deadline(agency.kind, year, Catalogue.read()),
    )
