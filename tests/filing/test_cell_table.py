"""All cells of all filings as one tidy table: in Python, as CSV and as Parquet."""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import sys
import warnings
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from govreport.core.errors import ProjectError
from govreport.core.figures import write_figure
from govreport.filing.cell_table import COLUMNS, cells_csv
from govreport.filing.project import Project
from tests.support.consistent_projects import MakeProject
from tests.support.projects import govreport, replace_in, spoil_row

ARCHIVE, FORESTRY, YEARS = "shili-archive", "shili-forestry", (2020, 2022, 2023)
FEES, BLANK, LOST = "proactive.fees.amount", "proactive.penalty.decisions", "disputes.reconsideration.total"


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    """Two agencies with three years of two editions; of one filing a cell is blank, one no figure and one money."""
    project = make_project((ARCHIVE, FORESTRY), YEARS)
    folder = project.data / ARCHIVE / "2023"
    lines = (folder / "proactive.csv").read_text(encoding="utf-8").splitlines()
    texts = {"fees,": "7.500001", "penalty,": ""}
    for number, line in enumerate(lines):
        for start, text in texts.items():
            if line.startswith(start):
                lines[number] = f"{line.rpartition(',')[0]},{text}"
    (folder / "proactive.csv").write_text("\n".join(lines), encoding="utf-8")
    text = (folder / "disputes.csv").read_text(encoding="utf-8").splitlines()
    text[1] = f"{text[1].rpartition(',')[0]},三"
    (folder / "disputes.csv").write_text("\n".join(text), encoding="utf-8")
    return project


def of(frame: pd.DataFrame, cell: str, agency: str = ARCHIVE, year: int = 2023) -> pd.Series:
    return frame[(frame.agency == agency) & (frame.year == year) & (frame.cell == cell)].iloc[0]


def export(project: Project, *words: str) -> tuple[int, str, list[str]]:
    answer = govreport(project.root, "export", *words)
    return answer.returncode, answer.stdout, answer.stderr.splitlines()


def needs(*packages: str) -> None:
    """Skip what needs packages that this machine lacks; nothing is skipped where CI is set."""
    if not all(map(importlib.util.find_spec, packages)):
        assert not os.environ.get("CI"), f"CI must have {packages}"
        pytest.skip(f"{packages} are not installed: pip install '.[test]'")


def test_every_cell_of_every_filing_is_a_row_with_its_exact_figure(project: Project) -> None:
    frame = project.frame()
    filings = [project.filing(agency, year) for agency in (ARCHIVE, FORESTRY) for year in YEARS]
    cells = [(f.agency, f.name, f.year, cell, figure) for f in filings for cell, figure in f.cells.items()]
    assert list(frame.columns) == list(COLUMNS)
    assert list(frame[["agency", "name", "year", "cell", "value"]].itertuples(index=False, name=None)) == cells
    assert {type(value) for value in frame.value} == {Decimal, type(None)}


def test_a_row_says_edition_labels_and_unit(project: Project) -> None:
    frame = project.frame()
    assert dict(of(frame, "applications.denied.state_secret.natural")) == {
        "agency": ARCHIVE, "name": "示例市档案局", "year": 2023, "edition": "2021", "table": "applications",
        "cell": "applications.denied.state_secret.natural", "row_label": "（三）不予公开·1.属于国家秘密",
        "column_label": "自然人", "value": project.filing(ARCHIVE, 2023)["applications.denied.state_secret.natural"],
        "unit": "", "problem": "",
    }  # fmt: skip
    assert tuple(of(frame, FEES)[["value", "unit"]]) == (Decimal("7.500001"), "万元")
    assert of(frame, "proactive.procurement.amount", year=2020).unit == "元"
    assert of(frame, "proactive.procurement.amount", year=2020).edition == "2019"


def test_a_table_of_another_edition_says_so(project: Project) -> None:
    replace_in(project.data / ARCHIVE / "2020/narrative.md", "---\n", '---\neditions: {disputes: "2021"}\n')
    editions = project.frame(ARCHIVE, 2020).groupby("table").edition.first()
    assert dict(editions) == {"proactive": "2019", "applications": "2019", "disputes": "2021"}


def test_own_tables_follow_the_form_with_exact_figures_and_texts_told(project: Project) -> None:
    folder = project.data / FORESTRY / "2023"
    (folder / "tables").mkdir()
    (folder / "tables/platforms.csv").write_text("平台,发布,备注\n网站,3.1234567,停用\n微信,,\n", encoding="utf-8")
    frame = project.frame(FORESTRY, 2023)
    own = frame[frame.table == "tables.platforms"]
    assert list(own.cell) == [
        f"tables.platforms.{row}.{column}" for row in ("网站", "微信") for column in ("发布", "备注")
    ]
    assert list(own.value) == [Decimal("3.1234567"), None, None, None] and list(own.edition) == [""] * 4
    assert list(own.problem) == ["", "“停用”是文字", "", ""] and list(own.row_label[:1]) == ["网站"]
    assert "tables.platforms.网站.发布,网站,发布,3.1234567" in cells_csv(frame)
    needs("pyarrow")
    from pyarrow.parquet import read_table  # noqa: PLC0415, where it is installed

    assert export(project, FORESTRY, "2023", "-o", "一.parquet")[0] == 0
    assert Decimal("3.1234567") in read_table(project.root / "一.parquet").column("value").to_pylist()
    longest = f"平台,发布\n网站,0.{'9' * 15}\n微信,{'9' * 15}\n抖音,{'9' * 40}\n"
    (folder / "tables/platforms.csv").write_text(longest, encoding="utf-8")
    assert export(project, FORESTRY, "2023", "-o", "二.parquet")[0] == 0
    read = read_table(project.root / "二.parquet").column("value").to_pylist()
    assert {Decimal(f"0.{'9' * 15}"), Decimal("9" * 15)} <= set(read)


