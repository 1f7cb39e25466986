"""Beginning from last year's report: what is taken over, what moves on, and what is marked to be looked at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from govreport.checks.checking import check_report
from govreport.checks.years.begin_again import begin_again, years_moved_on
from govreport.cli.starter import create_filing
from govreport.core.errors import ProjectError
from govreport.core.markdown import markdown_html
from govreport.filing.filing import Filing
from govreport.filing.folder import render_prose
from govreport.filing.narrative import LOOK_AGAIN, Narrative, Part
from govreport.filing.project import Project
from tests.support.projects import FAULTY, GOOD, YEAR, add_agency, govreport, make_project, replace_in
from tests.support.prose_cases import cases_of, filing_of

CELLS = {
    "applications.new.natural": 1204,
    "applications.new.total": 1204,
    "applications.granted.total": 1000,
    "applications.partial.total": 204,
    "applications.total.total": 1204,
}


def begun(text: str, year: int = 2023, number: int = 3, cells: Mapping[str, int] = CELLS) -> str:
    """What the next year's part begins with."""
    parts = {number: Part("三、收到和处理政府信息公开申请情况", text)}
    last = Filing.from_cells("demo", "示例局", year, cells, narrative=Narrative(parts=parts))
    return begin_again(Filing.from_cells("demo", "示例局", year + 1, {}), last).narrative.parts[number].text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("全年新收申请1204件。", "全年新收申请{{ applications.new.total }}件。"),
        ("全年新收申请1,204件。", "全年新收申请{{ applications.new.total | thousands }}件。"),
        ("其中，部分公开204件。", "其中，部分公开{{ applications.partial.total }}件。"),
        ("办结{{ applications.total.total }}件。", "办结{{ applications.total.total }}件。"),
    ],
)
def test_a_figure_that_is_one_cell_becomes_its_expression(typed: str, expected: str) -> None:
    assert begun(typed) == f"<!-- 待核对 -->\n{expected}"


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("全年培训1204人。", "1204人"),
        ("上年新收申请1204件。", "1204件"),
        ("全年新收申请1205件。", "1205件"),
        ("全年新收申请约1200件。", "1200件"),
        ("予以公开率为83.1%。", "83.1%"),
    ],
)
def test_any_other_figure_stays_as_text_and_the_mark_names_it(typed: str, left: str) -> None:
    assert begun(typed) == f"<!-- 待核对：{left}是上年的数字 -->\n{typed}"


def test_the_same_words_about_two_things_are_left_as_text() -> None:
    typed = "新收申请1204件。上年新收申请1204件。"
    assert begun(typed).endswith(f"\n{typed}")


def test_an_expression_prints_again_what_was_typed_once_the_figures_are_the_same() -> None:
    typed = "全年新收申请1,204件，予以公开1000件，部分公开204件。"
    filing = Filing.from_cells("demo", "示例局", 2024, CELLS, narrative=Narrative(parts={3: Part("三", begun(typed))}))
    assert LOOK_AGAIN.sub("", render_prose(filing)[3]) == typed


def test_whatever_is_taken_over_prints_what_was_typed_where_the_figures_are_the_same() -> None:
    expressions = 0
    for case in cases_of(Path(__file__).parent.parent / "cases/sixteenth.jsonl"):
        number, filing = case["section"], filing_of(case, case["tables"], case["year"])
        last = replace(filing, narrative=Narrative(parts={number: Part("", case["text"])}))
        again = begin_again(Filing.from_cells(last.agency, last.name, last.year + 1, {}), last).narrative
        printed = LOOK_AGAIN.sub("", render_prose(replace(last, narrative=again))[number])
        assert printed.strip() == years_moved_on(case["text"], last.year).strip(), case["id"]
        expressions += again.parts[number].text.count("{{")
    assert expressions > 300


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2023年，我局收到申请", "2024年，我局收到申请"),
        ("2022—2023年、二〇二二至二〇二三年", "2023—2024年、二〇二三至二〇二四年"),
        ("“十四五”规划（2021-2025年），2021—2023年", "“十四五”规划（2021-2025年），2021—2023年"),
        ("２０２３无关，2023年度报告", "２０２３无关，2024年度报告"),
        ("自2023年1月1日起至2023年12月31日止", "自2024年1月1日起至2024年12月31日止"),
        ("二〇二三年，比2022年多；2024年将改进", "二〇二四年，比2023年多；2025年将改进"),
        ("2023年5月4日印发《2023年工作要点》", "2023年5月4日印发《2023年工作要点》"),
        ("国办公开办函〔2023〕30号、2019年4月修订的《条例》", "国办公开办函〔2023〕30号、2019年4月修订的《条例》"),
    ],
)
def test_reporting_years_move_on_and_other_dates_stay(before: str, after: str) -> None:
    assert years_moved_on(before, 2023) == after


