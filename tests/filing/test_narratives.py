"""The prose of a filing: front matter, six parts, and what keeps them from being read."""

from __future__ import annotations

import datetime
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.core.errors import FilingError
from govreport.filing.folder import read_filing, write_filing
from govreport.filing.narrative import TABLE_MARK, Narrative, parse_narrative, write_narrative
from tests.support.strategies import NAME, SLUG, consistent_filing

FILE = f"data/{SLUG}/2023/narrative.md"
PARTS = """
# 一、总体情况

本机关按时公布信息。

# 二、主动公开政府信息情况

# 三、收到和处理政府信息公开申请情况

# 四、政府信息公开行政复议、行政诉讼情况

# 五、存在的主要问题及改进情况

# 六、其他需要报告的事项
"""
SPOILT = dict.fromkeys([*range(9), *range(10, 32), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, *range(0xD800, 0xE000)])
"""Characters that reading a file removes or takes for the end of a line."""
FRONT = "---\ntitle: 示例市档案局年度报告\n---\n"


def parse(text: str) -> Narrative:
    return parse_narrative(text, FILE)


def sentences(text: str) -> list[str]:
    """The sentences that say why a narrative cannot be read, without its file's name."""
    with pytest.raises(FilingError) as error:
        parse(text)
    for problem in error.value.problems:
        assert problem.startswith(f"{FILE} ")
        assert problem.endswith("。")
        assert problem.count("。") == 1
    return [problem.removeprefix(f"{FILE} ") for problem in error.value.problems]


def sentence(text: str) -> str:
    """The one sentence that says why a narrative cannot be read, without its file's name."""
    (problem,) = sentences(text)
    return problem


def test_the_front_matter_tells_title_date_contact_and_signature() -> None:
    front = """---
title: |-
  示例市档案局
  2023年报告
published: 2024-01-25
contact: 电话 0000-0000000
signature: 示例市档案局
editions: {applications: "2019"}
remark: 内部备注
---
"""
    narrative = parse(front + PARTS)
    assert narrative.title == "示例市档案局\n2023年报告"
    assert narrative.published == datetime.date(2024, 1, 25)
    assert (narrative.contact, narrative.signature) == ("电话 0000-0000000", "示例市档案局")
    assert (narrative.editions, narrative.other) == ({"applications": "2019"}, {"remark": "内部备注"})


def test_the_prose_stands_in_six_parts_after_a_preamble() -> None:
    narrative = parse(f"{FRONT}\n前言。\n{PARTS}")
    assert {number: part.text for number, part in narrative.parts.items()} == {
        0: "前言。", 1: "本机关按时公布信息。", 2: "", 3: "", 4: "", 5: "", 6: "",
    }  # fmt: skip
    assert narrative.parts[3].heading == "三、收到和处理政府信息公开申请情况"
    assert narrative.parts[0].line == 5
    assert narrative.parts[1].line == 9


@pytest.mark.parametrize("heading", ["# 一、总体情况", "#  一、 总体情况 #", "# 一．总体情况", "# 一.总体"])
def test_headings_are_known_by_their_ordinal(heading: str) -> None:
    assert parse(FRONT + PARTS.replace("# 一、总体情况", heading)).parts[1].text == "本机关按时公布信息。"


def test_a_heading_inside_a_code_block_is_no_part() -> None:
    text = "```sh\n# 一、总体情况\n```"
    assert parse(FRONT + PARTS.replace("本机关按时公布信息。", text)).parts[1].text == text


def test_a_mark_says_where_the_table_stands() -> None:
    before, after = TABLE_MARK.split("表前。\n\n  <!-- table -->  \n\n表后。")
    assert (before.strip(), after.strip()) == ("表前。", "表后。")
    assert len(TABLE_MARK.split("行内的 <!-- table --> 不算。")) == 1


def test_windows_and_mac_line_ends_are_read_alike(tmp_path: Path) -> None:
    write_filing(consistent_filing(2023, Random("line ends").randint), tmp_path)
    expected = {number: part.text for number, part in parse(FRONT + PARTS).parts.items()}
    for end in ("\n", "\r\n", "\r"):
        (tmp_path / "narrative.md").write_bytes((FRONT + PARTS).replace("\n", end).encode())
        parts = read_filing(tmp_path, SLUG, NAME, 2023).narrative.parts
        assert {number: part.text for number, part in parts.items()} == expected


