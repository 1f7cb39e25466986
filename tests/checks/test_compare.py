"""This year beside last: what changed, what is worth a remark first, and what the prose repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.checks.years.comparison import REMARKS, Comparison, compare
from govreport.checks.years.prose_comparison import SENTENCE_KINDS, compare_part
from govreport.core.figures import Figure
from govreport.filing.filing import Filing
from govreport.filing.folder import render_prose
from govreport.filing.project import Project
from govreport.forms.catalogue import Catalogue
from govreport.tables.marks import compared_table
from tests.support.projects import GOOD, REPOSITORY, YEAR
from tests.support.strategies import COLUMNS, consistent_filing

UNEVEN, HALF_FILLED, FROM_ZERO, TO_ZERO, UP, DOWN = REMARKS
GRANTED, DENIED = "applications.granted.natural", "applications.denied.internal.natural"
FEES = "proactive.fees.amount"
Cells = Mapping[str, Figure | str | None]


def compared(now: Cells, before: Cells, year: int = YEAR) -> Comparison:
    """Compare two filings that have nothing but these figures."""
    filings = [
        Filing.from_cells("shili-archive", "示例市档案局", y, cells) for y, cells in ((year, now), (year - 1, before))
    ]
    return compare(*filings, {}, {})


def remarked(now: Cells, before: Cells) -> list[tuple[str, str]]:
    return [(change.remark, change.name) for change in compared(now, before).remarks]


@given(st.randoms(use_true_random=False), st.sampled_from([2020, 2023]))
def test_a_year_beside_itself_shows_no_change(chance: Random, year: int):
    filing = consistent_filing(year, chance.randint)
    found = compare(filing, replace(filing, year=year - 1), {1: "收到申请3件。"}, {1: "收到申请3件。"})
    assert len(found.changes) == len(filing.form.cells) and not any(change.difference for change in found.changes)
    assert [change for change in found.remarks if change.remark != UNEVEN] == []
    assert found.parts[0].counts()["照搬"] == 1


@given(st.randoms(use_true_random=False))
def test_filings_that_follow_on_each_other_have_no_uneven_pair(chance: Random):
    last = consistent_filing(2022, chance.randint)
    found = compare(consistent_filing(2023, chance.randint, last), last, {}, {})
    assert len(found.carried) == len(COLUMNS) and all(pair.matches for pair in found.carried)


def test_a_pair_that_was_not_carried_over_stands_first_and_names_both_cells():
    now = {"applications.carried_in.natural": 3, "applications.carried_out.natural": 2, GRANTED: 100}
    found = compared(now, {"applications.carried_out.natural": 2, GRANTED: 10})
    first, second = found.remarks
    assert (first.remark, first.name, first.now, first.before) == (UNEVEN, "applications.carried_in.natural", 3, 2)
    assert "上年结转" in first.label and "结转下年度" in first.label
    assert (second.remark, second.name) == (UP, GRANTED)
    assert "1对不符" in found.summary()


def test_a_text_that_is_no_figure_is_told_as_such_and_not_as_blank():
    found = compared({GRANTED: "12a", "applications.carried_in.natural": "3,4"}, {GRANTED: 9})
    texts = {change.name: change.texts for change in found.changes}
    assert texts[GRANTED] == ("读不出", "9") and texts[DENIED] == ("空白", "空白")
    assert [change.name for change in found.remarks] == ["applications.carried_in.natural"], "nothing is left blank"
    assert "1对不符" in found.summary(), "what cannot be read does not follow on anything"
    marked = compared_table(found.filing, "applications", found.changes)
    assert [cell.text for cell in marked.cells if cell.name == GRANTED] == ["12a (今年读不出)"]


def test_remarks_stand_in_the_documented_order_and_the_weightiest_first():
    now = {GRANTED: 0, DENIED: 9, FEES: Decimal("1.5"), "applications.new.natural": 80, "applications.new.business": 70}
    before = {GRANTED: 9, DENIED: 0, FEES: None, "applications.new.natural": 30, "applications.new.business": 40}
    assert remarked(now, before) == [
        (HALF_FILLED, FEES),
        (FROM_ZERO, DENIED),
        (TO_ZERO, GRANTED),
        (UP, "applications.new.natural"),
        (UP, "applications.new.business"),
    ]


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (3, 1, False), (150, 100, True), (110, 100, False), (0, 3, False), (0, 4, True), (1, 0, False),
        (None, 0, False), (None, 2, True), (20_300, 20_000, False), (20_500, 20_000, True),
    ],
)  # fmt: skip
def test_a_count_is_told_when_chance_hardly_explains_its_change(now: int | None, before: int, told: bool):
    assert bool(remarked({GRANTED: now}, {GRANTED: before})) is told


@pytest.mark.parametrize(
    ("now", "told"), [("1.49", False), ("2.01", True), ("0.49", True), ("0", True), ("0.6", False)]
)
def test_money_is_told_when_it_changed_by_half(now: str, told: bool):
    assert bool(remarked({FEES: Decimal(now)}, {FEES: Decimal(1)})) is told


def test_a_total_is_not_told_again_when_one_part_makes_it_up():
    now = {GRANTED: 50, "applications.granted.total": 52, "applications.granted.business": 2}
    before = {GRANTED: 10, "applications.granted.total": 12, "applications.granted.business": 2}
    assert remarked(now, before) == [(UP, GRANTED)]


def test_a_total_that_grew_by_many_small_parts_is_told():
    rows = [row for row in COLUMNS if row != "total"]
    now = {f"applications.granted.{column}": 4 for column in rows} | {"applications.granted.total": 24}
    before = {f"applications.granted.{column}": 2 for column in rows} | {"applications.granted.total": 6}
    assert remarked(now, before) == [(UP, "applications.granted.total")]


def test_a_blank_is_no_zero_and_gives_no_difference():
    (change,) = (c for c in compared({GRANTED: None}, {GRANTED: 2}).changes if c.name == GRANTED)
    assert (change.difference, change.difference_text, change.growth) == (None, "", "")


def test_money_is_compared_exactly():
    (change,) = (c for c in compared({FEES: Decimal("0.3")}, {FEES: Decimal("0.2")}).changes if c.name == FEES)
    assert (change.difference_text, change.growth) == ("+0.1", "50.0%")


def test_where_the_edition_changed_a_group_stands_for_its_rows_and_the_rest_is_told():
    now = {f"applications.other.{row}.natural": 1 for row in ("no_correction", "fee_unpaid", "other")}
    found = compared(now, {"applications.other.natural": 5}, 2021)
    (group,) = (change for change in found.changes if change.name == "applications.other.natural")
    assert (group.now, group.before) == (3, 5)
    assert set(found.not_comparable) == {"proactive"}
    assert "proactive.licensing.decisions" in {change.name for change in found.changes}, "both editions have it"


def test_a_new_form_of_an_old_one_is_compared_by_group_as_well():
    old = Catalogue.read().compose(2022, {"applications": "2019"})
    filings = [
        Filing.from_cells("a", "示例局", 2022, {"applications.other.natural": 4}, form=old),
        Filing.from_cells("a", "示例局", 2021, {"applications.other.other.natural": 3}),
    ]
    changes = {change.name: change for change in compare(*filings, {}, {}).changes}
    assert changes["applications.other.natural"].difference == 1


SENTENCES = {
    "照搬": ("栏目每月检查一次。", "栏目每月检查一次。"),
    "只改数字": ("2023年收到申请31件。", "2022年收到申请二十六件。"),
    "有改动": ("全年举办培训班，提高经办人员能力。", "全年举办培训班，提高全体人员能力。"),
    "新写": ("开通了移动端查询。", ""),
    "未沿用": ("", "疫情期间暂停现场受理。"),
}


@pytest.mark.parametrize("kind", SENTENCE_KINDS)
def test_a_sentence_is_told_beside_last_years(kind: str):
    now, before = SENTENCES[kind]
    (found,) = compare_part(5, "五", now, before, Catalogue.read().form_for(YEAR)).sentences
    assert (found.kind, found.text, found.last) == (kind, now, before)


def test_sentences_are_compared_and_told_without_marks():
    now, before = "- **一是**[栏目](https://shili.example/)更新慢；\n- 二是培训少。", "一是栏目更新慢；二是培训少。"
    found = compare_part(5, "五", now, before, Catalogue.read().form_for(YEAR)).sentences
    assert [(sentence.kind, sentence.text) for sentence in found] == [
        ("照搬", "一是栏目更新慢；"),
        ("照搬", "二是培训少。"),
    ]


def test_sentences_that_changed_places_are_still_repeated():
    (_, (second, _), *_), texts = list(SENTENCES.values()), [now for now, _ in SENTENCES.values() if now]
    found = compare_part(1, "一", "".join(texts), "\n\n".join(reversed(texts)), Catalogue.read().form_for(YEAR))
    assert found.counts() == dict.fromkeys(SENTENCE_KINDS, 0) | {"照搬": len(texts)} and second in texts


def test_each_of_last_years_sentences_is_used_once():
    found = compare_part(1, "一", "无其他事项。无其他事项。", "无其他事项。", Catalogue.read().form_for(YEAR))
    assert [sentence.kind for sentence in found.sentences] == ["照搬", "新写"]


@given(st.text(alphabet="甲乙丙3，。；\n #-*{}", max_size=60), st.text(alphabet="甲乙丙3，。；\n #-*{}", max_size=60))
def test_every_sentence_of_both_years_is_told_exactly_once(now: str, before: str):
    found = compare_part(1, "一", now, before, Catalogue.read().form_for(YEAR))
    back = compare_part(1, "一", before, now, Catalogue.read().form_for(YEAR))
    assert sorted(s.text for s in found.sentences if s.text) == sorted(s.last for s in back.sentences if s.last)


def test_the_sample_city_compares_without_a_finding_of_its_own():
    project = Project(REPOSITORY)
    filing, last = project.filing(GOOD, YEAR), project.filing(GOOD, YEAR - 1)
    found = compare(filing, last, render_prose(filing, last), render_prose(last, project.filing(GOOD, YEAR - 2)))
    assert all(pair.matches for pair in found.carried) and len(found.parts) == 6
    assert "{{" not in "".join(s.text + s.last for part in found.parts for s in part.sentences)
