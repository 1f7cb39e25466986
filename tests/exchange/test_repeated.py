"""Files that hold two reports, or last year's table beside this year's."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.exchange.recognise.published import ImportedReport, read_published
from tests.support.text_tables import COLUMNS, END, HEADER, Figures, figures, label

OURS, OTHERS = figures(5), figures(6)
TITLE = "样县水利局{}年政府信息公开工作年度报告"
THIRD = "三、收到和处理政府信息公开申请情况"


def table(truth: Figures) -> list[str]:
    return [HEADER, *("\t".join([label(key), *map(str, row)]) for key, row in truth.items())]


def page(lines: list[str]) -> str:
    """Lines as a page: those with tabs as rows of tables."""
    body, row = [], ""
    for line in [*lines, ""]:
        if "\t" in line or line == HEADER:
            row += f"<tr>{''.join(f'<td>{text}</td>' for text in line.replace(' ', chr(9)).split(chr(9)))}</tr>"
        else:
            body += [f"<table>{row}</table>"] * bool(row) + [f"<p>{line}</p>"]
            row = ""
    return "<html><body>" + "".join(body)


def report(year: int, *between: str) -> list[str]:
    return [
        TITLE.format(year),
        "一、总体情况",
        "全年无变化。",
        "二、主动公开政府信息情况",
        THIRD,
        *between,
        *END.splitlines(),
    ]


def read(lines: list[str], tmp_path: Path, kind: str) -> ImportedReport:
    (tmp_path / f"a.{kind}").write_text("\n".join(lines) if kind == "txt" else page(lines), encoding="utf-8")
    return read_published(tmp_path / f"a.{kind}")


def holds(found: ImportedReport, truth: Figures) -> bool:
    cells = found.filing.cells
    return all(
        cells[f"applications.{key}.{name}"] == value
        for key, row in truth.items()
        for name, value in zip(COLUMNS, row, strict=True)
    )


every_kind = pytest.mark.parametrize("kind", ["txt", "html"])


@every_kind
@pytest.mark.parametrize("ours_first", [True, False])
def test_the_table_whose_caption_names_the_year_is_read(ours_first: bool, kind: str, tmp_path: Path):
    ours, others = ["2023年情况：", *table(OURS)], ["2022年情况（供对照）：", *table(OTHERS)]
    found = read(report(2023, *(ours + others if ours_first else others + ours)), tmp_path, kind)
    assert holds(found, OURS)
    (told,) = [note for note in found.filing.notes if "申请表文件中有2张" in note.message]
    assert "读取的是说明为2023年的，请核对" in told.message and len(told.cells) == 7 * len(OURS)


@every_kind
def test_of_two_tables_without_captions_the_first_is_read_and_told(kind: str, tmp_path: Path):
    found = read(report(2023, *table(OURS), "另附上年的表：", *table(OTHERS)), tmp_path, kind)
    assert holds(found, OURS)
    assert any("申请表文件中有2张，读取的是第一张，请核对" in note.message for note in found.filing.notes)


@every_kind
@pytest.mark.parametrize("years", [(2023, 2022), (2022, 2023)])
def test_of_two_reports_the_first_is_read_whole(years: tuple[int, int], kind: str, tmp_path: Path):
    lines = [*report(years[0], *table(OURS)), *report(years[1], *table(OTHERS))]
    found = read(lines, tmp_path, kind)
    assert found.filing.year == years[0] and holds(found, OURS)
    assert any(
        f"不止一份报告，只读取了第一份；另一份是“{TITLE.format(years[1])}”" in n.message for n in found.filing.notes
    )


@every_kind
def test_links_to_other_years_are_no_second_report(kind: str, tmp_path: Path):
    links = [TITLE.format(year) for year in (2022, 2021, 2020)]
    for lines in ([*report(2023, *table(OURS)), *links], [*links, *report(2023, *table(OURS))]):
        found = read(lines, tmp_path, kind)
        assert holds(found, OURS) and not any("不止一份" in note.message for note in found.filing.notes)
