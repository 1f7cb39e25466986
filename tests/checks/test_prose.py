"""Prose read into claims: numbers, passages, lists and laws that hold for any figures."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govreport.checks.findings import Finding
from govreport.checks.prose.claims import AGREES, DISAGREES, OPEN
from govreport.checks.prose.frames import read_line
from govreport.checks.prose.lexicon import project_lexicon
from govreport.checks.prose.passages import passages, without_marks
from govreport.checks.prose.quantities import quantities
from govreport.checks.prose.reader import check_prose, read_claims
from govreport.core.errors import ProjectError
from govreport.filing.filing import Filing
from govreport.filing.project import Project
from govreport.notebook.report import Report
from tests.support.projects import REPOSITORY
from tests.support.strategies import consistent_filings


def filing(year: int = 2023, **cells: int) -> Filing:
    named = {f"applications.{name.replace('__', '.')}": figure for name, figure in cells.items()}
    return Filing.from_cells("shili-bureau", "示例市示例局", year, named)


def findings(text: str, **cells: int) -> list[Finding]:
    return check_prose(filing(**cells), {1: text})


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("本年新收申请&nbsp;99件", 99), ("本年新收申请&#57;6件", 96), ("本年新收申请&#x39;6&ensp;件", 96),
        ("本年新收申请1&comma;999件", 1999), (r"本年新收申请1\,999件", 1999),
    ],
)  # fmt: skip
def test_entities_and_escapes_are_read_as_the_page_shows_them(text: str, stated: int) -> None:
    (found,) = findings(f"{text}。", new__total=19)
    assert (found.rule, found.identities[0].stated, found.quote) == ("N1", stated, f"{text}。")


@pytest.mark.parametrize("written", [r"{}\.6%", "{}.6&#37;", r"{}.6\%", "{}&period;6&percnt;"])
def test_a_per_cent_is_one_however_it_is_written(written: str) -> None:
    text = f"新收申请19件，予以公开10件，占新收申请的{written}。"
    assert findings(text.format(52), new__total=19, granted__total=10) == []
    assert [found.rule for found in findings(text.format(62), new__total=19, granted__total=10)] == ["N3"]


@pytest.mark.parametrize("written", ["&nbsp;甲", r"\*", "&#57;", "&amp;", "&unknown;", r"\a", "甲"])
def test_a_quote_ends_where_the_last_character_does_as_it_is_written(written: str) -> None:
    (passage,) = passages(f"全年{written}")
    assert passage.quote(0, len(passage.text)) == f"全年{written}"


# ---- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("共1,204件", [(1204, "件")]),
        ("计28.6万次", [(286_000, "次")]),
        ("收费1286.35万元", [(12_863_500, "元")]),
        ("收到三件、两份、十二件", [(3, "件"), (2, "份"), (12, "件")]),
        ("占三分之二，占七成，占四成五，百分之三十", ["2/3", "7/10", "9/20", "3/10"]),
        ("2023年1月31日前，第三条，《2022年公报》，示发〔2020〕1号，12345热线", []),
        ("10—15个工作日，缩短25%—50%，每一件，一图读懂，一件事", []),
        ("“十四五”规划，三类，三级，三公经费", []),
    ],
)
def test_quantities_are_read_and_what_counts_nothing_is_not(text: str, read: list[object]) -> None:
    (passage,) = passages(text)
    found = list(quantities(passage.text))
    if read and isinstance(read[0], str):
        assert [str(q.value) for q in found] == read
    else:
        assert [(q.value, "元" if q.unit.endswith("元") else q.unit) for q in found] == read


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1100余条", 1100, 1200),
        ("620余个", 620, 630),
        ("近500条", 450, 500),
        ("约500条", 450, 550),
        ("超过500条", 500, 5000),
        ("不到500条", 0, 500),
        ("余2件", 2, 2),
    ],
)
def test_what_is_said_about_has_bounds(text: str, low: int, high: int) -> None:
    (quantity,) = quantities(text)
    assert (quantity.low, quantity.high) == (low, high)


@given(st.integers(0, 10**9))
def test_any_whole_number_is_read_with_and_without_separators(number: int) -> None:
    for text in (
        f"共{number}件",
        f"共{number:,}件",
        f"共{number}件".translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
    ):
        (passage,) = passages(text)
        assert [quantity.value for quantity in quantities(passage.text)] == [number]


# ---- passages --------------------------------------------------------------------------------------------------------


def test_a_quote_is_the_sentence_as_written() -> None:
    (finding,) = findings("工作平稳。全年**新收**政府信息公开申请 ５ 件。", new__total=6)
    assert finding.quote == "全年**新收**政府信息公开申请 ５ 件。"


@pytest.mark.parametrize(
    "around", ["**{}**", "<b>{}</b>", "[{}](https://shili.example/)", "<span lang=zh>{}</span>", "`{}`"]
)
@pytest.mark.parametrize(
    "text",
    [
        "新收政府信息公开申请{}件。",
        "新收政府信息公开{}件，其中网上2件、信函2件。",
        "新收申请{}件，占办结数量的90%。",
        "新收申请{}件，同比增长90%。",
    ],
)
def test_messages_quote_text_without_its_marks(text: str, around: str) -> None:
    cells = {"new__total": 6, "total__total": 60}
    last = filing(2022, new__total=6)
    plain, marked = (
        [finding.message for finding in check_prose(filing(**cells), {1: text.format(said)}, last)]
        for said in ("5", around.format("5"))
    )
    assert plain and marked == plain


def test_marks_of_footnotes_are_no_words() -> None:
    (said, note) = passages("信访25件[^1]。\n\n[^1]: 全年办理99件。")
    assert (said.text, note.text, note.quote(0, 99)) == ("信访25件。", "全年办理99件。", "全年办理99件。")
    assert without_marks("[^1]: 全年办理99件[^注]。") == "全年办理99件。"


def test_a_list_in_markdown_belongs_to_the_sentence_that_announces_it() -> None:
    assert findings("公开信息12条，其中：\n\n- 机构类5条\n- 政策类7条") == []
    (finding,) = findings("公开信息12条，其中：\n\n- 机构类5条\n- 政策类8条")
    assert (finding.rule, finding.identities[0].stated, finding.identities[0].expected) == ("N2", 12, 13)


def test_a_heading_is_read_as_a_sentence_is_without_its_own_number() -> None:
    (finding,) = findings("## 2 新收申请5件\n\n## 3.1 新收申请情况", new__total=6)
    assert (finding.rule, finding.identities[0].stated, finding.quote) == ("N1", 5, "新收申请5件")
    assert findings("## 5 新收申请6件\n\n### 1.2 新收申请情况\n\n### 表2 新收申请\n\n见图3新收申请", new__total=6) == []


def test_tables_of_other_labels_and_comments_are_no_prose() -> None:
    assert findings("## 2 新收情况\n\n| 新收申请 | 5件 |\n|---|---|\n\n<!-- 新收申请5件 -->", new__total=6) == []


@given(
    st.text(
        alphabet="全年新收政府信息公开申请其中占比上年（）【】，。；：、“”《》0123456789%件条万亿余约\n #*-|",
        max_size=80,
    )
)
def test_no_text_stops_the_reader(text: str) -> None:
    for claim in read_claims(filing(new__total=3), {1: text}, filing(2022, new__total=2)):
        assert claim.verdict in (AGREES, DISAGREES, OPEN)


@pytest.mark.parametrize(
    "text",
    [
        "收到申请3件，其中甲类1件、乙类2件。" * 2_000,
        "收到申请3件，其中" + "甲类1件、" * 5_000,
        "其中1件，" * 1_000,
        "3，" * 5_000,
        "1" * 50_000 + "件",
        "（" * 9_000 + "《" * 9_000 + "“" * 9_000 + "3件",
        "没有" * 9_000 + "申请",
        "占" * 5_000 + "3%，" * 900,
        "一百" * 9_000 + "件",
    ],
    ids=lambda text: text[:12],
)
def test_hostile_prose_is_read_in_bounded_steps(text: str) -> None:
    assert len(read_claims(filing(new__total=3), {1: text})) < 10_000


def test_a_part_that_is_too_long_to_be_read_is_told_and_a_repeated_sentence_once() -> None:
    told = findings("全年新收政府信息公开申请5件。" * 4_000, new__total=6)
    assert [(finding.rule, finding.severity) for finding in told] == [("N1", "error"), ("N1", "notice")]
    assert "第一部分超过40000字" in told[1].message


# ---- laws ------------------------------------------------------------------------------------------------------------

NAMES = ("机构类", "政策类", "规划类", "公告类", "动态类", "其他")
PARTS = st.lists(st.integers(1, 400), min_size=2, max_size=6)
OPENING = st.sampled_from(["，其中", "。其中，", "，按栏目分，", "（其中：", "：", "，分别为"])


def listed(parts: list[int]) -> str:
    return "、".join(f"{name}{part}条" for name, part in zip(NAMES, parts, strict=False))


@given(PARTS, OPENING)
def test_a_list_that_adds_up_gives_no_finding(parts: list[int], opening: str) -> None:
    end = "）" if "（" in opening else ""
    assert findings(f"全年公开信息{sum(parts)}条{opening}{listed(parts)}{end}。") == []


@given(PARTS, OPENING, st.integers(1, 300))
def test_a_list_of_more_than_its_total_is_an_error(parts: list[int], opening: str, missing: int) -> None:
    stated = sum(parts) - missing
    runs = {sum(parts[:n]) for n in range(2, len(parts))}
    assume(stated > max(parts) and stated not in runs and stated * 10_000 != sum(parts))
    end = "）" if "（" in opening else ""
    (finding,) = findings(f"全年公开信息{stated}条{opening}{listed(parts)}{end}。")
    first = finding.identities[0]
    assert (finding.rule, finding.severity, first.stated, first.expected) == ("N2", "error", stated, sum(parts))
    assert f"相差{missing}" in finding.message


@given(consistent_filings())
def test_what_prose_says_of_a_filing_truly_is_never_flagged(given_: Filing) -> None:
    said = sentences(given_)
    assert [f.message for f in check_prose(given_, {3: "".join(said)}) if f.severity != "notice"] == []


STATED = st.integers(0, 10_000) | st.integers(0, 99)
"""Figures of which the small ones are in some cell of most filings."""


@settings(max_examples=75)
@given(consistent_filings(), st.lists(STATED, min_size=4, max_size=4, unique=True))
def test_a_wrong_figure_of_the_table_in_prose_is_found(given_: Filing, said: list[int]) -> None:
    new, carried_in = given_["applications.new.total"], given_["applications.carried_in.total"]
    assert isinstance(new, int) and isinstance(carried_in, int)
    for stated in set(said) - {new, new + carried_in}:
        (finding,) = check_prose(given_, {3: f"全年新收政府信息公开申请{stated}件。"})
        assert finding.rule == "N1"
        assert finding.severity == "error" or stated in given_.cells.values(), "else it may be meant for another cell"
        assert (finding.identities[0].stated, finding.identities[0].expected) == (stated, new)


def sentences(given_: Filing) -> list[str]:
    """Sentences that are true of a filing."""

    def told(row: str, column: str = "total") -> str:
        return f"{given_[f'applications.{row}.{column}']}件"

    return [
        f"全年新收政府信息公开申请{told('new')}，上年结转{told('carried_in')}。",
        f"新收的{told('new')}申请中，自然人提出{told('new', 'natural')}，",
        f"法人或其他组织提出{told('new', 'legal_persons')}。",
        f"办结{told('total')}，其中予以公开{told('granted')}，部分公开{told('partial')}，不予公开{told('denied')}，",
        f"无法提供{told('unable')}，不予处理{told('not_processed')}，其他处理{told('other')}；",
        f"结转下年度继续办理{told('carried_out')}。",
    ]


def test_growth_is_checked_in_both_directions() -> None:
    last = filing(2022, new__total=80)
    for text, now, right in (
        ("较上年增长25%", 100, True),
        ("较上年下降25%", 100, False),
        ("同比下降25%", 60, True),
        ("是上年的1.25倍", 100, True),
        ("比上年增加20件", 100, True),
        ("与上年持平", 80, True),
        ("与上年持平", 100, False),
    ):
        found = check_prose(filing(new__total=now), {3: f"全年新收申请{now}件，{text}。"}, last)
        assert (found == []) == right, text
        assert {finding.rule for finding in found} <= {"N4"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("全年新收申请100件，增长25%。", ""),
        ("全年新收申请100件，增长35%。", "N4"),
        ("全年新收申请100件，同比增长35%（上年80件）。", "N4"),
        ("全年新收申请100件，增幅为35%，上年新收80件。", "N4"),
        ("全年新收申请100件，同比增长25%；上年新收80件，同比增长9%。", ""),
        ("全年新收申请100件，比上年的80件增长25%。", ""),
        ("全年新收申请100件，比上年的90件增加10件。", "N1"),
    ],
)
def test_growth_is_of_last_years_figure_wherever_it_stands_and_that_is_last_years_tables(text: str, rule: str) -> None:
    found = check_prose(filing(new__total=100), {3: text}, filing(2022, new__total=80))
    assert {finding.rule for finding in found} == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("予以公开28件、部分公开5件，合计33件。", set()),
        ("新收申请40件、上年结转3件，共52件。", {"N1", "N2"}),
        ("制发文件5件，其中负责人解读3件、专家解读1件、图文解读5件（同一文件有多种解读形式）。", set()),
        ("行政复议9件，结果维持5件、纠正1件、其他2件、未审结3件；行政诉讼4件。", {"N2"}),
        ("3个公众号分别发布信息512条、348条、206条，共发布1,166条。", {"N2"}),
    ],
)
def test_sums_are_of_the_figures_that_words_put_side_by_side(text: str, rules: set[str]) -> None:
    found = findings(text, granted__total=28, partial__total=5, new__total=40, carried_in__total=3)
    assert {finding.rule for finding in found if finding.severity != "notice"} == rules


def test_shares_in_words_have_their_meaning() -> None:
    for part, word, right in (
        (67, "三分之二以上", True),
        (66, "三分之二以上", False),
        (51, "过半", True),
        (72, "七成", True),
    ):
        found = findings(f"发布解读100条，其中图解{part}条，占{word}。")
        assert (found == []) == right, word


def test_what_would_make_a_rate_right_is_named() -> None:
    last = filing(2022, new__total=80)
    for text, now, hint in (
        ("较上年增长20%", 100, "疑以本年为基数"),
        ("比上年增长2.5倍", 200, "疑为“是上年的2.5倍”"),
        ("同比增长25.3%", 102, ""),
    ):
        (finding,) = check_prose(filing(new__total=now), {3: f"全年新收申请{now}件，{text}。"}, last)
        assert hint in finding.message and ("疑" in finding.message) == bool(hint)


def test_a_share_that_is_cut_off_is_no_mistake_and_told_as_such() -> None:
    (claim,) = [c for c in read_claims(filing(), {1: "发布解读17条，其中图解11条，占64.7%。"}) if c.rule == "N3"]
    assert claim.verdict == AGREES and "正文" not in claim.reading
    (claim,) = [c for c in read_claims(filing(), {1: "发布解读1000条，其中图解379条，占37%。"}) if c.rule == "N3"]
    assert claim.verdict == AGREES and "正文未进位（截断）" in claim.reading


def test_a_blank_cell_is_unknown_and_contradicts_nothing() -> None:
    assert findings("全年新收政府信息公开申请5件，全部办结，未发生行政复议。") == []


# ---- words of a project ----------------------------------------------------------------------------------------------


def test_a_word_that_a_project_adds_is_read(tmp_path: Path) -> None:
    text, given_ = {3: "本局去年搁下5件。"}, filing(carried_in__total=4)
    assert check_prose(given_, text) == []
    (tmp_path / "words.toml").write_text('[row]\n"carried_in" = "上年搁下"\n', encoding="utf-8")
    (finding,) = check_prose(given_, text, None, project_lexicon(tmp_path))
    assert (finding.rule, finding.identities[0].stated, finding.identities[0].expected) == ("N1", 5, 4)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[rows]\nnew = '喜收'", "words.toml 的 [rows]：没有这一类词"),
        ("[column]\nnew = '喜收'", "words.toml 的 [column] new：应写作 含义"),
        ("[row]\nnew = 5", "words.toml 的 [row] new：应写作 含义"),
        ("[row", "words.toml 不是可读的 TOML"),
    ],
)
def test_words_of_a_project_that_cannot_be_read_are_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "words.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=re.escape(told)):
        project_lexicon(tmp_path)


# ---- an analyst can see why ------------------------------------------------------------------------------------------


@cache
def sample_reports() -> list[tuple[str, int, Report]]:
    """All reports of the sample city, with agency and year."""
    reports = Project(REPOSITORY).reports()
    return [(agency.slug, year, Report.open(agency.slug, year, REPOSITORY)) for agency, year in reports]


def test_every_figure_of_the_projects_prose_is_read_or_listed_as_not_read() -> None:
    for _, year, report in sample_reports():
        claims = report.claims()
        assert set(claims["结果"]) <= {AGREES, DISAGREES, OPEN}
        for number, text in report.checked.prose.items():
            for passage in passages(text):
                rows = " ".join(claims[claims["部分"] == number]["原文"])
                assert all(frame.quote in rows for frame in read_line(passage, year).frames)


def test_the_sample_has_no_finding_on_prose_but_the_one_put_there() -> None:
    found = [
        (slug, year, finding.rule, finding.severity)
        for slug, year, report in sample_reports()
        for finding in report.findings
        if finding.rule in ("N1", "N2", "N3", "N4", "N5")
    ]
    assert found == [("shili-meteorology", 2023, "N2", "notice")]


def test_what_is_read_is_told_with_its_reading() -> None:
    claims = read_claims(filing(new__total=12, carried_in__total=3), {1: "收到申请15件，接听热线20个。"})
    assert [(claim.figure, claim.verdict) for claim in claims] == [("收到申请15件", AGREES), ("接听热线20个", OPEN)]
    assert "12" in claims[0].reading and "3" in claims[0].reading


@pytest.mark.parametrize(
    "text",
    [
        "健全登记、审核、办理、答复、归档的工作流程，全年新收申请5件。",
        "全年新收申请5件，安全办结各项工作。",
        "妥善处理无理由申请。",
        "开通无人机申请公开平台。",
    ],
)
def test_a_word_that_holds_the_letter_of_another_says_nothing(text: str) -> None:
    assert findings(text, new__total=5, carried_in__total=0, carried_out__total=1) == []


# ---- part of the year ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", ["2023年6月", "9月底", "2023年9月底", "十一月", "6月30日", "今年8月"])
@pytest.mark.parametrize("rest", ["共收到申请10件，答复8件", "新收申请10件；办结8件", "未收到政府信息公开申请"])
def test_what_came_until_a_month_is_not_the_years(until: str, rest: str) -> None:
    for word in ("截至", "截止", "截至到"):
        assert findings(f"{word}{until}，{rest}。", new__total=19, total__total=18, carried_out__total=1) == []


@pytest.mark.parametrize(
    "text",
    [
        "截至2023年12月31日，新收申请91件。",
        "截至12月底，新收申请91件。",
        "截至12月，新收申请91件。",
        "截至6月底，新收申请10件，全年新收申请91件。",
        "截至6月底，新收申请10件。新收申请91件。",
    ],
)
def test_what_came_until_the_end_of_the_year_is_held_to_it(text: str) -> None:
    (finding,) = findings(text, new__total=19, carried_in__total=0)
    assert (finding.rule, finding.identities[0].stated) == ("N1", 91)


# ---- whose figures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["全省", "全市", "各县区", "全市教育系统", "局属单位", "县（市、区）教育局", "基层学校", "审批科"]
)
def test_what_is_others_is_not_held_to_the_offices_own_cells(who: str) -> None:
    assert findings(f"{who}新收申请310件，答复58件。", new__total=19, total__total=18) == []


@pytest.mark.parametrize("who", ["示例市民政局", "市民政局", "示例县教育局", "东城街道", "示例市卫生健康委员会"])
def test_what_an_institution_of_another_name_received_is_not_held_to_the_cells(who: str) -> None:
    for text in (f"{who}新收申请31件。", f"2023年，{who}新收申请31件，我局新收申请19件。"):
        assert findings(text, new__total=19, carried_in__total=0) == []


@pytest.mark.parametrize("who", ["示例市示例局", "市示例局", "示例局", "全局", "该局"])
def test_what_the_agency_received_is_held_to_the_cells_by_whichever_of_its_names(who: str) -> None:
    (found,) = findings(f"{who}新收申请31件。", new__total=19, carried_in__total=0)
    assert (found.rule, found.severity) == ("N1", "error")


def test_a_text_on_an_institution_whose_other_figures_are_the_agencys_is_on_the_agency() -> None:
    found = findings("县水务局新收申请31件，办结18件。", new__total=19, carried_in__total=0, total__total=18)
    assert [one.identities[0].stated for one in found] == [31]


def test_the_offices_own_figures_and_those_of_a_whole_county_that_are_borne_out_are_held_to_the_cells() -> None:
    for text in (
        "我局新收申请91件。",
        "本机关新收申请91件。",
        "全县新收申请91件，上年结转13件，办结18件，结转下年14件。",
    ):
        found = findings(text, new__total=19, carried_in__total=13, total__total=18, carried_out__total=14)
        assert [one.identities[0].stated for one in found if one.rule == "N1"] == [91], text


# ---- growth of parts -------------------------------------------------------------------------------------------------


def grown(text: str) -> list[tuple[str, object]]:
    last = filing(2022, new__total=23, new__natural=20)
    found = check_prose(filing(new__total=19, new__natural=19), {1: text}, last)
    return [(one.rule, one.identities[0].stated) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "全年新收申请19件，同比下降17.4%，其中自然人申请下降5%。",
        "全年新收申请19件，同比下降17.4%，其中网络申请下降7.7%。",
        "全年新收申请19件，比上年减少4件，其中网络申请减少1件、信函申请减少3件。",
        "网络申请同比下降7.7%。",
        "信函申请量同比下降50%，当面申请同比下降30%。",
        "通过网络提交的申请同比下降7.7%。",
        "全年新收申请19件，同比下降17.4%，其中招生类下降9%。",
    ],
)
def test_the_growth_of_a_part_is_not_held_to_the_whole(text: str) -> None:
    assert grown(text) == []


def test_the_growth_of_a_whole_and_of_a_part_that_a_cell_holds_is_held_to_the_cells() -> None:
    assert grown("全年新收申请19件，同比下降27.4%，其中网络申请下降7.7%。") == [("N4", Decimal("-27.4"))]
    assert grown("全年新收申请19件，比上年减少4件，下降71.4%。") == [("N4", Decimal("-71.4"))]
    assert [rule for rule, _ in grown("全年新收申请19件，同比下降17.4%，其中自然人申请下降15%。")] == ["N4"]


# ---- growth in words -------------------------------------------------------------------------------------------------


def grown_in_words(text: str) -> list[tuple[str, str, object]]:
    last = filing(2022, new__total=40, new__natural=40, carried_in__total=3, total__total=41)
    found = check_prose(
        filing(new__total=50, new__natural=30, carried_in__total=2, total__total=51, carried_out__total=1),
        {1: text},
        last,
    )
    return [(one.rule, one.severity, one.identities[0].expected) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申请数量与上年持平。", 25),
        ("新收申请数与上年基本持平。", 25),
        ("本机关收到的申请较上年有所减少。", 25),
        ("申请总量同比大幅下降。", 25),
        ("自然人申请均较上年增加。", -25),
        ("办结50件，申请量与上年相当。", 25),
        ("新收申请50件，较上年略有减少。", 25),
    ],
)
def test_words_of_growth_that_the_tables_contradict_are_told(text: str, expected: int) -> None:
    assert ("N4", "warning", expected) in grown_in_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "申请数量较上年增加。",
        "自然人申请同比明显减少。",
        "全县申请量较上年下降。",
        "县水务局新收申请较上年减少。",
        "涉及征地的申请较上年下降，网络申请与上年持平。",
        "申请数量与上年结转数持平。",
        "上半年申请量较上年同期下降。",
        "2022年新收申请较上年减少。",
        "办结率与上年持平，申请内容与上年相同，答复流程与上年一致。",
        "新收申请50件，工作量较上年减少，办理压力有所下降。",
        "下一步力争申请量较上年减少。",
        "、行政复议较上年减少。",
    ],
)
def test_words_of_growth_that_the_tables_bear_out_or_of_something_else_are_silent(text: str) -> None:
    assert grown_in_words(text) == []


# ---- fees and numerals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["收费", "收费金额", "全年收费", "收费总额", "依法收费"])
def test_a_fee_without_any_other_word_is_held_to_the_fees_of_the_table(said: str) -> None:
    given_ = Filing.from_cells("shili-bureau", "示例市示例局", 2023, {"proactive.fees.amount": "1243.03"})
    (found,) = check_prose(given_, {1: f"{said}1234.03万元。"})
    assert (found.rule, found.severity) == ("N1", "error")
    assert check_prose(given_, {1: f"{said}1243.03万元。"}) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("依申请公开收费440元。", 3),
        ("发出收费通知2份，收费总额440元。", 6),
        ("信息处理费方面，收费440元。", 1),
        ("全年未收费。", 1),
        ("为企业减免收费1234.03万元。", 1),
    ],
)
def test_a_fee_for_something_else_is_not_held_to_the_table(text: str, part: int) -> None:
    given_ = Filing.from_cells("shili-bureau", "示例市示例局", 2023, {"proactive.fees.amount": "1243.03"})
    assert check_prose(given_, {part: text}) == []


def test_formal_numerals_are_read_and_what_is_newly_received_is_without_what_was_carried_in() -> None:
    for text in ("新收申请贰佰伍拾伍件。", "新收申请量超过260件。", "新收申请量269件。"):
        (found,) = findings(text, new__total=254, carried_in__total=15)
        assert (found.rule, found.identities[0].expected) == ("N1", 254), text
    for text in ("新收申请贰佰伍拾肆件。", "新收申请量超过250件。", "申请量269件。"):
        assert findings(text, new__total=254, carried_in__total=15) == [], text
