"""The tables of a filing as CSV files: laid out as the form is, read however a person left them."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import pytest

from govreport.checks.checking import check_filings
from govreport.core.errors import FilingError
from govreport.filing.filing import Filing
from govreport.filing.folder import read_filing, write_filing
from govreport.filing.table_files import table_csv
from tests.support.strategies import DISPUTES, NAME, SLUG, consistent_filing

WIDE = "row,label,upheld,corrected,other,pending,total\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a filing for 2023 that adds up."""
    write_filing(consistent_filing(2023, Random("folder").randint), tmp_path)
    return tmp_path


def read(folder: Path) -> Filing:
    return read_filing(folder, SLUG, NAME, 2023)


def lines(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    return list(csv.reader(data.decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize("year", [2020, 2023])
def test_the_wide_tables_are_laid_out_as_the_form_is(year: int, tmp_path: Path) -> None:
    filing = consistent_filing(year, Random(year).randint)
    write_filing(filing, tmp_path)
    columns = ["natural", "business", "research", "public_welfare", "legal_service", "other", "total"]
    header, *rows = lines(tmp_path / "applications.csv")
    assert header == ["row", "label", *columns]
    assert [row[:2] for row in rows] == [[r.key, r.label[-1]] for r in filing.form.tables["applications"].rows]
    for key, _, *figures in rows:
        assert figures == [str(filing.cells[f"applications.{key}.{column}"]) for column in columns]
    header, *rows = lines(tmp_path / "disputes.csv")
    assert header == ["row", "label", "upheld", "corrected", "other", "pending", "total"]
    assert [row[0] for row in rows] == list(DISPUTES)


def test_the_table_of_clauses_has_a_line_for_each_cell(tmp_path: Path) -> None:
    write_filing(Filing.from_cells(SLUG, NAME, 2023, {"proactive.fees.amount": "1.50"}), tmp_path)
    header, *rows = lines(tmp_path / "proactive.csv")
    assert header == ["row", "label", "column", "value"]
    assert rows[0] == ["rules", "规章：本年制发件数", "issued", ""]
    assert rows[-1] == ["fees", "行政事业性收费：本年收费金额（单位：万元）", "amount", "1.50"]
    assert len(rows) == 10


@pytest.mark.parametrize(
    "text",
    [
        WIDE + "reconsideration,随便写的说明,1,2,3,4,10\n",
        WIDE + "reconsideration,,1,2,3,4,10\n",
        "row,upheld,corrected,other,pending,total\nreconsideration,1,2,3,4,10\n",
        "total,pending,other,corrected,upheld,row\n10,4,3,2,1,reconsideration\n",
        WIDE.replace("\n", "\r\n") + "\r\n\r\n reconsideration ,, 1 ,2,3,4,10,,,\r\n",
        "\ufeff" + WIDE + 'reconsideration,"两行的\n说明",1,2,3,4,10',
    ],
)
def test_labels_column_order_and_blank_lines_do_not_matter(text: str, folder: Path) -> None:
    (folder / "disputes.csv").write_bytes(text.encode())
    cells = read(folder).cells
    assert [cells[f"disputes.reconsideration.{c}"] for c in ("upheld", "corrected", "other", "pending")] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("applications", "partial,（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "partial,(一) 予以公开",
         "第5行 partial 的 label“(一) 予以公开”是 granted 的名称"),
        ("applications", "granted,（一）予以公开", "granted,（三）不予公开", "是 denied.state_secret 的名称"),
        ("applications", "other.other,3.其他", "other.other,四、结转下年度继续办理", "是 carried_out 的名称"),
        ("applications", "granted,（一）予以公开", "granted,（六）其他处理", "第4行 granted 的 label“（六）其他处理”"),
        ("proactive", "规章：本年制发件数", "规章：现行有效件数", "第2行 rules.issued 的 label"),
        ("proactive", "规章：本年制发件数", "规章：对外公开总数量", "是 rules.disclosed_total 的名称"),
    ],
)  # fmt: skip
def test_a_label_that_is_another_rows_is_told_in_a_warning_since_the_figures_may_stand_in_the_wrong_row(
    file: str, old: str, new: str, told: str, folder: Path
) -> None:
    path = folder / f"{file}.csv"
    before = path.read_text(encoding="utf-8-sig")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")
    (finding,) = (finding for finding in check_filings([(read(folder), None)])[0] if finding.rule == "F1")
    assert finding.severity == "warning"
    assert f"/{file}.csv 第" in finding.message and told in finding.message


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("applications", "3.其他,", "3.其它,", "第24行 other.other 的 label“3.其它”不是格式中的名称，应是“3.其他”；"),
        ("applications", "（一）予以公开", "1、 予以\n公开",
         "granted 的 label“1、 予以 公开”不是格式中的名称，应是“（一）予以公开”；"),
        ("disputes", "行政复议", "行政复意",
         "第2行 reconsideration 的 label“行政复意”不是格式中的名称，应是“行政复议”；"),
        ("proactive", "规章：本年制发件数", "规章：本年制定件数",
         "第2行 rules.issued 的 label“规章：本年制定件数”不是格式中的名称，应是“规章：本年制发件数”；"),
    ],
)  # fmt: skip
def test_a_label_that_no_row_has_is_told_with_the_official_one_and_its_figures_are_read(
    file: str, old: str, new: str, told: str, folder: Path
) -> None:
    before, path = read(folder), folder / f"{file}.csv"
    replaced = path.read_text(encoding="utf-8-sig").replace(old, f'"{new}"' if "\n" in new else new)
    path.write_text(replaced, encoding="utf-8")
    (finding,) = (finding for finding in check_filings([(read(folder), None)])[0] if finding.rule == "F1")
    assert finding.severity == "notice"
    assert f"/{file}.csv 第" in finding.message and told in finding.message and "清空 label" in finding.message
    assert read(folder).cells == before.cells


