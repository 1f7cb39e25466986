"""Evidence joined: one wrong figure is one finding, which says what the figure should be."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from govreport.checks.checking import check_filings
from govreport.checks.findings import Findings
from govreport.core.figures import Figure
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part
from govreport.forms.expansion import LAST, expand
from tests.support.strategies import (
    COLUMNS,
    DISPUTES,
    OUTCOMES,
    YEARS,
    consistent_filing,
    consistent_filings,
    consistent_years,
    examples,
)

UNIQUE, LIKELY = "unique", "likely"
EDITION_YEARS = (2020, 2023)
RECONSIDERATION = "disputes.reconsideration"


def check(filing: Filing, last: Filing | None = None) -> Findings:
    return check_filings([(filing, last)])[0]


def changed(filing: Filing, cells: Mapping[str, Figure | None]) -> Filing:
    return replace(filing, cells={**filing.cells, **cells})


def example(year: int = 2023, last: Filing | None = None) -> Filing:
    return consistent_filing(year, Random(f"evidence/{year}").randint, last)


def group(upheld: int, corrected: int, other: int, pending: int, total: int | None) -> Filing:
    """A filing in which only one group of disputes may not add up."""
    figures = zip((*OUTCOMES, "total"), (upheld, corrected, other, pending, total), strict=True)
    return changed(example(), {f"{RECONSIDERATION}.{name}": figure for name, figure in figures})


def failed(filing: Filing, last: Filing | None = None) -> set[tuple[str, tuple[str, ...]]]:
    """Rule and cells of each identity that fails, by the rules' own terms; blanks count as nothing."""
    figures = {name: figure or 0 for name, figure in filing.cells.items()}
    figures |= {LAST + name: figure or 0 for name, figure in (last.cells if last else {}).items()}
    found = set()
    for edit in expand(filing.form, last.form if last else None):
        left, right = (sum(factor * figures[cell] for factor, cell in side) for side in (edit.left, edit.right))
        if (left > right) if edit.sense == "<=" else left != right:
            found.add((edit.rule, edit.cells))
    return found


def told(findings: Findings) -> list[tuple[str, tuple[str, ...]]]:
    return [(identity.rule, identity.cells) for finding in findings for identity in finding.identities]


def applications(filing: Filing) -> list[str]:
    return [name for name in filing.cells if name.startswith("applications.")]


# ---- laws ------------------------------------------------------------------------------------------------------------


@given(consistent_years())
def test_what_adds_up_gives_no_finding(years: tuple[Filing, Filing]) -> None:
    assert not check(*years)
    assert not check(years[1])


@given(consistent_filings(), st.data())
def test_a_wrong_cell_of_the_applications_is_one_finding_that_says_what_it_should_be(
    filing: Filing, data: st.DataObject
) -> None:
    cell = data.draw(st.sampled_from(applications(filing)))
    right, wrong = filing.cells[cell], data.draw(st.integers(0, 10**6))
    assume(wrong != right)
    spoilt = changed(filing, {cell: wrong})
    (finding,) = check(spoilt)
    assert finding.suggestion == {"cells": {cell: right}, "confidence": UNIQUE}
    assert sorted(told(Findings((finding,)))) == sorted(failed(spoilt))
    assert cell in finding.cells


@pytest.mark.parametrize("year", EDITION_YEARS)
def test_every_cell_of_the_applications_is_found_when_it_alone_is_wrong(year: int) -> None:
    filing = example(year)
    chance = Random(year)
    wrong = [(cell, chance.choice([int(filing.cells[cell]) + 1, 10**9, 0])) for cell in applications(filing)]
    wrong = [(cell, figure) for cell, figure in wrong if figure != filing.cells[cell]]
    assert len(wrong) > 140
    found = check_filings([(changed(filing, {cell: figure}), None) for cell, figure in wrong])
    for (cell, _), findings in zip(wrong, found, strict=True):
        suggestions = [finding.suggestion for finding in findings]
        assert suggestions == [{"cells": {cell: filing.cells[cell]}, "confidence": UNIQUE}]


@given(consistent_years(), st.data())
@examples(25, thorough=30)
def test_the_failed_identities_are_told_whatever_is_wrong(years: tuple[Filing, Filing], data: st.DataObject) -> None:
    last, filing = years
    names = [name for name, figure in filing.cells.items() if isinstance(figure, int)]
    wrong = data.draw(st.dictionaries(st.sampled_from(names), st.integers(0, 30), max_size=3))
    spoilt = changed(filing, wrong)
    findings = check(spoilt, last)
    assert sorted(told(findings)) == sorted(failed(spoilt, last))
    sure = [f for f in findings if f.suggestion and f.suggestion["confidence"] == UNIQUE]
    mended = changed(spoilt, {cell: figure for f in sure for cell, figure in f.suggestion["cells"].items()})
    assert failed(mended, last).isdisjoint(told(Findings(tuple(sure))))


