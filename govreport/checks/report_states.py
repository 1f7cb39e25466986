"""The states of a report: one vocabulary for report.json, the list, the index page and the review copy."""

from __future__ import annotations

from collections.abc import Mapping

CONSISTENT, DOUBTFUL, INCONSISTENT, PENDING, FAILED = "一致", "有疑点", "不一致", "未生成", "失败"
SIGNED, OUTDATED = "已签审", "待重新生成"
MADE = "已生成"
"""State of a page from another notebook than the report's; nobody checks or signs it."""
STATES = (INCONSISTENT, FAILED, DOUBTFUL, OUTDATED, PENDING, CONSISTENT, SIGNED)
"""Every state, the most urgent first."""


def state_of(counts: Mapping[str, int]) -> str:
    """Return the state of a report that could be read from the numbers of its unwaived findings by severity.

    >>> state_of({"error": 0, "warning": 2, "notice": 1})
    '有疑点'
    """
    return INCONSISTENT if counts.get("error") else DOUBTFUL if counts.get("warning") else CONSISTENT