@pytest.mark.parametrize("number", [0, 3])
def test_marks_stand_before_paragraphs_lists_tables_and_quotations_and_leave_them_whole(number: int) -> None:
    marked = "## 概况\n{}甲乙丙。\n\n{}主要做法：\n\n{}- 一条\n\n- 二条\n\n{}|甲|乙|\n|-|-|\n|1件|2|\n\n{}> 引\n\n"
    marked += "{}```\n甲\n\n乙\n```\n\n{}　　2024年1月9日公布[^1]。\n\n{}[^1]: 注\n\n<!-- table -->"
    text, figures = marked.replace("{}", ""), "<!-- 待核对：1件、2是上年的数字 -->\n"
    mark = "<!-- 待核对 -->\n"
    assert begun(text, number=number) == marked.format(*[mark] * 3, figures, *[mark] * 4)
    assert re.sub("<!--.*?-->\n", "", markdown_html(begun(text))) == re.sub("<!--.*?-->\n", "", markdown_html(text))
    assert LOOK_AGAIN.sub("", begun(text)) == text


def test_a_figure_in_code_stays_as_it_is() -> None:
    assert begun("新收申请1204件，见`新收申请1204件`。").endswith(
        "{{ applications.new.total }}件，见`新收申请1204件`。"
    )


def test_marks_of_last_year_are_not_taken_over() -> None:
    assert begun(begun("全年培训9人。").replace("9", "8")).count("待核对") == 1


def test_an_expression_that_the_new_form_does_not_know_becomes_what_it_printed() -> None:
    cells = {"proactive.rules.made": 7}
    text = begun("新制作规章{{ proactive.rules.made }}件。", 2020, 2, cells)
    assert text == "<!-- 待核对：7件是上年的数字 -->\n新制作规章7件。"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(make_project(tmp_path / "p", GOOD, FAULTY))


def test_a_begun_report_is_of_its_year_undated_and_has_what_was_carried_over(project: Project) -> None:
    create_filing(project, GOOD, YEAR + 1, from_last=True)
    last, filing = project.filing(GOOD, YEAR), project.filing(GOOD, YEAR + 1)
    assert filing.title == tuple(line.replace(str(YEAR), str(YEAR + 1)) for line in last.title)
    assert filing.narrative.date is None and filing.narrative.signatories == last.narrative.signatories
    name = "applications.carried_{}.total"
    assert filing[name.format("in")] == last[name.format("out")] is not None
    assert {finding.rule for finding in check_report(project, GOOD, YEAR + 1).findings}.isdisjoint({"T1", "T2", "F1"})


def test_tables_of_ones_own_begin_blank_with_last_years_labels(project: Project) -> None:
    folder = project.data / GOOD / str(YEAR)
    (folder / "tables").mkdir()
    (folder / "tables/t.csv").write_text("平台,条\n网站,9\n合计,9\n", encoding="utf-8")
    replace_in(folder / "narrative.md", "# 五、", "发布{{ tables.t.合计 }}条{{ assert_adds_up('t') }}。\n\n# 五、")
    create_filing(project, GOOD, YEAR + 1, from_last=True)
    begun = project.data / GOOD / str(YEAR + 1)
    assert (begun / "tables/t.csv").read_text(encoding="utf-8-sig") == "平台,条\n网站,\n合计,\n"
    assert "发布{{ tables.t.合计 }}条{{ assert_adds_up('t') }}。" in (begun / "narrative.md").read_text(
        encoding="utf-8"
    )


def test_check_names_each_part_that_nobody_has_looked_at(project: Project) -> None:
    create_filing(project, GOOD, YEAR + 1, from_last=True)
    told = [f for f in check_report(project, GOOD, YEAR + 1).findings if f.rule == "N8"]
    written = project.filing(GOOD, YEAR + 1).narrative.parts
    marked = {n: len(LOOK_AGAIN.findall(part.text)) for n, part in written.items() if LOOK_AGAIN.search(part.text)}
    assert len(told) == len(marked) >= 5 and {f.severity for f in told} == {"warning"}
    assert f"前言有{marked[0]}段标着“待核对”" in told[0].message and told[0].quote
    assert f"第一部分有{marked[1]}段标着“待核对”" in told[1].message and told[1].quote


