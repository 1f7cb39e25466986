"""The balance edits: what adds up passes, any wrong cell is found, blanks and unreadable cells are no false alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govreport.checks.checking import check_filings
from govreport.checks.edits.filled import unfilled_tables
from govreport.checks.findings import Findings
from govreport.core.figures import Figure
from govreport.filing.filing import Filing
from govreport.forms.catalogue import Catalogue
from tests.support.laws import broken
from tests.support.strategies import (
    APPLICANTS,
    COLUMNS,
    DISPUTES,
    NAME,
    OUTCOMES,
    SLUG,
    YEARS,
    any_filings,
    consistent_filing,
    consistent_filings,
    consistent_years,
    results_of,
)

BALANCE = ("A", "D", "P", "Y")


def check(filing: Filing, last: Filing | None = None) -> Findings:
    return check_filings([(filing, last)])[0]


def told(findings: Findings) -> set[tuple[str, str]]:
    """Rule and first cell of every failed identity of the balance edits, however they are joined into findings."""
    identities = [identity for finding in findings for identity in finding.identities]
    return {(i.rule, i.cells[0]) for i in identities if i.rule.startswith(BALANCE)}


def changed(filing: Filing, cells: Mapping[str, Figure | str | None]) -> Filing:
    """The filing with other figures in some cells, as if typed so."""
    return Filing.from_cells(SLUG, NAME, filing.year, {**filing.cells, **cells}, form=filing.form)


def example(year: int, last: Filing | None = None) -> Filing:
    return consistent_filing(year, Random(f"balance/{year}").randint, last)


# ---- what adds up passes ---------------------------------------------------------------------------------------------


@given(consistent_filings())
def test_a_filing_that_adds_up_has_no_findings(filing: Filing) -> None:
    assert list(check(filing)) == []


@given(consistent_years())
def test_two_years_that_fit_together_have_no_findings(years: tuple[Filing, Filing]) -> None:
    assert list(check(*years)) == []


@pytest.mark.parametrize("applications", ["2019", "2021"])
@pytest.mark.parametrize("proactive", ["2019", "2021"])
def test_a_filing_of_mixed_editions_is_checked_by_the_edition_of_each_table(proactive: str, applications: str) -> None:
    editions = {"proactive": proactive, "applications": applications}
    last = consistent_filing(2021, Random("mixed last").randint, None, editions)
    filing = consistent_filing(2022, Random("mixed").randint, last, editions)
    assert list(check(filing, last)) == []
    cells = filing.cells | {"applications.granted.natural": 99}
    assert ("A2", "applications.total.natural") in told(check(replace(filing, cells=cells), last))


# ---- what does not add up is found -----------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2020, 2023])
def test_any_single_wrong_cell_is_found_and_put_right(year: int) -> None:
    filing = example(year)
    names = [name for name in filing.cells if not name.startswith("proactive.")]
    assert len(names) == (176 if year == 2020 else 190)
    variants = [
        (name, changed(filing, {name: int(filing.cells[name] or 0) + step})) for name in names for step in (1, -1)
    ]
    for (name, _), findings in zip(variants, check_filings([(f, None) for _, f in variants]), strict=True):
        assert any(name in finding.cells for finding in findings.errors), name
        assert {identity.rule for f in findings.errors for identity in f.identities} <= {"A1", "A2", "A3", "D1", "V1"}
        (suggestion,) = [finding.suggestion for finding in findings.errors if finding.rule != "V1"]
        if name.startswith("applications."):
            assert suggestion == {"cells": {name: filing.cells[name]}, "confidence": "unique"}


def expected_failures(filing: Filing) -> set[tuple[str, str]]:
    """The identities that fail, by the words of the rules and nothing else."""
    results, failed = results_of(filing.form), set()

    def figure(row: str, column: str) -> int:
        return int(filing.cells[f"applications.{row}.{column}"] or 0)

    for c in COLUMNS:
        if figure("new", c) + figure("carried_in", c) != figure("total", c) + figure("carried_out", c):
            failed.add(("A1", f"applications.new.{c}"))
        if figure("total", c) != sum(figure(row, c) for row in results):
            failed.add(("A2", f"applications.total.{c}"))
    for row in ("new", "carried_in", *results, "total", "carried_out"):
        if figure(row, "total") != sum(figure(row, c) for c in APPLICANTS):
            failed.add(("A3", f"applications.{row}.total"))
    for group in DISPUTES:
        counts = {c: int(filing.cells[f"disputes.{group}.{c}"] or 0) for c in (*OUTCOMES, "total")}
        if counts["total"] != sum(counts[c] for c in OUTCOMES):
            failed.add(("D1", f"disputes.{group}.total"))
    return failed


@settings(max_examples=20)
@given(st.sampled_from(YEARS), st.data())
def test_exactly_the_identities_that_fail_are_told_and_repairs_mend_them(year: int, data: st.DataObject) -> None:
    filing = example(year)
    names = [name for name in filing.cells if not name.startswith("proactive.")]
    wrong = data.draw(st.dictionaries(st.sampled_from(names), st.integers(0, 20), max_size=4))
    filing = changed(filing, wrong)
    findings = check(filing)
    assert told(findings) == expected_failures(filing)
    repairs = [finding.suggestion["cells"] for finding in findings if finding.suggestion]
    if len(repairs) == len([finding for finding in findings if finding.rule != "V1"]):
        assert expected_failures(changed(filing, {cell: v for cells in repairs for cell, v in cells.items()})) == set()


def test_a_finding_states_both_sides_and_their_difference() -> None:
    cells = {"disputes.litigation.direct.upheld": 2, "disputes.litigation.direct.pending": 1}
    filing = changed(example(2023), {f"disputes.litigation.direct.{c}": 0 for c in OUTCOMES} | cells)
    filing = changed(filing, {"disputes.litigation.direct.total": 5})
    (finding,) = check(filing).errors
    assert (finding.rule, finding.cells[0]) == ("D1", "disputes.litigation.direct.total")
    identity = finding.identities[0]
    assert (identity.stated, identity.expected, identity.difference) == (5, 3, 2)
    for word in ("复议诉讼表", "未经复议直接起诉", "结果维持 2", "尚未审结 1", "＝3", "相差2"):
        assert word in finding.message
    assert finding.message.endswith("。")


@pytest.mark.parametrize(
    ("year", "row", "cells", "rule"),
    [
        (2020, "rules", {"disclosed": 9, "disclosed_total": 8}, "P1"),
        (2020, "normative", {"disclosed": 1, "disclosed_total": 0}, "P1"),
        (2023, "rules", {"issued": 9, "in_force": 5, "repealed": 3}, "P2"),
        (2023, "normative", {"issued": 1, "in_force": 0, "repealed": 0}, "P2"),
    ],
)
def test_more_documents_than_there_can_be_are_a_warning(year: int, row: str, cells: dict[str, int], rule: str) -> None:
    filing = changed(example(year), {f"proactive.{row}.{column}": figure for column, figure in cells.items()})
    (finding,) = check(filing)
    assert (finding.rule, finding.severity) == (rule, "warning")
    assert finding.identities[0].difference == 1
    equal = {f"proactive.{row}.{list(cells)[1]}": list(cells.values())[1] + 1}
    assert list(check(changed(filing, equal))) == []


# ---- year on year ----------------------------------------------------------------------------------------------------


def carried_otherwise(year: int, column: str) -> Findings:
    """The findings of a year into which other figures were carried than last year's report carried out."""
    last = example(year - 1)
    cell = f"applications.carried_out.{column}"
    shifted = replace(last, cells=last.cells | {cell: int(last.cells[cell] or 0) + 2})
    return check(example(year, last), shifted)


