"""Rule T3: what a page could not print, or would print as marks, is told before any page is made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govreport.checks.checking import check_report
from govreport.checks.findings import Finding
from govreport.checks.prose.printing import check_printing
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part
from govreport.filing.project import Project
from tests.support.projects import GOOD, REPOSITORY, YEAR, make_project, replace_in

PROJECT = Project(REPOSITORY)
FILING = Filing.from_cells("shili-education", "示例市教育局", 2023, {})


def findings(text: str, project: Project = PROJECT, part: int = 1, **front: Any) -> list[Finding]:
    """The findings of T3 on a text of a part and on front matter."""
    narrative = Narrative(parts={part: Part(FILING.form.parts[part - 1], text)}, **front)
    return list(check_printing(replace(FILING, narrative=narrative), {part: text}, project))


def told(text: str, part: int = 1) -> list[str]:
    return [finding.message for finding in findings(text, part=part)]


@pytest.mark.parametrize(
    "text",
    [
        "全年**主动公开**政府信息186条，占比≥90%，面积5万㎡，pH<7，3～5件。",
        "☑已公开 ☐未公开 ✔ ✘ CO₂ 10⁻⁵ ①⑳ ℃ № ※ → ≤ × ‰ Ⅻ ● ○ ■ □ ★ ▲ ▼ ✓ ✗ m²",
        "CO<sub>2</sub>、5万m<sup>2</sup>、<u>重点</u>第一行<br>第二行\n\n<div align='center'>\n\n**居中**\n\n</div>",
        "| 项 | 数 |\n|---|---|\n| 甲 |\n\n- 一\n- 二[^1]\n\n[^1]: 注。",
        "见[网站](https://shili.example/a_b?c=1&d=2)和 `**代码**`。\n\n```\n** {{ ~~\n```",
        "编号为 3*4、标*的为必填。",
        r"原样的\*\*星号，单价$5至$6。".replace(r"\*\*", r"\*"),
        "![示例](data:image/png;base64,AAAA)",
        "示政办[2023](5)号、公开[12](件)，见[注](1)、[注]（甲、乙，含 3 件），第3~~5批、5**3件，2022~~2023年。",
        "第一行，\n第二行、3.5万件<br>\n（一）第三行\n- 甲\n- 乙",
        "增长3-5件，同比下降33.3%，增加、减少各3件，降幅下降3个百分点，增长率为-3%，3:5，a@b.example。",
        "做法：\n\n- 甲\n  乙\n- 丙",
        "C:\\data\\附件，5^。",
    ],
)
def test_usual_prose_is_told_nothing(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    ["**主动公开。全年公开", "甲~~乙", "见[网站](", "办结{{ 3件", "甲`乙", "注[^2]", "|甲|乙|", "##（一）公开",
     "甲__乙__丙",
     "公式$\\frac{1}{2}$", "甲&amp;nbsp;乙", "甲<b", "<!-- 没有结束", "![图]", "| --- |",
     "[TOC]", "\\newpage", "::: 提示", "> [!NOTE]", "图{width=50%}", "甲{#id}", "甲{.cls}", "见[@cite]", "见@fig-1",
     "==重点==", "H~2~O", "x^2^", "加油:smile:", "[官网]（https://shili.example）", "［官网］（www.shili.example）",
     "＊＊重点＊＊", "＃标题", "｜甲｜乙｜", "#M36", "甲\n==="],
)  # fmt: skip
def test_marks_that_are_left_over_are_told(text: str) -> None:
    assert [message.startswith("第一部分有未被识别、会原样印出的标记“") for message in told(text)] == [True]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("甲[^1]。\n\n[^1]: 不含结转。\n\n乙[^1]。\n\n[^1]: 含结转的。", "[^1]: 含结转的。"),
        ("全年3件[^1]。\n\n<!-- table -->\n\n[^1]: 不含结转。", "全年3件[^1]。"),
    ],
)
def test_a_footnote_whose_label_is_there_again_or_whose_text_stands_behind_the_table_is_told(
    text: str, line: str
) -> None:
    assert told(text, part=2) == [f"第二部分有未被识别、会原样印出的标记“{line}”；请改正或删去。"]


@pytest.mark.parametrize(
    "text",
    [
        "{# 内部说明 #}全年", "新收{ applications.new.total }件", "新收｛｛ applications.new.total ｝｝件",
        "{ { year } }", "{｛ year ｝}", "${year}年", "<% year %>", "«机构名称»", "<<机构名称>>", "[//]: # (内部说明)",
        "[comment]: <> (内部)", "[附件]: 名单.pdf",
    ],
)  # fmt: skip
def test_marks_of_other_programs_and_broken_ones_are_told(text: str) -> None:
    assert [message.startswith("第一部分有未被识别、会原样印出的标记“") for message in told(text)] == [True]


def test_braces_around_words_and_definitions_that_are_used_are_no_marks() -> None:
    assert told("分为{甲、乙}两类，{3}类。见[附件]。\n\n[附件]: https://shili.example/名单.pdf") == []


def test_a_mark_for_a_table_that_has_no_place_is_told() -> None:
    assert told("甲。\n\n<!-- table -->\n\n乙。", part=2) == []
    assert told("甲。\n\n<!-- table -->\n\n乙。") == ["第一部分没有表，却有表格标记“<!-- table -->”；请改正或删去。"]
    assert told("<!-- table -->\n\n甲。\n\n<!-- table -->", part=2) == [
        "第二部分有不止一处表格标记，表只排在第一处“<!-- table -->”；请改正或删去。"
    ]


@pytest.mark.parametrize("tag", ['<div style="display:none">', "<table><tr><td>"])
def test_an_element_that_nothing_ends_is_printed_and_told(tag: str) -> None:
    assert [message.startswith("第一部分有未被识别、会原样印出的标记“<") for message in told(f"{tag}甲\n\n乙")] == [
        True
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("比上年多-4件", "写反或重复的增减"), ("少了−4件", "写反或重复的增减"),
        ("降幅为下降17.4%", "写反或重复的增减"),
        ("下降幅度为下降17.4%", "写反或重复的增减"),
        ("占新收申请的190.0%", "大于100%的占比"), ("占比达**101%**", "大于100%的占比"), ("占55.6%%", "重复的单位"),
        ("占55.6%个百分点", "重复的单位"), ("百分之55.6%", "重复的单位"), ("收费3万万元", "重复的单位"),
    ],
)  # fmt: skip
def test_what_makes_nonsense_as_it_is_written_is_told(text: str, kind: str) -> None:
    assert [message.startswith(f"第一部分有{kind}“") for message in told(text)] == [True]


def test_what_is_unusual_but_right_is_not_told() -> None:
    text = "增多5件，最多增加3件，降幅扩大5%，增幅下降3个百分点，增减量-4，增速为-3%，占100%，占99.97%，增长150%，3万元"
    more = "增量-4件，增减-4件，增幅下降17.4%，比上年多增加3件，少增长3%，增-12号，占上年的115%，1.2万亿元"
    assert (
        told(f"{text}，占计划的104.1%，各项占比合计为100.1%，{more}，集合{{A、B}}共2个，https://a.cn/?x={{id}}。") == []
    )


@pytest.mark.parametrize("text", ["示例局<br>办公室", "甲<br/>乙", "**示例局**", "示例局[^1]", "{{ year }}年"])
def test_marks_in_the_front_matter_are_told(text: str) -> None:
    for name in ("title", "signature", "contact"):
        (finding, *_) = findings("", **{name: text})
        assert finding.message.startswith(f"文件头的 {name}有未被识别、会原样印出的标记“")


@pytest.mark.parametrize("name", ["Published", "发布日期", "edition", "period", "year", "subtitle"])
def test_front_matter_that_nothing_reads_is_told(name: str) -> None:
    assert [
        f.message for f in findings("", other={name: "2023", "imported_from": "a.docx", "import_notes": ["甲"]})
    ] == [f"文件头的 {name} 没有用处，不会印出；可用的有 title、published、contact、signature、editions。"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲。\n乙", "1处只换了行，没有空一行，会连成一段：“乙”"),
        ("做法：\n（一）甲\n（二）乙", "2处只换了行"),
        ("做法\n一、甲", "1处只换了行"),
        ("做法\n2. 甲", "1处只换了行"),
        ("做法\n1、甲", "1处只换了行"),
        ("做法\n①甲", "1处只换了行"),
        ("做法\n-甲", "1处只换了行"),
        ("做法\n•甲", "1处只换了行"),
        ("做法\n**（一）甲**", "1处只换了行"),
        ("示例局\n2024年1月9日", "1处只换了行"),
        ("|甲|乙|\n|-|-|\n|1|2|\n如上表。", "表格中有不成行或者格数过多的一行，其文字会混入或丢失“如上表。”"),
        ("> |甲|乙|\n> |-|-|\n> |1|2|3|", "格数过多的一行，其文字会混入或丢失“|1|2|3|”"),
        ("|甲|\n|-|\n|![章](data:image/png;base64,AAAA)|", "表格中有图片，只印出其文字“章”"),
        ("- 甲\n- 乙\n正文接着。", "会连入列表的最后一项：“正文接着。”"),
        ("见下表<!-- table -->", "写法不对的表格标记"),
        ("<!-- Table -->", "写法不对的表格标记"),
        ("<!--表格-->", "写法不对的表格标记"),
        ("见[网站]()", "有没有网址的链接“网站”"),
        ("申请减少-3件。", "有写反或重复的增减“申请减少-3件。”"),
        ("增加了**-3**件", "有写反或重复的增减"),
        ("同比下降下降33.3%", "有写反或重复的增减"),
        ("同比增长**下降33.3%**", "有写反或重复的增减"),
        ("同比增长持平", "有写反或重复的增减"),
    ],
)
def test_what_is_printed_otherwise_than_it_was_meant_is_told(text: str, said: str) -> None:
    (message,) = told(text)
    assert said in message


@pytest.mark.parametrize(
    ("text", "tag"),
    [("<script>x()</script>", "script"), ("<iframe src='a'></iframe>", "iframe"), ("甲<span hidden>乙</span>", "span"),
     ("<b onclick='x()'>甲</b>", "b"), ("<input>", "input"), ("<style>p{}</style>", "style"), ("<abc>甲</abc>", "abc"),
     ("<p style='display:none'>甲</p>", "p")],
)  # fmt: skip
def test_html_that_does_nothing_is_told(text: str, tag: str) -> None:
    assert told(text) == [f"第一部分有不会印出的 HTML“<{tag}>”；请改正或删去。"]


@pytest.mark.parametrize("place", ["notebooks", "notebooks/shili-education", "data/shili-education/2023"])
def test_a_picture_that_is_not_there_is_told_and_one_that_is_there_is_not(tmp_path: Path, place: str) -> None:
    project, text = Project(tmp_path), "![流程](图/流程%201.png)\n\n<img src='图/流程 1.png'>"
    assert [f.message for f in findings(text, project)] == [
        "第一部分有找不到的图片“图/流程%201.png”；请改正或删去。",
        "第一部分有找不到的图片“图/流程 1.png”；请改正或删去。",
    ]
    (tmp_path / place / "图").mkdir(parents=True)
    (tmp_path / place / "图/流程 1.png").write_bytes(b"")
    assert findings(text, project) == []
    assert [
        "不会排入" in message for message in told("![图](https://shili.example/a.png) ![图](attachment:a.png)")
    ] == [True] * 2


def test_characters_without_a_font_are_told_wherever_they_stand(tmp_path: Path) -> None:
    text = "\n\n".join(f"亮点{character}" for character in "🎉體龘")
    (finding,) = findings(text)
    assert (finding.rule, finding.severity, finding.quote) == ("T3", "warning", "亮点🎉")
    assert "“🎉”（U+1F389）、“體”（U+9AD4）、“龘”（U+9F98）自带的字体中没有" in finding.message
    assert [f.message.split("的“")[0] for f in findings("", title="𠮷报", contact="☎電", signature="示例局")] == [
        "文件头的 title", "文件头的 contact",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "expression",
    [
        "yoy('applications.new.total')",
        "last.applications.new.natural",
        "tables.platforms.微信",
    ],
)
def test_an_expression_that_prints_a_blank_is_told_by_the_sentence_that_quotes_it(
    expression: str, tmp_path: Path
) -> None:
    root = make_project(tmp_path / "city", GOOD)
    folder = root / "data" / GOOD / str(YEAR)
    for year, row in ((YEAR, "new,6,0,0,0,0,0,6\n"), (YEAR - 1, "new,,,,,,,\n")):
        file = folder.parent / str(year) / "applications.csv"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(row if line.startswith("new,") else line for line in lines), encoding="utf-8")
    (folder / "tables").mkdir()
    (folder / "tables/platforms.csv").write_text("平台,发布\n网站,3\n微信,\n", encoding="utf-8")
    replace_in(
        folder / "narrative.md", "# 一、总体情况\n", f"# 一、总体情况\n\n全年平稳。另有{{{{ {expression} }}}}件。好。\n"
    )
    found = [(one.rule, one.severity, one.quote) for one in check_report(Project(root), GOOD, YEAR).findings]
    assert ("T3", "warning", "另有（未填）件") in found


@pytest.mark.parametrize(("row", "told"), [("new,,,,,,,,", "没有填"), ("new,,3,2,0,0,0,1,12a", "读不出来")])
def test_a_quoted_figure_is_told_as_blank_only_where_nothing_is_written(row: str, told: str, tmp_path: Path) -> None:
    root = make_project(tmp_path / "city", GOOD)
    file = root / "data" / GOOD / str(YEAR) / "applications.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(row if line.startswith("new,") else line for line in lines), encoding="utf-8")
    found = [one.message for one in check_report(Project(root), GOOD, YEAR).findings if one.rule == "T3"]
    assert found and all(f"引用的数字{told}" in message for message in found)


def test_a_font_of_the_project_counts(tmp_path: Path) -> None:
    assert len(findings("Привет, ѣ", Project(tmp_path))) == 1
    (tmp_path / "fonts").mkdir()
    source = Path(__import__("matplotlib").get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    (tmp_path / "fonts/DejaVuSans.ttf").write_bytes(source.read_bytes())
    (tmp_path / "fonts/broken.ttf").write_bytes(b"no font")
    assert findings("Привет, ѣ", Project(tmp_path)) == []


def test_no_part_of_the_sample_data_and_no_case_of_prose_is_told_of_marks() -> None:
    for agency in PROJECT.agencies:
        for year in PROJECT.years(agency):
            assert "T3" not in {finding.rule for finding in check_report(PROJECT, agency, year).findings}
    for path in (REPOSITORY / "tests/cases").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"].replace("\n", "\n\n")  # each line of a case is a paragraph
            assert [m for m in told(text) if "字体" not in m] == [], text
