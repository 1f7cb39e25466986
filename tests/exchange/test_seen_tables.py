"""Tables of an analyst's own on a page: compared with the data inside, taken as they are seen, or told."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from govreport.batch import check_files
from govreport.cli.terminal import changed_told
from govreport.core import Grid, ProjectError, plain_paragraph
from govreport.exchange.importing import bring_in
from govreport.exchange.recognise.published import ImportedReport, read_published
from govreport.filing import OwnTable
from govreport.filing.project import Project
from govreport.publish.document import Document
from govreport.tables.table_view import table
from tests.exchange.test_round_trips import WRITERS, sample_page
from tests.support.projects import GOOD, make_project, replace_in

YEAR = 2023
PLATFORMS = "平台,发布信息（条）,阅读量（万次）,备注\n门户网站,1200,35.6,\n微信公众号,86,12.40,政务号\n合计,1286,48,\n"
every_format = pytest.mark.parametrize("kind", WRITERS)


def shown(text: str = PLATFORMS, caption: str = "表1　信息发布情况", **options: object) -> Grid:
    """A table of one's own as a page has it."""
    frame = OwnTable.read(text, "platforms").frame()
    return replace(table(frame, caption, **options).table, caption=caption)  # type: ignore[arg-type]


def page(*grids: Grid, inside: str = PLATFORMS, changes: dict[str, int] | None = None, **others: str) -> Document:
    """A sample report with tables below its last part, and a table in the data inside, others beside it by key."""
    _, made = sample_page(GOOD, YEAR)
    enclosure = copy.deepcopy(dict(made.account.enclosure))
    enclosure["filing"]["tables"] = ({"platforms": inside} if inside else {}) | others
    enclosure["filing"]["cells"] |= changes or {}
    last = max(n for n, block in enumerate(made.blocks) if "其他需要报告" in getattr(block, "text", ""))
    text = "各平台发布信息情况见下表。"
    enclosure["filing"]["narrative"]["6"] = f"{text}\n\n{enclosure['filing']['narrative']['6']}"
    blocks = (*made.blocks[: last + 1], plain_paragraph(text), *grids, *made.blocks[last + 1 :])
    return replace(made, blocks=blocks, account=replace(made.account, enclosure=enclosure))


def read(document: Document, folder: Path, kind: str = "html") -> ImportedReport:
    file = folder / f"年报.{kind}"
    file.write_bytes(WRITERS[kind](document))
    return read_published(file)


def notes(imported: ImportedReport) -> str:
    return "".join(note.message for note in imported.filing.notes)


@every_format
def test_an_own_table_that_the_page_shows_as_it_is_inside_is_no_contradiction(kind: str, tmp_path: Path) -> None:
    imported = read(page(shown()), tmp_path, kind)
    assert (imported.source, notes(imported)) == ("embedded", "")
    assert imported.filing.tables["platforms"].text == PLATFORMS


@every_format
def test_a_figure_of_an_own_table_that_differs_on_the_page_is_taken_as_it_is_seen_and_told(
    kind: str, tmp_path: Path
) -> None:
    imported = read(page(shown(PLATFORMS.replace(",86,", ",98,"))), tmp_path, kind)
    assert imported.source == "published"
    assert "所见的表 platforms 的1格（“微信公众号”的“发布信息（条）”等）与内嵌的数据不同" in notes(imported)
    assert imported.filing.tables["platforms"].text == PLATFORMS.replace(",86,", ",98,")


def test_a_figure_that_the_page_leaves_blank_or_fills_in_is_a_contradiction(tmp_path: Path) -> None:
    for old, new in ((",86,", ",,"), ("35.6,\n", "35.6,7\n"), ("政务号", "政务微博号")):
        assert "的1格" in notes(read(page(shown(PLATFORMS.replace(old, new))), tmp_path))


@every_format
def test_own_tables_are_kept_where_something_else_on_the_page_differs(kind: str, tmp_path: Path) -> None:
    imported = read(page(shown(), changes={"applications.new.natural": 77}), tmp_path, kind)
    assert imported.source == "published"
    assert imported.filing.tables["platforms"].text == PLATFORMS
    prose = "".join(part.text for part in imported.filing.narrative.parts.values())
    assert "各平台发布信息情况见下表" in prose and "信息发布情况" not in prose and "门户网站 |" not in prose


