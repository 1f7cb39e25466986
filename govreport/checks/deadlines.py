"""Deadlines of publication: by which day an agency's report is due, and whether it came in time.

Source: Regulations on Open Government Information (State Council Order 711), article 49; the days stand in the
forms' files.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from govreport.core import FormError
from govreport.filing import AGENCY_KINDS
from govreport.forms import editions, form_for

IN_TIME, LATE, UNDATED, MISDATED = "按期", "逾期", "未注明公布日期", "公布日期有误"


def deadline(kind: str, year: int) -> datetime.date | None:
    """Return the day by which an agency of a kind publishes its report for a year; None where no form says so.

    >>> deadline("department", 2023), deadline("department", 1999)
    (datetime.date(2024, 1, 31), None)
    """
    try:
        return form_for(year).deadline(kind, year)
    except (KeyError, FormError):
        return None


def days_late(kind: str, year: int, published: str) -> int | None:
    """Return days from the deadline to the publication; None where either is unknown or the date is wrong.

    published: ISO date or empty.

    >>> days_late("department", 2023, "2024-02-02"), days_late("department", 2023, "2023-02-02")
    (2, None)
    """
    due = deadline(kind, year)
    try:
        day = datetime.date.fromisoformat(published)
    except ValueError:
        return None
    return (day - due).days if due and day.year > year else None


def timeliness(kind: str, year: int, published: str, today: datetime.date) -> str:
    """Return how a report stands with its deadline, in Chinese words; empty where no form sets one.

    published: ISO date, empty for a report that was not published yet.

    >>> timeliness("department", 2023, "", datetime.date(2024, 1, 21))
    '还有10天'
    >>> timeliness("department", 2023, "2024-02-02", datetime.date(2024, 3, 1))
    '逾期2天'
    """
    due, days = deadline(kind, year), days_late(kind, year, published)
    if published:
        return MISDATED if days is None else f"{LATE}{days}天" if days > 0 else IN_TIME
    if due is None:
        return ""
    return f"还有{(due - today).days}天" if today <= due else f"{LATE}未公布"


def deadlines_in_words(kinds: Collection[str]) -> str:
    """Return the deadlines of the newest form in words, kinds with the same one together.

    >>> deadlines_in_words(["department"])
    '部门为次年1月31日'
    """
    newest = list(editions().values())[-1].deadlines
    days: dict[str, list[str]] = {}
    for kind in sorted(newest.keys() & set(kinds), key=lambda kind: (newest[kind], list(AGENCY_KINDS).index(kind))):
        month, day = newest[kind].split("-")
        days.setdefault(f"{int(month)}月{int(day)}日", []).append(AGENCY_KINDS[kind])
    return "，".join(f"{'、'.join(names)}为次年{day}" for day, names in days.items())
