"""Filings on disk: what is written is read again, and whatever cannot be read is told in one sentence."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.checks.checking import check_filings
from govreport.checks.edits.validity import unreadable_filing
from govreport.core.errors import FilingError, GovReportError
from govreport.filing.filing import Filing
from govreport.filing.folder import read_filing, write_filing
from govreport.filing.narrative import Narrative, Part
from govreport.forms.catalogue import Catalogue
from tests.support.consistent_projects import PARTS
from tests.support.strategies import DISPUTES, NAME, SLUG, any_filings, consistent_filing

WIDE = "row,label,upheld,corrected,other,pending,total\n"
LONG = "row,label,column,value\n"
FOLDER = f"data/{SLUG}/2023"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a filing for 2023 that adds up."""
    narrative = Narrative(parts={number: Part("", text) for number, text in PARTS.items()})
    write_filing(replace(consistent_filing(2023, Random("folder").randint), narrative=narrative), tmp_path)
    return tmp_path


def read(folder: Path, year: int = 2023) -> Filing:
    return read_filing(folder, SLUG, NAME, year)


def sentence(folder: Path, year: int = 2023) -> str:
    """The one sentence that says why a folder cannot be read."""
    with pytest.raises(FilingError) as error:
        read(folder, year)
    messages = list(error.value.problems)
    assert len(messages) == 1, messages
    (message,) = messages
    assert message.endswith("。")
    assert message.count("。") == 1
    (finding,) = unreadable_filing(SLUG, year, error.value)
    assert (finding.rule, finding.severity, finding.message) == ("F1", "error", message)
    return message


# ---- what is written is read again ----------------------------------------------------------------------------------


@given(any_filings())
def test_what_is_written_is_read_again(filing: Filing) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_filing(filing, Path(name))
        again = read_filing(Path(name), filing.agency, filing.name, filing.year)
    assert again.cells == filing.cells
    assert dict(again.unreadable) == dict(filing.unreadable)
    assert again.form.editions == filing.form.editions
    assert again.title == filing.title
    assert [note for note in again.notes if not note.cells] == []
    for key in ("published", "contact", "signature"):
        assert getattr(again.narrative, key) == getattr(filing.narrative, key)
    texts = {number: part.text for number, part in again.narrative.parts.items() if part.text}
    assert texts == {number: part.text for number, part in filing.narrative.parts.items()}