@pytest.mark.parametrize("label", ["（六）其他处理", "", "—", "三、本年度办理结果"])
def test_a_label_that_is_the_rows_own_group_or_blank_is_ignored(label: str, folder: Path) -> None:
    path = folder / "applications.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("other.other,3.其他", f"other.other,{label}"), "utf-8")
    assert read(folder).notes == ()


def test_all_mistakes_of_a_table_and_of_the_other_files_are_told_at_once(folder: Path) -> None:
    header = WIDE.replace("upheld", "uphold")
    rows = "reconsideration,,1,2,3,4,10\nnobody,,1,2,3,4,10\nreconsideration,,1,2,3,4,10\n"
    (folder / "disputes.csv").write_text(header + rows, encoding="utf-8")
    (folder / "proactive.csv").write_text("row,label,column,value\nrules,,nothing,1\n", encoding="utf-8")
    with pytest.raises(FilingError) as error:
        read(folder)
    told = [problem.split("/")[-1] for problem in error.value.problems]
    named = ["nothing", "uphold", "nobody", "第4行与第2行重复"]
    assert [any(name in problem for problem in told) for name in named] == [True] * 4
    assert len(told) == 4


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("label,row,upheld,corrected,other,pending,total\n", ["另有2行也无法读取，请核对第1行的表头"]),
        (",row,label,upheld,corrected,other,pending,total\n", ["第1行有没有名称的列，请删去空列"]),
        ("row,label,upheld,corrected,other,pending,total,,\n", ["第1行有没有名称的列，请删去空列"]),
        ("row,upheld,corrected,other,pending,total\n", ["另有2行也无法读取，请核对第1行的表头"]),
    ],
)
def test_a_header_that_was_shifted_is_told_in_one_sentence(header: str, told: list[str], folder: Path) -> None:
    rows = "".join(
        f"{key},说明,1,2,3,4,10\n"
        for key in ("reconsideration", "litigation.direct", "litigation.after_reconsideration")
    )
    (folder / "disputes.csv").write_text(header + rows, encoding="utf-8")
    with pytest.raises(FilingError) as error:
        read(folder)
    assert [what in problem for what, problem in zip(told, error.value.problems, strict=True)] == [True] * len(told)


def test_a_table_of_another_edition_is_told_in_one_sentence(folder: Path) -> None:
    former = Filing.from_cells("demo", "示例局", 2020, {})
    (folder / "proactive.csv").write_text(table_csv(former, former.form.tables["proactive"]), encoding="utf-8-sig")
    with pytest.raises(FilingError, match="它属于2019版格式，如本表沿用该版") as error:
        read(folder)
    assert len(error.value.problems) == 1


def test_a_missing_row_is_blank(folder: Path) -> None:
    (folder / "disputes.csv").write_text(WIDE + "reconsideration,,1,2,3,4,10\n", encoding="utf-8")
    filing = read(folder)
    assert filing.cells["disputes.litigation.direct.total"] is None
    assert any(f.rule == "V2" for f in check_filings([(filing, None)])[0])