def is_told_at(column: str, findings: Findings) -> None:
    (finding,) = findings.errors
    assert (finding.rule, finding.severity) == ("Y1", "error")
    assert finding.cells == (f"applications.carried_in.{column}",)
    assert finding.identities[0].difference == -2


@pytest.mark.usefixtures("no_search")
def test_what_was_carried_out_is_carried_in_in_every_column_and_edition() -> None:
    def law(year: int, column: str) -> None:
        is_told_at(column, carried_otherwise(year, column))

    assert broken(law, product((2020, 2021, 2022), COLUMNS)) == []


@pytest.mark.parametrize(("year", "column"), [(2020, "natural"), (2021, "other"), (2022, "total")])
def test_what_was_carried_out_is_carried_in_and_no_repair_is_made_up(year: int, column: str) -> None:
    is_told_at(column, findings := carried_otherwise(year, column))
    assert findings.errors[0].suggestion is None


def test_documents_in_force_follow_from_last_years() -> None:
    last = example(2022)
    filing = example(2023, last)
    force = int(filing.cells["proactive.rules.in_force"] or 0) + 1
    (finding,) = check(changed(filing, {"proactive.rules.in_force": force}), last)
    assert (finding.rule, finding.severity, finding.identities[0].difference) == ("Y2", "warning", 1)
    assert "proactive.rules.in_force" in finding.cells