def test_figures_as_formats_print_them_and_totals_that_are_added_are_no_contradiction(tmp_path: Path) -> None:
    formats = {"发布信息（条）": "{:,}".format, "阅读量（万次）": lambda v: f"{v:.0f}万"}
    bare = PLATFORMS.replace("合计,1286,48,\n", "")
    printed = shown(bare, formats=formats, total="合计", notes="注：按日累计。")
    assert read(page(printed, inside=bare), tmp_path).source == "embedded"
    rounded = shown(formats={"阅读量（万次）": "{:.0f}".format})
    assert read(page(rounded), tmp_path).source == "embedded"


def test_last_years_table_with_the_same_labels_on_the_page_is_no_contradiction(tmp_path: Path) -> None:
    last = shown(PLATFORMS.replace(",86,", ",71,"), "表1　上年信息发布情况")
    assert read(page(last, shown(caption="表2　信息发布情况")), tmp_path).source == "embedded"


def test_a_table_with_the_labels_of_another_that_alone_is_shown_contradicts_nothing(tmp_path: Path) -> None:
    assert read(page(shown(), before=PLATFORMS.replace(",86,", ",71,")), tmp_path).source == "embedded"


def test_of_tables_with_the_same_labels_that_all_differ_the_one_that_differs_least_is_compared(tmp_path: Path) -> None:
    last = shown(PLATFORMS.replace(",1200,", ",1100,").replace(",1286,", ",1186,"), "表1　上年信息发布情况")
    imported = read(page(last, shown(PLATFORMS.replace(",86,", ",98,"), "表2　信息发布情况")), tmp_path)
    assert "表 platforms 的1格（“微信公众号”的“发布信息（条）”等）" in notes(imported)


def test_each_of_several_own_tables_on_a_page_is_compared(tmp_path: Path) -> None:
    trainings = "类别,举办（场）\n业务培训,12\n专题讲座,5\n"
    made = page(shown(), shown(trainings.replace(",5", ",6"), "表2　培训情况"), trainings=trainings)
    assert "表 trainings 的1格（“专题讲座”的“举办（场）”等）" in notes(read(made, tmp_path))


def test_labels_that_the_page_writes_with_spaces_and_other_brackets_are_those_of_the_table(tmp_path: Path) -> None:
    text = PLATFORMS.replace("微信公众号,86,", "微信　公众号,98,").replace("发布信息（条）", "发布信息 (条)")
    assert "表 platforms 的1格（“微信公众号”的“发布信息（条）”等）" in notes(read(page(shown(text)), tmp_path))


def altered(old: str, new: str) -> Grid:
    """The table with the text of its first cell of this text replaced, as by hand."""
    grid, texts = shown(), iter((new,))
    return replace(grid, cells=tuple(replace(c, text=next(texts, old)) if c.text == old else c for c in grid.cells))


@pytest.mark.parametrize(
    ("old", "new"),
    [("1200", "1200万"), ("1200", "约1200"), ("1200", "一千三百"), ("1200", "1200余"), ("35.6", "35.6%"),
     ("1200", "-1200"), ("1200", "0.13万")],
)  # fmt: skip
def test_a_figure_with_another_scale_or_sign_about_so_much_or_in_words_is_a_contradiction(
    old: str, new: str, tmp_path: Path
) -> None:
    assert "表 platforms 的1格（“门户网站”的“" in notes(read(page(altered(old, new)), tmp_path))


@pytest.mark.parametrize(
    ("old", "new"), [("1200", "1,200"), ("1200", "1200条"), ("35.6", "35.6万"), ("1200", "0.12万")]
)
def test_a_figure_with_its_unit_or_in_another_scale_is_no_contradiction(old: str, new: str, tmp_path: Path) -> None:
    imported = read(page(altered(old, new)), tmp_path)
    assert (imported.source, notes(imported)) == ("embedded", "")


@pytest.mark.parametrize(
    "seen",
    [
        PLATFORMS.replace("门户网站", "政府网站"),
        PLATFORMS.replace("微信公众号,86,12.40,政务号\n", ""),
        PLATFORMS.replace("合计", "微博,5,1.0,\n合计"),
        "平台,发布信息（条）,备注\n门户网站,1200,\n微信公众号,86,政务号\n合计,1286,\n",
        "",
    ],
)
def test_a_table_that_is_not_seen_or_has_other_rows_and_columns_is_told_where_the_data_inside_are_taken(
    seen: str, tmp_path: Path
) -> None:
    imported = read(page(*([shown(seen)] if seen else [])), tmp_path)
    assert imported.source == "embedded" and "platforms" in imported.filing.tables
    assert "自编表 platforms 在页上没有见到，或者不全、行列名称不同，按内嵌的数据采用" in notes(imported)