# ---- one cause, one finding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", COLUMNS)
def test_a_wrong_total_that_breaks_three_identities_is_one_finding(column: str) -> None:
    filing = example()
    cell = f"applications.total.{column}"
    (finding,) = check(changed(filing, {cell: int(filing.cells[cell]) + 5}))
    assert [identity.rule for identity in finding.identities] == ["A1", "A2", "A3"]
    assert re.search("3项.*全部相符", finding.headline)
    assert all(identity.text in finding.message for identity in finding.identities)
    assert f"改为{filing.cells[cell]}" in finding.headline


def test_two_separate_causes_are_two_findings() -> None:
    filing = example()
    one, other = "applications.granted.natural", "applications.unable.not_held.research"
    wrong = {cell: int(filing.cells[cell]) + by for cell, by in ((one, 3), (other, 4))}
    findings = check(changed(filing, wrong))
    assert [f.suggestion for f in findings] == [
        {"cells": {cell: filing.cells[cell]}, "confidence": UNIQUE} for cell in (one, other)
    ]
    assert [[identity.rule for identity in f.identities] for f in findings] == [["A2", "A3"], ["A2", "A3"]]


def test_mistakes_in_different_tables_do_not_hide_each_others_repairs() -> None:
    filing = example()
    wrong = {f"disputes.{name}.total": int(filing.cells[f"disputes.{name}.total"]) + 20 for name in DISPUTES}
    cells = Random(4).sample(applications(filing), 4)
    wrong |= {cell: int(filing.cells[cell]) + 31 for cell in cells}
    findings = check(changed(filing, wrong))
    for name in DISPUTES:
        (finding,) = [f for f in findings if f"disputes.{name}.total" in f.identities[0].cells]
        right = f"由{wrong[f'disputes.{name}.total']}改为{filing.cells[f'disputes.{name}.total']}"
        assert right in finding.message
        assert finding.suggestion["confidence"] == LIKELY
    suggested = [f.suggestion["cells"] for f in findings if f.rule.startswith("A")]
    assert {cell for found in suggested for cell in found} == set(cells)


def test_last_years_figure_speaks_for_a_repair() -> None:
    last = example(2022)
    filing = example(2023, last)
    cell = "applications.carried_in.business"
    (finding,) = check(changed(filing, {cell: int(filing.cells[cell]) + 2}), last)
    assert [identity.rule for identity in finding.identities] == ["A1", "A3", "Y1"]
    assert finding.suggestion == {"cells": {cell: filing.cells[cell]}, "confidence": UNIQUE}
    assert (finding.severity, finding.rule) == ("error", "A1")


def test_an_inequality_stands_alone_and_suggests_nothing() -> None:
    cells = {"proactive.rules.issued": 9, "proactive.rules.in_force": 1, "proactive.rules.repealed": 2}
    (finding,) = check(changed(example(), cells))
    assert (finding.rule, finding.suggestion, len(finding.identities)) == ("P2", None, 1)


# ---- suggestions -----------------------------------------------------------------------------------------------------


def test_a_total_of_nothing_beside_ten_and_one_should_be_eleven() -> None:
    (finding,) = check(group(10, 1, 0, 0, 0))
    assert finding.suggestion == {"cells": {f"{RECONSIDERATION}.total": 11}, "confidence": UNIQUE}
    assert finding.cells[0] == f"{RECONSIDERATION}.total"
    assert (finding.identities[0].stated, finding.identities[0].expected) == (0, 11)
    assert "唯一的改法" in finding.message
    assert "由0改为11" in finding.message


def test_where_several_repairs_are_possible_the_message_lists_them_all() -> None:
    (finding,) = check(group(3, 2, 1, 1, 9))
    assert finding.suggestion["confidence"] == LIKELY
    assert finding.message.count("改为") == len((*OUTCOMES, "total"))
    assert "可能的改法" in finding.message
    assert set(finding.suggestion["cells"]) < {f"{RECONSIDERATION}.{name}" for name in (*OUTCOMES, "total")}


def test_where_a_blank_may_explain_an_edit_no_figure_is_proposed() -> None:
    filing = changed(group(4, 1, 0, 0, 8), {f"{RECONSIDERATION}.{name}": None for name in ("other", "pending")})
    finding = next(f for f in check(filing) if f.rule == "D1")
    assert finding.suggestion is None and "改为" not in finding.message
    assert "“其他结果”" in finding.message and "“尚未审结”未填，请先填写" in finding.message


def test_the_cells_of_a_finding_are_those_of_its_first_identity_and_the_suspects() -> None:
    filing = example()
    cell = "applications.carried_out.other"
    (finding,) = check(changed(filing, {cell: int(filing.cells[cell]) + 6}))
    data = finding.to_json()
    first = data["identities"][0]
    assert (data["rule"], first["rule"]) == ("A1", "A1")
    assert data["cells"][: len(first["cells"])] == first["cells"]
    assert cell in data["cells"]
    assert [data[key] for key in ("stated", "expected", "difference")] == [
        first[key] for key in ("stated", "expected", "difference")
    ]
    assert data["suggestion"] == {"cells": {cell: filing.cells[cell]}, "confidence": UNIQUE}