@pytest.mark.parametrize("row", ["licensing", "other_services", "penalty", "coercion", "fees"])
def test_items_of_last_year_follow_from_last_years_report(row: str) -> None:
    last = example(2019)
    filing = example(2020, last)
    name = f"proactive.{row}.items_last_year"
    (finding,) = check(changed(filing, {name: int(filing.cells[name] or 0) + 1}), last)
    assert (finding.rule, finding.severity, finding.cells) == ("Y3", "warning", (name,))


def test_the_tables_of_part_two_do_not_compare_across_the_change_of_edition() -> None:
    last = example(2020)
    filing = changed(example(2021, last), {"proactive.rules.in_force": 999})
    assert list(check(filing, last)) == []
    assert {rule for rule, _ in told(check(filing, example(2020)))} <= {"Y1"}


def test_without_last_year_nothing_compares() -> None:
    assert list(check(changed(example(2023), {"proactive.rules.in_force": 999}))) == []


# ---- blanks and unreadable cells -------------------------------------------------------------------------------------


@given(consistent_filings())
def test_a_blank_part_counts_as_nothing(filing: Filing) -> None:
    blanked = {
        name: None if figure == 0 and not name.endswith(".total") and ".total." not in name else figure
        for name, figure in filing.cells.items()
    }
    findings = check(replace(filing, cells=blanked))
    assert {f.rule for f in findings} <= {"V2"}
    assert {f.cells[0].partition(".")[0] for f in findings.errors} == unfilled_tables(replace(filing, cells=blanked))
    blank = {name for name, figure in blanked.items() if figure is None}
    assert {cell for f in findings for cell in f.cells} == blank
    assert len(findings) == len({name.split(".")[0] for name in blank})


def test_a_part_left_blank_that_was_not_nothing_is_found() -> None:
    filing = changed(example(2023), {"disputes.reconsideration.upheld": 3, "disputes.reconsideration.total": 3})
    filing = changed(filing, {f"disputes.reconsideration.{c}": None for c in OUTCOMES})
    assert told(check(filing)) == {("D1", "disputes.reconsideration.total")}


@given(consistent_filings(), st.data())
def test_blank_totals_are_one_warning_a_table_that_lists_the_sums(filing: Filing, data: st.DataObject) -> None:
    totals = [n for n in filing.cells if not n.startswith("proactive") and (n.endswith(".total") or ".total." in n)]
    blank = data.draw(st.lists(st.sampled_from(totals), min_size=1, unique=True))
    findings = check(replace(filing, cells=filing.cells | dict.fromkeys(blank)))
    assert told(findings) == set()
    assert {(f.rule, f.severity) for f in findings} == {("V2", "warning")}
    assert len(findings) == len({name.split(".")[0] for name in blank})
    assert {cell for finding in findings for cell in finding.cells} == set(blank)
    for finding in findings:
        sums = {i.cells[0]: i.expected for i in finding.identities if len(i.cells) == 1}
        assert sums == {cell: filing.cells[cell] for cell in finding.cells}
        for cell in finding.cells:
            assert f"{filing.form.label_of(cell)}按分项应为{filing.cells[cell]}" in finding.message


