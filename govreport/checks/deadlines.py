"""Deadlines of publication: by which day an agency's report is due, and whether it came in time.

Source: Regulations on Open Government Information (State Council Order 711), article 49; the days stand in the
forms' files.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from govreport.core import FormError, read_date
from govreport.filing import AGENCY_KINDS
from govreport.forms import Catalogue, Form

IN_TIME, LATE, UNDATED, MISDATED = "按期", "逾期", "未注明公布日期", "公布日期有误"


def deadline(kind: str, year: int, catalogue: Catalogue) -> datetime.date | None:
    """Return the day by which an agency of a kind publishes its report for a year; None where no form says so.

    >>> deadline("department", 2023, Catalogue.read()), deadline("department", 1999, Catalogue.read())
    (datetime.date(2024, 1, 31), None)
    """
    try:
        return catalogue.form_for(year).deadline(kind, year)
    except (KeyError, FormError):
        return None


def due_year(today: datetime.date) -> int:
    """Return the reporting year that is over and whose reports are due: the year before a day's.

    >>> due_year(datetime.date(2026, 1, 1)), due_year(datetime.date(2026, 12, 31))
    (2025, 2025)
    """
    return today.year - 1


def days_late(due: datetime.date | None, published: str) -> int | None:
    """Return days from the deadline to the publication; None where either is unknown or the date is wrong.

    published: ISO date or empty; one in the reporting year or before is wrong.

    >>> due = datetime.date(2024, 1, 31)
    >>> days_late(due, "2024-02-02"), days_late(due, "2023-02-02")
    (2, None)
    """
    day = read_date(published)
    return (day - due).days if due and day and day.year >= due.year else None


def timeliness(due: datetime.date | None, published: str, today: datetime.date) -> str:
    """Return how a report stands with its deadline, in Chinese words; empty where no form sets one.

    published: ISO date, empty for a report that was not published yet; one that lies after today is wrong.

    >>> due = datetime.date(2024, 1, 31)
    >>> timeliness(due, "", datetime.date(2024, 1, 21))
    '还有10天'
    >>> timeliness(due, "2024-02-02", datetime.date(2024, 3, 1))
    '逾期2天'
    """
    days = days_late(due, published)
    if published:
        return MISDATED if days is None or published > today.isoformat() else f"{LATE}{days}天" if days > 0 else IN_TIME
    if due is None:
        return ""
    return f"还有{(due - today).days}天" if today <= due else f"{LATE}未公布"


def deadlines_in_words(form: Form, kinds: Collection[str]) -> str:
    """Return the deadlines that a form sets in words, kinds with the same one together.

    >>> deadlines_in_words(Catalogue.read().newest, ["department"])
    '部门为次年1月31日'
    """
    months = form.deadlines
    days: dict[str, list[str]] = {}
    for kind in sorted(months.keys() & set(kinds), key=lambda kind: (months[kind], list(AGENCY_KINDS).index(kind))):
        month, day = months[kind].split("-")
        days.setdefault(f"{int(month)}月{int(day)}日", []).append(AGENCY_KINDS[kind])
    return "，".join(f"{'、'.join(names)}为次年{day}" for day, names in days.items())
