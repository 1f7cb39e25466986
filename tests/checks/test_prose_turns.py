"""Turns of phrase in prose: each sentence is right as it stands, and told where its one figure is another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from govreport.checks.prose.reader import check_prose
from govreport.filing import Filing

NEW, PENALTY = "applications.new.total", "proactive.penalty.decisions"
REVIEW, COURT = "disputes.reconsideration", "disputes.litigation"
DOCUMENTS = {
    "proactive.normative.made": 4,
    "proactive.normative.disclosed": 4,
    "proactive.normative.disclosed_total": 61,
}
BOUGHT = {"proactive.procurement.projects": 9, "proactive.procurement.amount": "2750000"}
REFUSED = {"applications.not_processed.petition.total": 21, "applications.not_processed.repeat.total": 9}

CASES: list[tuple[str, str, str, str, dict[str, Any], dict[str, int]]] = [
    ("今年以来，收到政府信息公开申请64件。", "64", "46", "N1", {NEW: 64}, {}),
    ("改版过渡期间，申请渠道照常开放，全年收到申请64件。", "64", "46", "N1", {NEW: 64}, {}),
    ("上半年收到申请30件，下半年收到申请34件，全年共64件。", "64", "74", "N1", {NEW: 64}, {}),
    ("收到申请64件，而2022年、2021年分别收到52件和70件，同比增加12件。", "12", "21", "N4", {NEW: 64}, {NEW: 52}),
    ("本局收到的政府信息公开申请，由上年的52件增至64件。", "64", "84", "N1", {NEW: 64}, {NEW: 52}),
    ("行政处罚较上年减少120件。", "120", "190", "N4", {PENALTY: 880}, {PENALTY: 1000}),
    ("新收申请较上年的50件增长28%。", "28", "38", "N4", {NEW: 64}, {NEW: 50}),
    ("与上年相比，新收量增加14件。", "14", "41", "N4", {NEW: 64}, {NEW: 50}),
    ("网络申请40件，信函申请24件，合计新收64件。较上年的50件增长28%。", "28", "38", "N4", {NEW: 64}, {NEW: 50}),
    ("申请量较上年增长28%，增加14件。", "14", "41", "N4", {NEW: 64}, {NEW: 50}),
    ("新制作规范性文件4件，全部公开，对外公开总数61件。", "61", "91", "N1", DOCUMENTS, {}),
    ("集中采购9个项目，275万元。", "275", "725", "N1", BOUGHT, {}),
    ("采购项目9个，采购金额275万元。", "9", "19", "N1", BOUGHT, {}),
    ("作出行政处罚70件、强制12件。", "12", "21", "N1", {PENALTY: 70, "proactive.coercion.decisions": 12}, {}),
    ("不予处理30件，主要为信访举报投诉类申请（21件）。", "21", "12", "N1", REFUSED, {}),
    ("行政复议16件，12件被维持。", "12", "14", "N1", {f"{REVIEW}.total": 16, f"{REVIEW}.upheld": 12}, {}),
    ("行政复议16件，其中责令重新答复7件。", "7", "9", "N1", {f"{REVIEW}.total": 16, f"{REVIEW}.corrected": 7}, {}),
]  # fmt: skip


def told(text: str, cells: dict[str, Any], last: dict[str, int]) -> set[tuple[str, object]]:
    before = Filing.from_cells("shili-bureau", "示例市示例局", 2022, last) if last else None
    year = 2020 if cells is DOCUMENTS or cells is BOUGHT else 2023
    found = check_prose(Filing.from_cells("shili-bureau", "示例市示例局", year, cells), {1: text}, before)
    return {(one.rule, one.identities[0].stated) for one in found}


@pytest.mark.parametrize(("text", "figure", "wrong", "rule", "cells", "last"), CASES)
def test_a_sentence_is_silent_and_told_with_another_figure(
    text: str, figure: str, wrong: str, rule: str, cells: dict[str, Any], last: dict[str, int]
) -> None:
    assert told(text, cells, last) == set()
    changed = told("".join((text.rpartition(figure)[0], wrong, text.rpartition(figure)[2])), cells, last)
    assert rule in {one for one, _ in changed}, changed


def test_a_sum_of_results_leaves_no_first_part_out() -> None:
    rows = {"granted": 31, "partial": 5, "denied.internal": 4, "total": 40}
    found = told(
        "予以公开71件，部分公开5件，不予公开4件，总计40件。",
        {f"applications.{row}.total": n for row, n in rows.items()},
        {},
    )
    assert ("N1", 71) in found and all(rule != "N2" or stated == 40 for rule, stated in found)
    assert Decimal(9) not in {stated for _, stated in found}


def test_those_of_two_years_are_no_list() -> None:
    text = "2022年发现的问题6个已整改到位；2023年又发现问题4个，已整改3个，剩余1个明年完成。"
    assert told(text, {NEW: 3}, {}) == set()


def test_outcomes_behind_reviews_and_lawsuits_are_of_either_or_both() -> None:
    cells = {
        f"{REVIEW}.total": 16,
        f"{COURT}.direct.total": 4,
        f"{REVIEW}.corrected": 5,
        f"{COURT}.direct.corrected": 1,
    }
    cells |= dict.fromkeys((f"{COURT}.after_reconsideration.{column}" for column in ("corrected", "total")), 0)
    for count in (6, 5, 1):
        assert told(f"引发行政复议16件、行政诉讼4件，其中被纠正{count}件。", cells, {}) == set()
    assert told("引发行政复议16件、行政诉讼4件，其中被纠正9件。", cells, {})
    whole = dict.fromkeys((f"{REVIEW}.upheld", f"{COURT}.direct.upheld"), 11) | {
        f"{COURT}.after_reconsideration.upheld": 0
    }
    assert told("引发行政复议16件、行政诉讼4件，其中维持22件。", cells | whole, {}) == set()