BROKEN = {
    "no front matter": (PARTS.strip(), "第1行应是“---”"),
    "front matter without end": ("---\ntitle: 甲\n" + PARTS, "的文件头没有以“---”结束"),
    "a bracket left open": ("---\ntitle: [\n---\n" + PARTS, "的文件头写法有误；应是“名称: 内容”"),
    "a list for front matter": ("---\n- 甲\n---\n" + PARTS, "第2行的文件头写法有误"),
    "an anchor": ("---\ntitle: &a 甲\n---\n" + PARTS, "第2行的文件头写法有误"),
    "a Python object": ("---\ntitle: !!python/object/apply:os.getcwd []\n---\n" + PARTS, "第2行的文件头写法有误"),
    "a list for a title": ("---\ntitle: [甲, 乙]\n---\n" + PARTS, "文件头的 title 应是文字"),
    "a date in words": ("---\npublished: 明天\n---\n" + PARTS, "文件头的 published 为“明天”，应是日期"),
    "a date that is not": ("---\npublished: 2024-02-30\n---\n" + PARTS, "文件头的 published 为“2024-02-30”，应是日期"),
    "editions without tables": ('---\neditions: "2019"\n---\n' + PARTS, "文件头的 editions 写法有误"),
    "a heading that is no part": (f"{FRONT}{PARTS}# 七、附录\n", "第18行的标题“七、附录”不是六个部分之一"),
    "a heading without ordinal": (f"{FRONT}# 总体情况\n{PARTS}", "第4行的标题“总体情况”不是六个部分之一"),
    "a part twice": (f"{FRONT}{PARTS}# 一、总体情况\n", "第18行重复了第一部分的标题"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_narrative_that_cannot_be_read_is_told_in_one_sentence(mistake: str) -> None:
    text, told = BROKEN[mistake]
    assert told in sentence(text)


@pytest.mark.parametrize("line", ["published: 2024-02-30", "published: 明天", "title: [甲, 乙]", "editions: 2019"])
def test_a_mistake_in_the_front_matter_is_told_with_its_name_or_line(line: str) -> None:
    told = sentence(f"---\ncontact: 无\n{line}\n---\n{PARTS}")
    assert "第3行" in told or line.split(":", maxsplit=1)[0] in told


@pytest.mark.parametrize("date", ["2024-01-25", "'2024-01-25'", '"2024-01-25"', "2024-01-25 10:30:00"])
def test_a_date_may_be_quoted_or_have_a_time(date: str) -> None:
    assert parse(f"---\npublished: {date}\n---\n{PARTS}").published == datetime.date(2024, 1, 25)


@pytest.mark.parametrize(
    "front", ["? [a]\n: b", "? {a: b}\n: c", "a: !!timestamp x", "a: !!bool x", "a: !!int", "a: !!float"]
)
def test_odd_front_matter_is_told_like_any_other_mistake(front: str) -> None:
    assert "文件头写法有误" in sentence(f"---\n{front}\n---\n{PARTS}")


MARKS = [
    "title", "published", "editions", "a", "1", "2024-01-01", ": ", "\n", "\n  ", "- ", "? ", "[", "]", "{", "}", ", ",
    "'", '"', "#", "| ", "> ", "<<", "~", "!", "!!bool ", "!!int ", "!!float ", "!!timestamp ", "!!set ", "!!binary ",
]  # fmt: skip


@given(st.lists(st.sampled_from(MARKS), max_size=12).map("".join))
def test_any_front_matter_is_read_or_told(front: str) -> None:
    try:
        parse(f"---\n{front}\n---\n{PARTS}")
    except FilingError as error:
        assert all(problem.startswith(FILE) for problem in error.problems)


def test_a_name_twice_in_the_front_matter_is_told() -> None:
    assert "title" in sentence(f"---\ntitle: 甲\ntitle: 乙\n---\n{PARTS}")


@pytest.mark.parametrize(
    "front",
    [
        "a: &a [x, x]",
        "a: " + "[" * 20_000,
        "a: " + "{a: " * 20_000,
        "- " * 20_000,
    ],
)
def test_front_matter_cannot_exhaust_the_machine(front: str) -> None:
    start = time.process_time()
    assert "文件头写法有误" in sentence(f"---\n{front}\n---\n{PARTS}")
    assert time.process_time() - start < 3


def test_every_line_of_front_matter_that_is_wrong_is_told() -> None:
    front = "a: &a [x, x]\nb: &b [*a, *a]\nc: 好\nd: [*c, *c]"
    lines = [told.partition("的")[0] for told in sentences(f"---\n{front}\n---\n{PARTS}")]
    assert lines == ["第2行", "第3行", "第5行"]


def test_all_that_is_wrong_in_front_matter_and_body_is_told_at_once() -> None:
    front = "title: [甲]\npublished: 2024-02-30\nsignature: {a\neditions: '2019'\n"
    body = PARTS.replace("# 二、", "#二、") + "# 七、附录\n# 一、总体\n```\n"
    told = sentences(f"---\n{front}---\n{body}")
    named = ["第4行", "title", "published", "editions", "缺少空格", "附录", "重复了第一部分", "```"]
    assert [next(name for name in named if name in problem) for problem in told] == named


@pytest.mark.parametrize(("start", "told"), [("", "第1行应是“---”"), ("---\ntitle: 甲\n", "没有以“---”结束")])
def test_without_its_frame_the_front_matter_is_told_beside_the_body(start: str, told: str) -> None:
    problems = sentences(f"{start}\n# 一、总体情况\n甲。\n# 八、附录\n")
    assert [told in problems[0], "附录" in problems[1], len(problems)] == [True, True, 2]


def test_a_narrative_beyond_the_bound_is_refused_in_a_sentence_that_names_it() -> None:
    told = sentence(f"---\ntitle: 甲\n---\n{PARTS}{'甲' * 100_000}")
    assert "超过100,000个字符的上限" in told and told.startswith("有100,")


TYPED = ["01062345671", "057100012345", "12:30", "1.50", "on", "no", "null", "~", "0x1F", "1e3", "+8657188",
         "2024-01-25", "0000-0000000", "=1", "1_000", "电话: 010-1", "示例路1号 #3室", "“甲”", "-", "?", "true", ".inf",
         "5:", "<<"]  # fmt: skip


@pytest.mark.parametrize("key", ["title", "contact", "signature", "remark"])
@pytest.mark.parametrize("text", TYPED)
def test_front_matter_is_text_as_typed(key: str, text: str) -> None:
    narrative = parse(f"---\n{key}: {text}\n---\n{PARTS}")
    assert (narrative.other["remark"] if key == "remark" else getattr(narrative, key)) == text


def test_lists_and_mappings_of_front_matter_hold_text() -> None:
    narrative = parse(f"---\neditions: {{applications: 2019}}\nnotes:\n- 007\n- on\n---\n{PARTS}")
    assert (narrative.editions, narrative.other) == ({"applications": "2019"}, {"notes": ["007", "on"]})


@given(st.dictionaries(st.sampled_from(["title", "contact", "signature"]), st.text(), min_size=1), st.text())
def test_front_matter_that_is_written_is_read_back_the_same(texts: dict[str, str], remark: str) -> None:
    clean = {key: text.translate(SPOILT).strip() for key, text in texts.items()}
    narrative = Narrative(**clean, other={"remark": remark.translate(SPOILT), "notes": [remark.translate(SPOILT)]})
    read = parse(write_narrative(narrative, ("一、总体情况",)))
    assert (read.title, read.contact, read.signature) == (narrative.title, narrative.contact, narrative.signature)
    assert read.other == narrative.other


@pytest.mark.parametrize(
    "written",
    ["2026年1月23日", "2026/1/23", "2026.1.23", "2026-1-23", "2026 年 1 月 23 日", "２０２６年１月２３日",
     "２０２６／１／２３", "二〇二六年一月二十三日", "二○二六年一月二十三日", "二零二六年一月二十三日",
     "二0二六年1月23日", "2026年01月23日 09:30"],
)  # fmt: skip
def test_a_date_is_read_as_offices_write_it(written: str) -> None:
    assert parse(f"---\npublished: {written}\n---\n{PARTS}").published == datetime.date(2026, 1, 23)
    assert parse(f"---\nsignature: |-\n  甲局\n  {written}\n---\n{PARTS}").date == datetime.date(2026, 1, 23)


@pytest.mark.parametrize("written", ["2024年2月30日", "2024-13-01", "二〇二四年二月三十日", "2024/1/0"])
def test_a_date_that_is_in_no_calendar_is_told(written: str) -> None:
    for key in ("published", "signature"):
        assert f"文件头的 {key} 为“{written}”，应是日期，但历上没有这一天" in sentence(
            f"---\n{key}: {written}\n---\n{PARTS}"
        )


def test_the_date_of_the_signature_is_the_date_of_publication() -> None:
    front = "published: 2024-01-25\nsignature: |-\n  示例市档案局\n  （盖章）\n  2024年1月26日\n"
    narrative = parse(f"---\n{front}---\n{PARTS}")
    assert (narrative.date, narrative.signatories) == (datetime.date(2024, 1, 26), "示例市档案局\n（盖章）")
    one_line = parse(f"---\nsignature: 示例市档案局2024年1月26日\n---\n{PARTS}")
    assert (one_line.date, one_line.signatories) == (datetime.date(2024, 1, 26), "示例市档案局")
    assert parse(f"---\npublished: 2024-01-25\n---\n{PARTS}").date == datetime.date(2024, 1, 25)


@pytest.mark.parametrize(
    ("editions", "told"),
    [
        ('{applications: "2018"}', "文件头的 editions：没有 2018 版格式；可用的版本：2019、2021。"),
        ('{letters: "2019"}', "文件头的 editions：2019 版格式中没有表 letters；可用的表："),
    ],
)
def test_an_edition_or_table_that_is_not_there_is_told(editions: str, told: str, tmp_path: Path) -> None:
    write_filing(consistent_filing(2023, Random("editions").randint), tmp_path)
    (tmp_path / "narrative.md").write_text(f"---\neditions: {editions}\n---\n{PARTS}", encoding="utf-8")
    with pytest.raises(FilingError) as error:
        read_filing(tmp_path, SLUG, NAME, 2023)
    (problem,) = error.value.problems
    assert problem.startswith(f"{FILE} {told}")