def test_writing_what_was_read_changes_no_byte(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    copy = tmp_path_factory.mktemp("copy")
    write_filing(read(folder), copy)
    assert {p.name: p.read_bytes() for p in copy.iterdir()} == {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_filing_of_mixed_editions_keeps_them_when_written(tmp_path: Path) -> None:
    mixed = Catalogue.read().compose(2021, {"applications": "2019"})
    filing = Filing.from_cells(SLUG, NAME, 2021, {"applications.other.total": 1}, form=mixed)
    write_filing(filing, tmp_path)
    assert read(tmp_path, 2021).form.editions["applications"] == "2019"


def test_a_figure_that_looks_like_a_formula_is_written_harmlessly(tmp_path: Path) -> None:
    write_filing(Filing.from_cells(SLUG, NAME, 2023, {"disputes.reconsideration.total": "=1+1"}), tmp_path)
    assert "'=1+1" in (tmp_path / "disputes.csv").read_text(encoding="utf-8-sig")


# ---- figures of a filing ---------------------------------------------------------------------------------------------


def test_frames_are_exact_and_tell_blanks_from_zeros() -> None:
    cells = {"proactive.rules.issued": 3, "proactive.fees.amount": "0.000001", "proactive.penalty.decisions": 0}
    frame = Filing.from_cells(SLUG, NAME, 2023, cells).frame("proactive")
    assert frame.dtypes.map(str).to_dict() == {
        "issued": "Int64", "repealed": "Int64", "in_force": "Int64", "decisions": "Int64", "amount": "object",
    }  # fmt: skip
    assert list(frame.index) == ["rules", "normative", "licensing", "penalty", "coercion", "fees"]
    assert frame.loc["fees", "amount"] == Decimal("0.000001")
    assert isinstance(frame.loc["fees", "amount"], Decimal)
    assert frame.loc["penalty", "decisions"] == 0
    assert frame.loc["licensing", "decisions"] is pd.NA
    assert frame.loc["rules", "amount"] is pd.NA


def test_a_derived_sum_is_blank_only_where_all_its_parts_are() -> None:
    cells = {"applications.denied.security.natural": 2, "applications.new.business": 4, "applications.new.other": "三"}
    filing = Filing.from_cells(SLUG, NAME, 2023, cells)
    assert filing["applications.denied.natural"] == 2
    assert filing["applications.unable.natural"] is None
    assert filing["applications.new.legal_persons"] is None
    with pytest.raises(KeyError):
        filing["applications.refused.natural"]


def test_money_may_not_be_negative_but_a_change_may() -> None:
    cells = {"proactive.procurement.amount": "-0.01", "proactive.fees.change": -3}
    findings = check_filings([(Filing.from_cells(SLUG, NAME, 2020, cells), None)])[0]
    (finding,) = [f for f in findings if f.rule == "V1"]
    assert finding.cells == ("proactive.procurement.amount",)
    assert finding.message.endswith("为-0.01；应填以元为单位、不小于0、最多2位小数的数字。")


def test_a_filing_has_no_cells_that_its_form_does_not_have() -> None:
    with pytest.raises(GovReportError, match=r"没有名为“proactive\.rules\.made”的单元格；应是2021版格式中的名称"):
        Filing.from_cells(SLUG, NAME, 2023, {"proactive.rules.made": 1})


# ---- what was read with a guess, and what is no figure ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure", "severity", "told"),
    [
        ("三", None, "error", "“三”不是数字；应填不小于0的整数"),
        ("1.5", None, "error", "“1.5”不是整数；应填不小于0的整数"),
        ("-2", -2, "error", "为-2；应填不小于0的整数"),
        ('"1,204"', 1204, "notice", "写作“1,204”，按1204读取"),
        ("１２", 12, "notice", "写作“１２”，按12读取"),
    ],
)
def test_a_doubtful_cell_is_told_by_line_and_label(
    text: str, figure: int | None, severity: str, told: str, folder: Path
) -> None:
    (folder / "disputes.csv").write_text(f"{WIDE}litigation.direct,,{text},0,0,0,0\n", encoding="utf-8")
    filing = read(folder)
    cell = "disputes.litigation.direct.upheld"
    (finding,) = [f for f in check_filings([(filing, None)])[0] if f.rule == "V1"]
    assert filing.cells[cell] == figure
    assert (finding.severity, finding.cells) == (severity, (cell,))
    assert (
        finding.message
        == f"{FOLDER}/disputes.csv 第2行“未经复议直接起诉”的“结果维持”{'：' if figure is None else ''}{told}。"
    )


@pytest.mark.parametrize("mark", ["", "/", "—", "-"])
def test_a_mark_for_not_applicable_is_told_like_a_blank(mark: str, folder: Path) -> None:
    rows = [f"{group},,{mark},0,0,0,0\n" for group in DISPUTES]
    (folder / "disputes.csv").write_text(WIDE + "".join(rows), encoding="utf-8")
    (finding,) = check_filings([(read(folder), None)])[0]
    assert (finding.rule, finding.severity) == ("V2", "notice")
    assert finding.cells == tuple(f"disputes.{group}.upheld" for group in DISPUTES)


@pytest.mark.parametrize("name", ["disputes.csv", "narrative.md"])
def test_a_file_in_gb18030_is_read_with_a_notice(name: str, folder: Path) -> None:
    text = (folder / name).read_text(encoding="utf-8-sig")
    (folder / name).write_bytes(text.encode("gb18030"))
    filing = read(folder)
    assert filing.title == (NAME, "2023年政府信息公开工作年度报告")
    (finding,) = check_filings([(filing, None)])[0]
    assert (finding.rule, finding.severity) == ("F1", "notice")
    assert finding.message == f"{FOLDER}/{name} 是 GB18030 编码，已按此读取；建议另存为 UTF-8。"


def test_invisible_characters_are_removed_with_a_notice(folder: Path) -> None:
    (folder / "disputes.csv").write_bytes((WIDE + "reconsideration,\x00,1,0,0,0,\ufeff1\n").encode())
    filing = read(folder)
    assert filing.cells["disputes.reconsideration.total"] == 1
    assert [note.message for note in filing.notes] == [f"{FOLDER}/disputes.csv 含有 2 个不可见的控制字符，已去除。"]


# ---- what cannot be read ---------------------------------------------------------------------------------------------

ROW = "reconsideration,,1,0,0,0,1\n"
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "an unknown row": (WIDE + ROW + "appeal,,1,0,0,0,1\n", "第3行的行名“appeal”不在2021版复议诉讼表中"),
    "a row with a typing error": (WIDE + "reconsidration,,1,0,0,0,1\n", "是否应为 reconsideration。"),
    "an unknown column": (WIDE.replace("total", "sum") + ROW, "第1行有不认识的列“sum”"),
    "a column twice": (WIDE.replace("other", "upheld") + ROW, "第1行的列“upheld”重复"),
    "no column of row names": (WIDE.replace("row,", "") + ROW, "第1行缺少列 row"),
    "a row twice": (WIDE + ROW + ROW, "第3行与第2行重复（reconsideration）"),
    "more cells than columns": (WIDE + ROW.strip() + ",9\n", "第2行有 8 格，多于表头的 7 格"),
    "semicolons for commas": ((WIDE + ROW).replace(",", ";"), "第1行"),
    "an unpaired quotation mark": (WIDE + 'reconsideration,"甲,1,0,0,0,1\n', "不是可读的 CSV"),
    "a field without end": (WIDE + f"reconsideration,{'甲' * 140_000},1,0,0,0,1\n", "不是可读的 CSV"),
    "nothing": (b"", "是空文件"),
    "nothing but line ends": (b"\n\r\n \n", "是空文件"),
    "UTF-16": ((WIDE + ROW).encode("utf-16"), "是 UTF-16 编码；请另存为 UTF-8"),
    "a workbook": (b"PK\x03\x04" + bytes(300), "不是文本文件（可能是改了扩展名的表格或文档）"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(300), "不是文本文件"),
    "bytes of no encoding": (WIDE.encode() + b"\xff\xff\n", "第2行既不是 UTF-8 也不是 GB18030 编码"),
    "far too much": (b"a" * 2_000_001, "有 2,000,001 字节，超过 2,000,000 字节的上限"),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_table_that_cannot_be_read_is_told_in_one_sentence(mistake: str, folder: Path) -> None:
    content, told = BROKEN[mistake]
    (folder / "disputes.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert sentence(folder).startswith(f"{FOLDER}/disputes.csv ")
    assert told in sentence(folder)


CLAUSES = {
    "a column of another clause": ("fees,,issued,3\n", "第2行的列名“issued”不属于 fees 行；应是 amount 之一。"),
    "a cell twice": ("fees,,amount,3\nrules,,issued,1\nfees,,amount,4\n", "第4行与第2行重复"),
    "a row of another edition": (
        "other_services,,change,3\n",
        '请在 narrative.md 文件头写 editions: {proactive: "2019"}',
    ),
    "a column of another edition": ("rules,,made,3\n", '文件头写 editions: {proactive: "2019"}'),
}


@pytest.mark.parametrize("mistake", CLAUSES)
def test_a_clause_that_cannot_be_read_is_told_in_one_sentence(mistake: str, folder: Path) -> None:
    content, told = CLAUSES[mistake]
    (folder / "proactive.csv").write_text(LONG + content, encoding="utf-8")
    assert sentence(folder).startswith(f"{FOLDER}/proactive.csv 第")
    assert told in sentence(folder)


@pytest.mark.parametrize(("year", "row", "edition"), [(2023, "other", "2019"), (2020, "other.fee_unpaid", "2021")])
def test_a_row_of_another_edition_leads_to_the_front_matter(year: int, row: str, edition: str, tmp_path: Path) -> None:
    write_filing(consistent_filing(year, Random(year).randint), tmp_path)
    (tmp_path / "applications.csv").write_text(f"row,label,natural\n{row},,3\n", encoding="utf-8")
    message = sentence(tmp_path, year)
    assert (
        f'它属于{edition}版格式，如本表沿用该版，请在 narrative.md 文件头写 editions: {{applications: "{edition}"}}'
        in message
    )
    text = (tmp_path / "narrative.md").read_text(encoding="utf-8")
    front = f'---\neditions: {{applications: "{edition}"}}\n'
    (tmp_path / "narrative.md").write_text(text.replace("---\n", front, 1), encoding="utf-8")
    assert read(tmp_path, year).cells[f"applications.{row}.natural"] == 3


@pytest.mark.parametrize("name", ["proactive.csv", "applications.csv", "disputes.csv", "narrative.md"])
def test_a_missing_file_is_told_by_its_name(name: str, folder: Path) -> None:
    (folder / name).unlink()
    assert sentence(folder) == f"缺少 {FOLDER}/{name}；请补上这个文件。"
    (folder / name).mkdir()
    assert sentence(folder).startswith(f"{FOLDER}/{name} 应是文件，却是文件夹")


MARKS = [
    "row",
    "label",
    "upheld",
    "total",
    "reconsideration",
    ",",
    "\n",
    '"',
    "1",
    "-",
    "\r",
    "三",
    "'",
    "=",
    ";",
    "\t",
    " ",
]


@given(st.lists(st.sampled_from(MARKS), max_size=20).map("".join), st.booleans())
def test_any_table_is_read_or_told(text: str, headed: bool) -> None:
    with tempfile.TemporaryDirectory() as name, contextlib.suppress(FilingError):
        write_filing(Filing.from_cells(SLUG, NAME, 2023, {}), Path(name))
        (Path(name) / "disputes.csv").write_bytes(((WIDE if headed else "") + text).encode())
        assert isinstance(read(Path(name)), Filing)


def test_every_mistake_of_a_folder_is_told_at_once(folder: Path) -> None:
    (folder / "proactive.csv").unlink()
    (folder / "disputes.csv").write_text(WIDE + "甲,,1,0,0,0,1\n乙,,1,0,0,0,1\n", encoding="utf-8")
    (folder / "narrative.md").write_text("没有文件头\n", encoding="utf-8")
    with pytest.raises(FilingError) as error:
        read(folder)
    assert len(error.value.problems) == 4


def test_a_year_before_the_first_edition_is_told_by_its_folder(folder: Path) -> None:
    assert sentence(folder, 2018).startswith(f"data/{SLUG}/2018：没有适用于 2018 年的格式")