def test_a_blank_is_no_zero_and_what_cannot_be_read_is_told(project: Project) -> None:
    frame = project.frame(ARCHIVE)
    assert tuple(of(frame, BLANK)[["value", "problem"]]) == (None, "")
    assert tuple(of(frame, LOST)[["value", "problem"]]) == (None, "“三”不是数字")
    assert frame.value.isna().sum() == 2
    assert frame[frame.cell == BLANK].value.sum() == sum(project.filing(ARCHIVE, y).cells[BLANK] for y in (2020, 2022))


def test_agencies_and_years_are_chosen_as_in_commands(project: Project) -> None:
    frame = project.frame("示例市林业局", 2022, 2020)
    assert list(frame[["agency", "year"]].drop_duplicates().itertuples(index=False, name=None)) == [
        (FORESTRY, 2020),
        (FORESTRY, 2022),
    ]
    _, text, _ = export(project, "2022", FORESTRY, "2020")
    assert len(text.splitlines()) == len(frame) + 1
    with pytest.raises(ProjectError, match="没有机构"):
        project.frame("nobody")


def test_a_filing_that_cannot_be_read_stops_no_other_and_is_told(project: Project) -> None:
    spoil_row(project.data / FORESTRY / "2022")
    told = f"示例市林业局2022年的资料无法读取，没有列入：data/{FORESTRY}/2022/applications.csv 第"
    with pytest.warns(UserWarning, match=told) as warned:
        frame = project.frame()
    assert len(warned) == 1 and "grantedd" in str(warned[0].message)
    assert len(frame[["agency", "year"]].drop_duplicates()) == 5
    code, out, (line,) = export(project, "-o", "全部.csv")
    assert (code, out) == (1, f"已写入 全部.csv：5份资料，共{len(frame)}格。\n")
    assert line.startswith(f"错误：{told}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        project.frame(FORESTRY, 2023)


def test_the_csv_has_the_frames_rows_with_a_mark_for_spreadsheets_in_a_file_alone(project: Project) -> None:
    register = project.data / "agencies.csv"
    replace_in(register, "示例市档案局", "=示例市档案局")
    frame = project.frame()
    assert export(project, "-o", "全部.csv")[0] == 0
    data = (project.root / "全部.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and b"\r" not in data
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["value"] for row in rows] == list(map(write_figure, frame.value))
    assert {row["name"] for row in rows} == {"'=示例市档案局", "示例市林业局"}
    assert [row["column_label"] for row in rows] == list(frame.column_label)
    assert export(project)[1] == data.decode("utf-8-sig")


def test_parquet_has_exact_decimals_of_one_type_whatever_is_chosen(project: Project) -> None:
    needs("pyarrow")
    from pyarrow.parquet import read_table  # noqa: PLC0415, where it is installed

    for name, words in (("全部.parquet", ()), ("一.PARQUET", (ARCHIVE, "2023"))):
        assert export(project, *words, "-o", name)[0] == 0
    whole, one = (read_table(project.root / name) for name in ("全部.parquet", "一.PARQUET"))
    assert whole.schema == one.schema
    assert str(whole.schema.field("value").type) == "decimal128(21, 6)"
    assert whole.to_pylist() == project.frame().to_dict("records")


def test_the_questions_of_the_page_have_answers(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("pyarrow", "duckdb")
    import duckdb  # noqa: PLC0415, where it is installed

    page = (Path(__file__).parents[2] / "docs/zh/export.md").read_text(encoding="utf-8")
    queries = [block.partition("```")[0] for block in page.split("```sql\n")[1:]]
    assert len(queries) == 2
    monkeypatch.chdir(project.root)
    assert export(project, "-o", "全部数字.parquet")[0] == export(project, "-o", "全部数字.csv")[0] == 0
    figures = [project.filing(agency, 2023)["applications.new.total"] for agency in (ARCHIVE, FORESTRY)]
    by_year, by_money = (duckdb.sql(query).fetchall() for query in queries)
    assert by_year[-1] == (2023, sum(figures))
    assert ("示例市档案局", 2023, Decimal("7.500001")) in by_money


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody"], "没有机构“nobody”"),
        (["2031"], "没有任何机构 2031 年的资料"),
        (["-o", "全部.xlsx"], "文件名应以 .csv 或 .parquet 结尾，而不是“全部.xlsx”"),
        (["-o", "旧.csv"], "旧.csv 已存在；确认覆盖请加 --force"),
        (["-o", "旧.csv/新.csv"], "无法读写 旧.csv"),
        (["-o", "新.parquet"], "写 Parquet 文件需要 pyarrow；请运行 pip install 'govreport[parquet]'"),
    ],
)
def test_what_cannot_be_exported_is_told_in_one_sentence(
    words: list[str], sentence: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (project.root / "旧.csv").write_text("旧", encoding="utf-8")
    before = sorted(project.root.rglob("*"))
    code, out, (line,) = export(project, *words)
    assert code in (1, 2) and out == "" and sentence in line
    assert sorted(project.root.rglob("*")) == before
    assert (project.root / "旧.csv").read_text(encoding="utf-8") == "旧"