def test_a_cell_left_blank_is_not_told_as_a_zero() -> None:
    last = Filing.from_cells("demo", "示例局", 2022, {"proactive.rules.in_force": 8})
    filing = Filing.from_cells("demo", "示例局", 2023, {"proactive.rules.issued": 0})
    (warning,) = (finding for finding in check(filing, last) if finding.rule == "Y2")
    assert "现行有效件数为空白，" in warning.message and "应为8，相差8" in warning.message


def test_a_table_left_blank_altogether_is_an_error() -> None:
    filing = example(2023)
    blank = {name: None for name in filing.cells if name.startswith("disputes.")}
    (finding,) = check(changed(filing, blank))
    assert (finding.rule, finding.severity) == ("V2", "error")
    assert set(finding.cells) == set(blank)


def test_what_is_begun_from_last_year_has_no_sums_that_differ_before_it_is_filled_in() -> None:
    last = example(2022)
    carried = {f"applications.carried_in.{column}": last[f"applications.carried_out.{column}"] for column in APPLICANTS}
    findings = check(Filing.from_cells("demo", "示例局", 2023, carried), last)
    assert {f.rule for f in findings if f.cells} == {"V2"} and len(findings.errors) == 3
    assert "申请表除由上年报告带入的数外全部未填；没有的请填0。" in {f.message for f in findings}


@given(consistent_filings(), st.data())
def test_an_unreadable_cell_is_told_once_and_not_reckoned_with(filing: Filing, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(list(filing.cells)), min_size=1, max_size=5, unique=True))
    unreadable = changed(filing, dict.fromkeys(names, "若干"))
    findings = check(unreadable)
    assert {f.rule for f in findings} == {"V1"}
    assert sorted(cell for f in findings for cell in f.cells) == sorted(names)
    assert {f.quote for f in findings} == {"若干"}


@pytest.mark.parametrize("text", ["若干", None])
def test_what_last_year_does_not_tell_is_not_compared(text: str | None) -> None:
    last = changed(example(2022), {f"applications.carried_out.{column}": 1 for column in APPLICANTS})
    last = changed(last, {"applications.carried_out.total": 6})
    carried = {f"applications.carried_in.{column}": 1 for column in APPLICANTS} | {"applications.carried_in.total": 6}
    filing = changed(example(2023), carried)
    assert "Y1" not in {rule for rule, _ in told(check(filing, last))}
    unclear = changed(last, {"applications.carried_out.total": text})
    assert "Y1" not in {rule for rule, _ in told(check(filing, unclear))}


# ---- exactness, and many at once -------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.lists(st.tuples(any_filings(), st.none() | any_filings()), max_size=3), consistent_years())
def test_many_filings_at_once_are_checked_as_one_by_one(
    pairs: list[tuple[Filing, Filing | None]], fitting: tuple[Filing, Filing]
) -> None:
    pairs = [*pairs, fitting, (fitting[1], None)]
    assert check_filings(pairs) == [check(*pair) for pair in pairs]


def test_no_filings_have_no_findings() -> None:
    assert check_filings([]) == []


def test_the_largest_figures_are_summed_exactly() -> None:
    figure = 10**15 - 1
    cells = {f"disputes.reconsideration.{c}": figure for c in OUTCOMES} | {"disputes.reconsideration.total": figure}
    finding = next(f for f in check(changed(example(2023), cells)) if f.rule == "D1")
    assert finding.identities[0].difference == figure - 4 * figure


def test_money_is_compared_to_the_last_fen() -> None:
    filing = Filing.from_cells(SLUG, NAME, 2020, {"proactive.procurement.amount": Decimal("0.30")})
    assert filing.cells["proactive.procurement.amount"] == Decimal("0.1") + Decimal("0.2")
    cells = Catalogue.read().compose(2020).cells
    units = cells["proactive.procurement.amount"].kind.to_units(Decimal("9999999999999.99"))
    assert units == 999_999_999_999_999