@given(consistent_filings(), st.data())
def test_suggestions_are_never_applied(filing: Filing, data: st.DataObject) -> None:
    cells = data.draw(st.lists(st.sampled_from(applications(filing)), min_size=1, max_size=3, unique=True))
    spoilt = changed(filing, {cell: data.draw(st.integers(0, 99)) for cell in cells})
    before = dict(spoilt.cells)
    findings = check(spoilt)
    assert spoilt.cells == before
    assert check(spoilt) == findings


# ---- blanks ----------------------------------------------------------------------------------------------------------


def test_blank_totals_are_listed_with_what_belongs_there() -> None:
    filing = example()
    blank = ("applications.new.total", "applications.total.natural", "disputes.litigation.direct.total")
    findings = check(changed(filing, dict.fromkeys(blank)))
    assert [(f.rule, f.severity, f.suggestion) for f in findings] == [("V2", "warning", None)] * 2
    for cell in blank:
        words = f"{filing.form.label_of(cell)}按分项应为{filing.cells[cell]}"
        assert sum(words in finding.message for finding in findings) == 1


def test_a_part_left_blank_is_said_to_be_blank() -> None:
    filing = example()
    cell = "applications.granted.natural"
    findings = check(changed(filing, {cell: None}))
    assert [f.rule for f in findings] == ["A2", "V2"]
    assert findings[0].suggestion is None
    assert findings[0].headline == f"{filing.form.label_of(cell)}未填，请先填写；没有的填0。"


# ---- a table in disorder ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", EDITION_YEARS)
def test_a_table_in_disorder_still_lists_what_fails_and_does_not_take_long(year: int) -> None:
    chance = Random(year)
    filing = changed(example(year), {cell: chance.randint(0, 999) for cell in applications(example(year))})
    start = time.process_time()
    findings = check(filing)
    assert time.process_time() - start < 30
    assert sorted(told(findings)) == sorted(failed(filing))
    assert {finding.suggestion for finding in findings} == {None}
    assert all(finding.message.endswith("。") for finding in findings)


@given(st.sampled_from(YEARS), st.data())
def test_a_figure_below_zero_is_the_one_to_repair(year: int, data: st.DataObject) -> None:
    filing = example(year)
    cell = data.draw(st.sampled_from(applications(filing)))
    findings = check(changed(filing, {cell: data.draw(st.integers(-50, -1))}))
    assert {finding.rule for finding in findings} & {"V1"}
    (finding,) = [finding for finding in findings if finding.rule != "V1"]
    assert finding.suggestion == {"cells": {cell: filing.cells[cell]}, "confidence": UNIQUE}


# ---- what the prose and last year say --------------------------------------------------------------------------------


def first_suggested(prose: str) -> set[str]:
    """The cells that the likeliest repair of 34 + 6 = 30 changes, beside a part four with this prose."""
    filing = replace(group(34, 6, 0, 0, 30), narrative=Narrative(parts={4: Part("", prose)}))
    (finding,) = [found for found in check(filing) if found.rule == "D1"]
    assert finding.suggestion and finding.suggestion["confidence"] == LIKELY
    return set(finding.suggestion["cells"])


def test_a_figure_that_the_prose_bears_out_is_less_likely_wrong() -> None:
    total, upheld = f"{RECONSIDERATION}.total", f"{RECONSIDERATION}.upheld"
    assert first_suggested("因政府信息公开被申请行政复议40件。") == {total}
    assert first_suggested("因政府信息公开被申请行政复议30件，其中维持24件、纠正6件。") == {upheld}


def test_figures_that_are_filled_into_the_prose_bear_nothing_out() -> None:
    told = "因政府信息公开被申请行政复议{{ disputes.reconsideration.total }}件。"
    assert first_suggested(told) == first_suggested("")


LONG = {
    "denied.admin_query.total": 20231231,
    "not_processed.confirm.other": 24,
    "other.no_correction.total": 22,
    "other.no_correction.other": 8,
    "partial.other": 22,
}
"""A date typed into one cell beside four short slips."""


def test_five_wrong_cells_are_named_with_their_figures_though_one_holds_a_date(
    capfd: pytest.CaptureFixture[str],
) -> None:
    right = example()
    true = {f"applications.{cell}": right.cells[f"applications.{cell}"] for cell in LONG}
    (finding,) = check(changed(right, {f"applications.{cell}": figure for cell, figure in LONG.items()})).errors
    assert finding.suggestion and finding.suggestion["cells"] == true
    assert capfd.readouterr() == ("", ""), "nothing below Python prints"


def test_findings_are_the_same_however_slow_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = changed(example(), {f"applications.{cell}": figure for cell, figure in LONG.items()})
    before = check(wrong).to_json()
    clock = iter(range(0, 10**9, 10**4))
    for name in ("time", "perf_counter", "monotonic", "process_time"):
        monkeypatch.setattr(f"time.{name}", lambda: float(next(clock)))
    assert check(wrong).to_json() == before
