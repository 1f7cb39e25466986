"""Rule N8: prose that is last year's over again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import cycle, islice
from pathlib import Path

import pytest

from govreport.checks.checking import check_filings, check_report
from govreport.checks.edits.project_rules import project_rules
from govreport.checks.edits.project_rules import similarity as project_similarity
from govreport.checks.findings import Finding
from govreport.checks.prose.repetition import SIMILARITY, check_repetition, longest_repeated, similarity
from govreport.core.errors import ProjectError
from govreport.core.textfile import write_text
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part
from tests.support.consistent_projects import PROBLEMS, MakeProject

OTHER = (
    "老年读者反映字号偏小，语音播报不够清楚。乡镇提交材料较晚，汇总常常拖到月底。"
    "对此增设了大字版页面，改为线上提交并自动提醒。来年打算试行方言播报，缩短提交周期。"
)
RECEIVED = (
    "本年度新收政府信息公开申请26件，上年结转0件。全年办结26件，其中予以公开20件、部分公开4件、不予公开2件。"
    "没有结转下年度继续办理的申请。行政复议0件，行政诉讼0件，均无尚未审结的案件。"
)


def filing(texts: Mapping[int, str], year: int = 2023) -> Filing:
    narrative = Narrative(parts={number: Part("", text) for number, text in texts.items()})
    return Filing.from_cells("shili-archive", "示例市档案局", year, {}, narrative=narrative)


def repeated(now: str, before: str, part: int = 5, threshold: float = SIMILARITY) -> list[Finding]:
    return check_repetition(filing({part: now}), {}, filing({part: before}, 2022), threshold)


def test_last_years_part_over_again_is_a_warning_that_quotes_it() -> None:
    (finding,) = repeated(PROBLEMS, PROBLEMS)
    assert (finding.rule, finding.severity, finding.cells) == ("N8", "warning", ())
    assert finding.quote == PROBLEMS
    told = "第五部分与上年相同的文字占100%（不计数字、日期和固定用语），如“{}……”；请按本年实际改写。"
    assert finding.message == told.format(PROBLEMS[:30])


def test_a_quote_begins_where_its_sentence_does_and_is_told_without_marks() -> None:
    now = PROBLEMS[:1] + "**" + PROBLEMS[1:9] + "**" + PROBLEMS[9:]
    (finding,) = repeated(now, PROBLEMS)
    assert finding.quote and finding.quote[0] == PROBLEMS[0] and finding.quoted == PROBLEMS
    assert f"如“{PROBLEMS[:30]}……”" in finding.message


@pytest.mark.parametrize("number", range(1, 7))
def test_each_part_is_compared_with_its_own(number: int) -> None:
    assert len(repeated(PROBLEMS, PROBLEMS, number)) == 1
    other = filing({n: PROBLEMS for n in range(7) if n != number}, 2022)
    assert check_repetition(filing({number: PROBLEMS}), {}, other) == []


def test_a_few_other_words_do_not_hide_it() -> None:
    (finding,) = repeated(PROBLEMS.replace("按月抽查", "按季抽查"), PROBLEMS)
    share = int(finding.message.split("占")[1].split("%")[0])
    assert 95 <= share < 100
    assert finding.quote in PROBLEMS
    assert finding.quote.startswith("栏目划分") and finding.quote.endswith("按")


def test_figures_dates_and_expressions_do_not_hide_it() -> None:
    now = f"2023年，共检查12次。{PROBLEMS}截至2023年12月31日，办结率为98.5%，走访三十二家。"
    before = f"2022年，共检查{{{{ applications.new.total }}}}次。{PROBLEMS}截至2022年12月31日，办结率为91%，走访九家。"
    (finding,) = repeated(now, before)
    assert "占100%" in finding.message
    assert PROBLEMS in finding.quote and finding.quote in now


def test_sentences_in_another_order_are_repeated_all_the_same() -> None:
    sentences = PROBLEMS.split("。")[:-1]
    assert len(repeated("。".join(reversed(sentences)), PROBLEMS)) == 1


def test_a_part_that_was_written_anew_is_not_told() -> None:
    assert repeated(OTHER, PROBLEMS) == []
    assert repeated(f"{PROBLEMS}{OTHER}", PROBLEMS) == []
    assert repeated(PROBLEMS, f"{PROBLEMS}{OTHER}") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无。",
        "没有其他需要报告的事项。",
        "本年度没有因政府信息公开引起的行政复议申请，也没有相关行政诉讼。",
        "主动公开的事项见下表，各项数字取自业务系统年末的统计。",
        "2023年，我局未向申请人发出信息处理费收费通知，收费通知件数为0件，总金额为0元，实际收取的总金额为0元。",
        RECEIVED,
    ],
)
def test_short_parts_and_statutory_wording_are_never_told(text: str) -> None:
    for number in range(1, 7):
        assert repeated(text, text, number, threshold=0.1) == []


def test_the_preamble_is_not_compared() -> None:
    assert repeated(PROBLEMS, PROBLEMS, 0) == []


def test_without_last_year_there_is_nothing_to_compare() -> None:
    assert check_repetition(filing({5: PROBLEMS}), {}, None) == []
    assert repeated(PROBLEMS, "") == []


def test_checking_filings_compares_them() -> None:
    rules = [f.rule for f in check_filings([(filing({5: PROBLEMS}), filing({5: PROBLEMS}, 2022))])[0]]
    assert rules.count("N8") == 1


def test_the_similarity_is_dices_coefficient_of_bigrams() -> None:
    assert similarity("甲乙丙丁", "甲乙丙戊") == pytest.approx(2 * 2 / (3 + 3))
    assert similarity("", "甲乙") == similarity("甲", "甲") == 0


def test_the_longest_passage_stands_in_one_line() -> None:
    assert (
        longest_repeated("前文。\n\n清单已经公布。\n\n后面另有安排", "清单已经公布。\n\n后面另有安排")
        == "清单已经公布。"
    )
    assert longest_repeated("甲乙", "丙丁") == ""
    assert len(longest_repeated(PROBLEMS * 9, PROBLEMS * 9)) == 200


def test_a_long_part_is_compared_quickly() -> None:
    texts = ["".join(islice(cycle(text.split("。")), 60)) for text in (PROBLEMS, OTHER)]
    now, before = (
        filing(dict.fromkeys(range(1, 7), text), year) for text, year in zip(texts, (2023, 2022), strict=True)
    )
    started = time.process_time()
    for _ in range(20):
        assert check_repetition(now, {}, before) == []
    assert (time.process_time() - started) / 20 < 0.01


def test_repetitive_prose_of_two_years_is_compared_quickly() -> None:
    text = PROBLEMS * (24_000 // len(PROBLEMS))
    started = time.process_time()
    (finding,) = repeated(text + "另有新事。", text)
    assert finding.quote and len(finding.quote) == 200
    assert time.process_time() - started < 3


# ---- the threshold ---------------------------------------------------------------------------------------------------


def test_the_threshold_is_a_setting() -> None:
    now = PROBLEMS.replace("栏目划分过细，读者不容易找到需要的文件", "检索功能较弱，群众查询历史公文多有不便")
    assert repeated(now, PROBLEMS) == []
    (finding,) = repeated(now, PROBLEMS, threshold=0.6)
    assert finding.quote == PROBLEMS.split("。", 1)[1]
    assert len(repeated(PROBLEMS, PROBLEMS, threshold=1.0)) == 1


def test_a_project_sets_it_in_its_rules(make_project: MakeProject) -> None:
    project = make_project()
    for year, text in ((2022, PROBLEMS), (2023, PROBLEMS + OTHER[:37])):
        path = project.data / f"shili-archive/{year}/narrative.md"
        write_text(path, path.read_text("utf-8").replace("栏目更新还不够及时，明年将按月检查。", text))

    def told() -> int:
        return len([f for f in check_report(project, "shili-archive", 2023).findings if f.rule == "N8"])

    assert told() == 0
    write_text(project.root / "rules.toml", "[prose]\nsimilarity = 0.7\n")
    assert told() == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[prose]\nsimilarity = 0\n", 2, "大于0、不大于1"),
        ("[prose]\nsimilarity = 90\n", 2, "大于0、不大于1"),
        ("[prose]\n\nsimilarity = '0.9'\n", 3, "大于0、不大于1"),
        ("[prose]\nsimilarity = true\n", 2, "大于0、不大于1"),
        ("[prose]\nsimilar = 0.9\n", 2, "可用的键：similarity"),
        ("# 设置\nprose = 0.9\n", 2, "应写作 [prose]"),
    ],
)
def test_a_mistake_in_the_setting_names_its_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    write_text(tmp_path / "rules.toml", text)
    for read in (project_rules, project_similarity):
        with pytest.raises(ProjectError) as error:
            read(tmp_path)
        assert str(error.value).startswith(f"rules.toml 第{line}行")
        assert words in str(error.value)


def test_the_setting_stands_beside_rules(tmp_path: Path) -> None:
    identity = "disputes.reconsideration.total <= applications.total.total"
    rule = f'[[rules]]\nid = "X1"\nseverity = "notice"\nidentity = "{identity}"'
    write_text(tmp_path / "rules.toml", f'[prose]\nsimilarity = 1\n\n{rule}\nmessage = "复议多于申请"\n')
    assert (len(project_rules(tmp_path)), project_similarity(tmp_path)) == (1, 1.0)
    assert project_similarity(tmp_path / "none") == SIMILARITY