def test_who_takes_the_marks_off_and_changes_nothing_is_told_of_the_repetition(project: Project) -> None:
    create_filing(project, GOOD, YEAR + 1, from_last=True)
    path = project.data / GOOD / str(YEAR + 1) / "narrative.md"
    path.write_text(LOOK_AGAIN.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    told = [f.message for f in check_report(project, GOOD, YEAR + 1).findings if f.rule == "N8"]
    assert told and all("与上年相同的文字占" in message for message in told)


def test_no_page_prints_a_mark(project: Project) -> None:
    create_filing(project, GOOD, YEAR + 1, from_last=True)
    folder = project.data / GOOD / str(YEAR)
    for table in folder.glob("*.csv"):
        (folder.parent / str(YEAR + 1) / table.name).write_bytes(table.read_bytes())
    answer = govreport(project.root, "run", GOOD, str(YEAR + 1), "--formats", "html")
    page = (project.output / str(YEAR + 1) / GOOD / "report.html").read_text(encoding="utf-8")
    assert answer.returncode == 0 and "待核对" not in re.sub("(?s)<script.*?</script>", "", page)


def test_beginning_again_needs_a_last_year_that_can_be_read(project: Project) -> None:
    answer = govreport(project.root, "new", GOOD, "2030", "--from-last")
    assert answer.returncode == 2 and "2029 年的资料" in answer.stderr
    replace_in(project.data / GOOD / str(YEAR) / "narrative.md", "---\n", "")
    with pytest.raises(ProjectError):
        create_filing(project, GOOD, 2030, from_last=True)
    answer = govreport(project.root, "new", GOOD, str(YEAR + 1), "--from-last")
    assert answer.returncode == 1 and "narrative.md" in answer.stderr
    assert not (project.data / GOOD / str(YEAR + 1)).exists()


def test_every_sample_report_begins_again_and_reads_back(tmp_path: Path) -> None:
    sample = Project(Path(__file__).parent.parent.parent)
    for agency, year in sample.reports():
        last = sample.filing(agency.slug, year)
        blank = replace(Filing.from_cells(agency.slug, agency.name, year + 1, {}), narrative=Narrative())
        filing = begin_again(blank, last, sample.last_filing(agency.slug, year))
        assert render_prose(filing, last).keys() == last.narrative.parts.keys(), (agency.slug, year)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("新收申请1204件，其中网络申请1204件、信函0件。", "新收申请{}件，其中网络申请1204件、信函0件。"),
        ("通过门户网站收到申请1204件。", "通过门户网站收到申请1204件。"),
        ("新收申请1204件，按时受理申请1204件。", "新收申请{}件，按时受理申请1204件。"),
    ],
)
def test_what_only_equals_a_cell_and_is_named_otherwise_stays_a_figure_to_look_at(text: str, kept: str):
    mark, line = begun(text).splitlines()
    assert "1204件" in mark and line == kept.format("{{ applications.new.total }}")


def test_a_year_begins_for_all_at_once_and_leaves_what_is_there(tmp_path: Path) -> None:
    root = make_project(tmp_path / "p", GOOD, FAULTY)
    for slug in ("shili-new", "shili-begun"):
        add_agency(root, slug, spoil=shutil.rmtree)
    (root / f"data/shili-begun/{YEAR + 1}").mkdir(parents=True)
    for table in ("applications", "disputes"):
        (root / f"data/{FAULTY}/{YEAR}/{table}.csv").write_text("broken", encoding="utf-8")
    made = govreport(root, "new", str(YEAR + 1), "--all", "--from-last")
    assert made.returncode == 1
    assert all(f"{FAULTY}/{YEAR}/{table}.csv" in made.stderr for table in ("applications", "disputes")), "every reason"
    told = made.stdout + made.stderr
    assert f"已新建2份{YEAR + 1}年的资料，1份原已有，没有改动；没有上年资料、从空白开始的：shili-new。" in told
    assert LOOK_AGAIN.search((root / f"data/{GOOD}/{YEAR + 1}/narrative.md").read_text(encoding="utf-8"))