def test_an_own_table_that_cannot_be_seen_whole_is_told_where_the_data_inside_are_not_taken(tmp_path: Path) -> None:
    part = shown("平台,发布信息（条）\n门户网站,1200\n")
    imported = read(page(part, changes={"applications.new.natural": 77}), tmp_path)
    assert not imported.filing.tables
    assert "自编表 platforms 在页上没有见到，或者不全、行列名称不同，没有采用" in notes(imported)


@pytest.mark.parametrize("kind", ["html", "pdf", "ofd"])
def test_a_long_own_table_is_compared_across_pages(kind: str, tmp_path: Path) -> None:
    rows = "".join(f"第{n}科室,{n * 7 % 50},{Decimal(n) / 4}\n" for n in range(1, 91))
    text = f"科室,信息（条）,费用（万元）\n{rows}"
    assert read(page(shown(text), inside=text), tmp_path, kind).source == "embedded"
    wrong = text.replace("第90科室,30,", "第90科室,31,")
    imported = read(page(shown(wrong), inside=text), tmp_path, kind)
    assert "表 platforms 的1格（“第90科室”的“信息（条）”等）" in notes(imported)
    assert imported.filing.tables["platforms"].text == OwnTable.read(wrong, "platforms").text


def test_a_numbered_table_of_a_report_from_anywhere_stays_in_the_prose_and_is_told(tmp_path: Path) -> None:
    imported = read(page(shown(), inside="", changes={"applications.new.natural": 77}), tmp_path)
    assert "“表1信息发布情况”按文字中的表格读取，没有写入 tables/" in notes(imported)
    assert "| 门户网站 | 1200 | 35.6 |" in imported.filing.narrative.parts[6].text


def test_a_table_of_another_shape_than_its_labels_say_is_not_taken_for_one(tmp_path: Path) -> None:
    frame = pd.DataFrame({"发布信息（条）": [1, 2]}, index=["门户网站", "抖音号"])
    other = replace(table(frame, "x").table, caption="表1　其他平台")
    assert read(page(other), tmp_path).source == "embedded"


def test_an_import_over_an_own_table_that_differs_asks_first(tmp_path: Path) -> None:
    project = Project(make_project(tmp_path / "city", GOOD))
    imported, agency = read(page(shown()), tmp_path), project.agency(GOOD)
    bring_in(project, imported, agency, "年报.html", force=True)
    own = project.data / GOOD / str(YEAR) / "tables/platforms.csv"
    assert own.read_text(encoding="utf-8-sig") == PLATFORMS
    assert bring_in(project, imported, agency, "年报.html") == ()
    own.write_text(PLATFORMS.replace(",86,", ",87,"), encoding="utf-8")
    replace_in(project.data / GOOD / str(YEAR) / "narrative.md", "# 五、", "自己写的一句。\n\n# 五、")
    with pytest.raises(ProjectError, match=r"会被覆盖：表 platforms、“四、.*”的文字；"):
        bring_in(project, imported, agency, "年报.html")
    edits = bring_in(project, imported, agency, "年报.html", force=True)
    assert re.fullmatch("改动表 platforms、“四、.*”的文字", changed_told(edits))
    assert [(edit.name, edit.file) for edit in edits] == [
        ("tables.platforms", "tables/platforms.csv"), ("narrative.4", "narrative.md"),
    ]  # fmt: skip
    assert (edits[0].old, edits[0].new) == (PLATFORMS.replace(",86,", ",87,"), PLATFORMS)


def test_a_total_that_no_longer_adds_up_on_the_page_is_told_by_a_check_of_the_file(tmp_path: Path) -> None:
    read(page(shown(PLATFORMS.replace(",86,", ",98,"))), tmp_path)
    (entry,) = check_files([tmp_path / "年报.html"])
    (finding,) = (found for found in entry.checked.findings if found.rule == "S1")
    assert finding.severity == "warning" and "其余各行之和为1298" in finding.message
