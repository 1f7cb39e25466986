"""Rules N6, N7 and N9: what the form asks of the six parts' headings and words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from govreport.checks.checking import check_filings
from govreport.checks.findings import Finding
from govreport.checks.prose.part_rules import check_parts
from govreport.checks.prose.repetition import check_repetition
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part, parse_narrative

ASPECTS = {
    "主动公开": "全年主动公开信息52条。",
    "依申请公开": "新收申请3件，均按期答复。",
    "政府信息管理": "发文前逐件审核，保密审查在先。",
    "政府信息公开平台建设": "网站栏目按季巡查。",
    "监督保障": "公开情况列入考核，听取群众评议，没有追责情形。",
}
TEXTS = {
    1: "".join(ASPECTS.values()),
    2: "",
    3: "<!-- table -->",
    4: "",
    5: "栏目更新偏慢，明年按月检查。",
    6: "本年度未收取信息处理费。",
}


def filing(texts: Mapping[int, str], headings: Mapping[int, str] | None = None, year: int = 2023) -> Filing:
    parts = {number: Part((headings or {}).get(number, ""), text) for number, text in texts.items()}
    return Filing.from_cells("shili-archive", "示例市档案局", year, {}, narrative=Narrative(parts=parts))


def found(given: Filing, rule: str) -> list[Finding]:
    return [finding for finding in check_parts(given, {}) if finding.rule == rule]


def message(given: Filing, rule: str, severity: str) -> str:
    """The one finding of a rule."""
    (finding,) = found(given, rule)
    assert (finding.severity, finding.cells) == (severity, ())
    assert finding.message.endswith("。") and finding.message.count("。") == 1
    return finding.message


def test_a_filing_that_has_everything_is_not_told() -> None:
    assert check_parts(filing(TEXTS), {}) == []


def test_a_filing_without_narrative_is_not_told_of() -> None:
    bare = Filing.from_cells("shili-archive", "示例市档案局", 2023, {})
    assert check_parts(bare, {}) == []
    assert check_repetition(bare, {}, bare) == []
    assert [f for f in check_filings([(bare, None)])[0] if f.rule.startswith("N")] == []


def test_the_text_that_is_read_has_its_figures_filled_in() -> None:
    given = filing(TEXTS | {6: "信息处理费收费通知{{ applications.new.total }}件。"})
    prose = TEXTS | {6: "信息处理费收费通知2件，总金额300元。"}
    assert [finding.rule for finding in check_parts(given, prose)] == []


@pytest.mark.parametrize(
    "texts", [dict.fromkeys(range(1, 7), ""), {0: "本报告依照《条例》编制。"}, {1: "## （一）主动公开"}]
)
def test_that_nothing_is_written_yet_is_told_once(texts: Mapping[int, str]) -> None:
    (finding,) = check_parts(filing(texts), {})
    told = ("N7", "error", "六个部分都没有文字；请按格式编写。")
    assert (finding.rule, finding.severity, finding.message) == told


# ---- N6 --------------------------------------------------------------------------------------------------------------


def fees(text: str, year: int = 2023, part: int = 6) -> list[tuple[str, str]]:
    texts = TEXTS | {6: "没有其他需要报告的事项。"}
    return [(f.severity, f.message) for f in found(filing(texts | {part: texts[part] + text}, year=year), "N6")]


MISSING = "第六部分没有说明信息处理费：应写明收费通知的件数、总金额和实际收取的金额，没有的写明未收取。"


@pytest.mark.parametrize(
    "text",
    [
        "本年度未收取信息处理费。",
        "我局没有收取过政府信息公开信息处理费。",
        "2023年没有发出收费通知，也没有收费。",
        "全年发出收费通知0件，总金额0元，实际收取0元。",
        "发出信息处理费收费通知零件，金额零元。",
        "依据《政府信息公开信息处理费管理办法》（国办函〔2020〕109号），收取费用0元。",
        "政府信息公开未发生收费情况。",
        "对申请人一律免费提供政府信息。",
        "信息处理费收取情况：无。",
        "## （一）信息处理费\n\n无。\n\n## （二）其他\n\n无。",
        "（一）收费情况\n本年度没有。",
        "本年度未就政府信息公开申请收费。",
        "从未向申请人收过费用。",
        "涉及信息处理费的申请有2件，发出收费通知2份，总金额1,260元，实际收取1,260元。",
        "有1件申请收取信息处理费380元。",
        "发出收费通知3件。总金额1500元，实际收取900元。",
        "发出收费通知两件，总金额五百元，实际收取五百元。",
        "收费通知的件数、总金额和实际收取总金额分别为2件、0.14万元、1400元。",
        "就25件申请收取信息处理费2950元。其中，甲局1件，收费420元；乙局24件，收费2530元。",
        "按每件100元的标准发出收费通知1件，总金额100元，实际收取100元。",
        "发出收费通知１件，总金额２００元，实际收取２００元。",
        "信息处理费：0",
        "| 收费通知（件） | 总金额（元） |\n|---|---|\n| 2 | 300 |",
        "信息处理费：0",
        "| 收费通知（件） | 总金额（元） |\n|---|---|\n| 2 | 300 |",
        "| 收费通知 | 总金额 | 实际收取 |\n|---|---|---|\n| 0件 | 0元 | 0元 |",
    ],
)
def test_every_usual_wording_of_the_fee_facts_is_read(text: str) -> None:
    assert fees(text) == []


@pytest.mark.parametrize("part", [1, 3, 5])
def test_the_fee_facts_may_stand_in_another_part(part: int) -> None:
    assert fees("本年度未收取信息处理费。", part=part) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", 6),
        ("本年度建议提案办理12件，均已公开。", 6),
        ("按照《政府信息公开信息处理费管理办法》执行。", 6),
        ("严格落实《政府信息公开信息处理费管理办法》，办理申请25件。", 6),
        ("依照国办函〔2020〕109号的规定收取信息处理费。", 6),
        ("不断规范信息处理费的收取。", 6),
        ("本年没有行政事业性收费。", 2),
        ("行政事业性收费金额为12.5万元，收费目录已公布。", 6),
        ("其他处理3件，其中申请人逾期未按收费通知要求缴纳费用、不再处理其申请的1件。", 3),
        ("对外服务一律免费。", 1),
        ("未收取任何费用办理社会保障卡。", 1),
    ],
)
def test_a_report_that_says_nothing_of_the_fee_is_warned(text: str, part: int) -> None:
    assert fees(text, part=part) == [("warning", MISSING)]


@pytest.mark.parametrize(("year", "told"), [(2019, 0), (2020, 0), (2021, 1), (2024, 1)])
def test_the_fee_is_asked_for_from_2021_on(year: int, told: int) -> None:
    assert len(fees("", year=year)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("实际收取信息处理费400元。", "没有写明收费通知的件数"),
        ("发出收费通知2件。", "没有写明金额"),
        ("发出收费通知2件，总金额400元，实际收取1400元。", "中实际收取1,400元，多于收费总金额400元，请核对"),
        ("发出收费通知2件，总金额0.04万元，实际收取500元。", "中实际收取500元，多于收费总金额400元，请核对"),
        ("发出收费通知0件，总金额600元。", "中收费通知为0件而金额不为0，请核对"),
    ],
)
def test_fee_facts_that_are_not_whole_are_a_notice(text: str, told: str) -> None:
    assert fees(text) == [("notice", f"信息处理费的说明{told}。")]
    (finding,) = found(filing(TEXTS | {6: f"没有其他事项。{text}"}), "N6")
    assert finding.quote in text


# ---- N7 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, 7))
def test_a_part_that_is_missing_is_an_error(number: int) -> None:
    given = filing({n: text for n, text in TEXTS.items() if n != number})
    title = given.form.parts[number - 1]
    told = f"缺少第{title[0]}部分“{title}”；请补上标题和内容。"
    assert message(given, "N7", "error") == told


@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("text", ["", "<!-- table -->", "## （一）主动公开\n\n——", "\n / \n"])
def test_only_a_part_that_prints_a_table_may_be_without_words(number: int, text: str) -> None:
    given = filing(TEXTS | {number: text})
    if number in (2, 3, 4):
        assert found(given, "N7") == []
    else:
        title = given.form.parts[number - 1]
        assert message(given, "N7", "error") == f"第{title[0]}部分“{title}”没有内容；请补写，没有的写明没有。"


@pytest.mark.parametrize("text", ["无", "无。", "没有需要报告的事项。", "## （一）其他\n\n无"])
def test_that_there_is_nothing_is_content(text: str) -> None:
    assert found(filing(TEXTS | {6: text}), "N7") == []


def test_parts_out_of_order_are_an_error() -> None:
    order = [1, 2, 4, 3, 5, 6]
    given = filing({number: TEXTS[number] for number in order})
    assert message(given, "N7", "error") == "第四部分排在第三部分之前；六个部分应依次排列。"


HEADINGS = {
    1: ["总体情况", "概述", "基本情况", "政府信息公开工作总体情况", "工作概况", "年度工作开展情况", "总 体 情 况"],
    2: ["主动公开政府信息情况", "主动公开情况", "政府信息主动公开情况", "行政机关主动公开政府信息的情况"],
    3: ["收到和处理政府信息公开申请情况", "依申请公开情况", "政府信息公开申请办理情况", "政府信息依申请公开情况"],
    4: [
        "政府信息公开行政复议、行政诉讼情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "复议诉讼情况",
        "行政复议及行政诉讼",
    ],
    5: [
        "存在的主要问题及改进情况",
        "主要问题和改进措施",
        "存在的不足及整改措施",
        "政府信息公开工作存在的主要问题及改进情况",
        "问题与下一步打算",
    ],
    6: ["其他需要报告的事项", "其他事项", "其它需要报告的事项", "需要说明的其他事项", "其他应当报告的情况", "附则"],
}


@pytest.mark.parametrize(("number", "heading"), [(n, heading) for n, listed in HEADINGS.items() for heading in listed])
def test_headings_that_reports_use_are_accepted(number: int, heading: str) -> None:
    ordinal = "一二三四五六"[number - 1]
    for written in (f"{ordinal}、{heading}", f"{ordinal}．{heading}", heading):
        assert found(filing(TEXTS, {number: written}), "N7") == []


@pytest.mark.parametrize(
    ("number", "heading", "told"),
    [
        (2, "二、收到和处理政府信息公开申请情况", "像是第三部分的标题"),
        (3, "三、因政府信息公开申请被提起行政诉讼情况", "像是第四部分的标题"),
        (4, "四、主动公开情况", "像是第二部分的标题"),
        (5, "五、其他需要报告的事项", "像是第六部分的标题"),
        (6, "六、存在的问题", "像是第五部分的标题"),
        (1, "一、主动公开政府信息情况", "像是第二部分的标题"),
        (3, "三、机构设置与人员配备", "与这一部分的内容不符"),
        (6, "五、其他需要报告的事项", "与部分的序号不符"),
    ],
)
def test_a_heading_that_does_not_fit_its_number_is_told(number: int, heading: str, told: str) -> None:
    given = filing(TEXTS, {number: heading})
    title = given.form.parts[number - 1]
    assert message(given, "N7", "error") == f"第{title[0]}部分的标题“{heading}”{told}；应为“{title}”。"
    assert found(given, "N7")[0].quote == heading


def test_a_file_with_two_headings_exchanged_is_told_of_both() -> None:
    titles = Filing.from_cells("x", "甲", 2023, {}).form.parts
    wrong = {1: titles[2].replace("三", "二"), 2: titles[1].replace("二", "三")}
    lines = [f"# {wrong.get(number, title)}\n\n有。\n" for number, title in enumerate(titles)]
    narrative = parse_narrative("---\ntitle: 年报\n---\n" + "\n".join(lines), "narrative.md")
    given = Filing.from_cells("x", "甲", 2023, {}, narrative=narrative)
    assert [finding.quote for finding in found(given, "N7")] == [wrong[1], wrong[2]]


# ---- N9 --------------------------------------------------------------------------------------------------------------


def aspects(text: str) -> list[str]:
    """What part one is told not to speak of."""
    told = found(filing(TEXTS | {1: text}), "N9")
    return message(filing(TEXTS | {1: text}), "N9", "notice").split("：")[1].split("；")[0].split("、") if told else []


@pytest.mark.parametrize("name", ASPECTS)
def test_an_aspect_that_is_not_spoken_of_is_listed(name: str) -> None:
    text = "".join(sentence for aspect, sentence in ASPECTS.items() if aspect != name)
    assert aspects(text) == [name]


def test_one_notice_lists_all_that_is_missing() -> None:
    given = filing(TEXTS | {1: "一年来工作有序推进，宣传到位，开展了业务培训。"})
    names = [name for name in ASPECTS if name != "监督保障"]
    listed = [f"监督保障中的{name}" for name in ("工作考核", "社会评议", "责任追究")]
    told = f"第一部分没有说到：{'、'.join([*names, *listed])}；请补充，没有的写明没有。"
    assert message(given, "N9", "notice") == told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("主动公开", "通过门户网站发布各类信息120条。"),
        ("主动公开", "公开各类政府信息80条。"),
        ("依申请公开", "收到群众提交的申请2件。"),
        ("依申请公开", "未收到政府信息公开申请。"),
        ("政府信息管理", "规范性文件集中清理一次。"),
        ("政府信息管理", "执行三审三校。"),
        ("政府信息管理", "坚持“谁起草、谁公开”。"),
        ("政府信息公开平台建设", "用好政务新媒体。"),
        ("政府信息公开平台建设", "微信公众号每周更新。"),
        ("监督保障", "年终考评，开展满意度调查，未发生问责。"),
        ("监督保障", "接受社会监督，第三方评估得分较高，没有责任追究情形。"),
    ],
)
def test_synonyms_of_an_aspect_are_accepted(name: str, text: str) -> None:
    assert aspects("".join((ASPECTS | {name: text}).values())) == []


def test_headings_of_an_aspect_speak_of_it() -> None:
    text = "\n\n".join(f"## {name}\n\n按计划完成。" for name in (*ASPECTS, "工作考核", "社会评议", "责任追究"))
    assert aspects(text) == []


def test_what_one_aspect_says_is_not_another() -> None:
    assert "主动公开" in aspects("依申请公开政府信息的渠道畅通。")
    assert aspects("") == []
