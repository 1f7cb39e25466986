"""Expressions in prose: figures stated once, and nothing else within their reach."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.core.errors import ExpressionError, FilingError
from govreport.core.figures import FIGURE_LIMIT
from govreport.filing.expressions import Scope, evaluate, render
from govreport.filing.filing import Filing
from govreport.filing.folder import render_prose
from govreport.filing.narrative import Narrative, Part

SECONDS = 2.0
"""More of the processor than any expression may take."""


def filing(year: int, **figures: object) -> Filing:
    cells = {f"applications.{row.replace('__', '.')}": figure for row, figure in figures.items()}
    return Filing.from_cells("shili-archive", "示例市档案局", year, cells)


THIS = Filing.from_cells(
    "shili-archive",
    "示例市档案局",
    2023,
    {
        "applications.new.total": 1204,
        "applications.new.natural": 1000,
        "applications.new.business": 150,
        "applications.new.research": 54,
        "applications.denied.security.total": 7,
        "applications.denied.internal.total": 5,
        "applications.carried_in.total": 0,
        "applications.carried_out.total": 30,
        "disputes.litigation.direct.total": 2,
        "disputes.litigation.after_reconsideration.total": 1,
        "proactive.licensing.decisions": 123456,
        "proactive.fees.amount": "12.345678",
        "proactive.penalty.decisions": "三",
    },
)
LAST = Filing.from_cells(
    "shili-archive",
    "示例市档案局",
    2022,
    {
        "applications.new.total": 1000,
        "applications.carried_in.total": 0,
        "applications.carried_out.total": 30,
        "proactive.licensing.decisions": 200000,
    },
)
SCOPE = Scope(THIS, LAST)


def error_of(source: str, scope: Scope = SCOPE) -> str:
    start = time.process_time()
    with pytest.raises(ExpressionError) as error:
        evaluate(source, scope)
    assert time.process_time() - start < SECONDS
    assert len(str(error.value)) < 200
    return str(error.value)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (" applications.new.total ", "1204"),
        ("applications.denied.total", "12"),
        ("applications.new.legal_persons", "204"),
        ("disputes.litigation.total", "3"),
        ("last.applications.new.total", "1000"),
        ("applications.new.total - last.applications.new.total", "204"),
        ("applications.new.natural + applications.new.business * 2", "1300"),
        ("proactive.fees.amount", "12.345678"),
        ("proactive.fees.amount + 1", "13.345678"),
        ("applications.new.total | thousands", "1,204"),
        ("proactive.licensing.decisions | thousands", "123,456"),
        ("proactive.licensing.decisions | wan", "12.35万"),
        ("proactive.licensing.decisions | wan(0)", "12万"),
        ("proactive.fees.amount | wan", "12.35万"),  # in 万元 already
        ("proactive.fees.amount | wan(4)", "12.3457万"),
        ("(proactive.fees.amount - 1) | wan", "11.35万"),
        ("(proactive.fees.amount * 10000) | wan", "12.35万"),  # in 元 by hand
        ("last.proactive.licensing.decisions | wan", "20万"),
        ("applications.new.natural | share(applications.new.total)", "83.1%"),
        ("applications.new.natural | share(applications.new.total, 0)", "83%"),
        ("applications.new.natural | share(applications.new.total, digits=2)", "83.06%"),
        ("applications.carried_in.total | share(applications.new.total)", "0.0%"),
        ("yoy('applications.new.total')", "增长20.4%"),
        ("yoy('applications.new.total', 2)", "增长20.40%"),
        ("yoy('proactive.licensing.decisions')", "下降38.3%"),
        ("yoy('applications.carried_out.total')", "持平"),
    ],
)
def test_an_expression_states_a_figure(source: str, text: str) -> None:
    assert evaluate(source, SCOPE) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("收费{{ proactive.fees.amount }}元。", "单位是万元，后面写的是“元”"),
        ("收费**{{ proactive.fees.amount | thousands }}** 亿元。", "单位是万元，后面写的是“亿元”"),
        ("收费{{ proactive.fees.amount }}亿。", "单位是万元，后面写的是“亿”；请改为“万元”"),
        ("收费{{ proactive.fees.amount }}&nbsp;万美元。", "单位是万元，后面写的是“万美元”"),
        ("新收{{ applications.new.total }}万件。", "单位是个，后面写的是“万”；请删去“万”"),
        ("收{{ proactive.fees.amount + applications.new.total }}件。", "金额（万元）与个数不能相加减"),
        ("多{{ applications.new.total - last.proactive.fees.amount }}件。", "金额（万元）与个数不能相加减"),
        ("占{{ proactive.fees.amount | share(applications.new.total) }}。", "金额（万元）与个数.*也不能相比"),
        ("收费{{ proactive.fees.amount }}万，即{{ proactive.fees.amount * 10000 }}元，{{ 5 }}元。", ""),
        ("占{{ proactive.fees.amount | share(last.proactive.fees.amount) }}，新收{{ applications.new.total }}件。", ""),
        (
            "收费{{ proactive.fees.amount | wan }}元，多{{ proactive.fees.amount - proactive.fees.amount }}元。",
            "",
        ),
    ],
)
def test_an_amount_before_another_unit_of_money_than_its_cell_has_is_told(text: str, told: str) -> None:
    if not told:
        assert "{{" not in render(Part("", text), SCOPE, "narrative.md")
        return
    with pytest.raises(FilingError, match=f"第1行的表达式.*：{told}"):
        render(Part("", text), SCOPE, "narrative.md")


def test_what_begins_a_line_behind_an_expression_is_no_unit() -> None:
    filing = Filing.from_cells("shili-bureau", "示例市示例局", 2023, {"applications.new.total": 6})
    text = "* 新收{{ applications.new.total }}\n* 万州分局\n\n{{ applications.new.total }}\n万元以上项目全部公开。"
    assert render(Part("", text), Scope(filing, None), "") == text.replace("{{ applications.new.total }}", "6")


def test_a_product_that_is_a_whole_number_has_no_decimals() -> None:
    cells = {"proactive.fees.amount": "3351.90"}
    scope = Scope(Filing.from_cells("demo", "示例局", 2021, cells))
    assert [evaluate(f"proactive.fees.amount{times}", scope) for times in ("", " * 10000", " * 2")] == [
        "3351.90", "33519000", "6703.80",
    ]  # fmt: skip


def assert_rounded(text: str, exact: Fraction, digits: int) -> None:
    """A percentage is rounded half up to as many digits as asked for, or to more so that 0 and 100 are exact."""
    shown = len(text.removesuffix("%").partition(".")[2])
    least = Fraction(int(exact * 10**digits + Fraction(1, 2)), 10**digits)
    assert Fraction(text.removesuffix("%")) == Fraction(int(exact * 10**shown + Fraction(1, 2)), 10**shown)
    assert (shown == digits) == (least not in (0, 100) or least == exact) and shown >= digits
    assert (Fraction(text.removesuffix("%")) in (0, 100)) == (exact in (0, 100))


@pytest.mark.parametrize(("part", "text"), [(0, "0.0%"), (1, "0.03%"), (2999, "99.97%"), (3000, "100.0%")])
def test_a_share_is_never_said_to_be_nothing_or_all_where_it_is_not(part: int, text: str) -> None:
    scope = Scope(filing(2023, **{"new.natural": part, "new.total": 3000}))
    assert evaluate("applications.new.natural | share(applications.new.total)", scope) == text


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 6))
def test_shares_are_rounded_half_up(part: int, whole: int, digits: int) -> None:
    scope = Scope(filing(2023, **{"new.natural": part, "new.total": whole}))
    text = evaluate(f"applications.new.natural | share(applications.new.total, {digits})", scope)
    exact = Fraction(100 * part, whole)
    assert_rounded(text, exact, digits)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_growth_is_of_last_years_figure_and_rounded_half_up(now: int, before: int) -> None:
    scope = Scope(filing(2023, **{"new.total": now}), filing(2022, **{"new.total": before}))
    text = evaluate("yoy('applications.new.total')", scope)
    change = Fraction(100 * (now - before), before)
    if not change:
        assert text == "持平"
        return
    assert text.startswith("增长" if change > 0 else "下降")
    assert_rounded(text[2:], abs(change), 1)


@given(st.integers(0, 10**12), st.integers(0, 6))
def test_wan_are_rounded_half_up_without_idle_zeros(figure: int, digits: int) -> None:
    scope = Scope(filing(2023, **{"new.total": figure}))
    if figure and 2 * figure * 10**digits < 10**4:
        assert "会印成0万" in error_of(f"applications.new.total | wan({digits})", scope)
        return
    text = evaluate(f"applications.new.total | wan({digits})", scope)
    number = text.removesuffix("万")
    assert Fraction(number) == Fraction(int(Fraction(figure, 10**4) * 10**digits + Fraction(1, 2)), 10**digits)
    assert "." not in number or not number.endswith("0")


@pytest.mark.parametrize(
    "source",
    [
        "applications.granted.total",
        "last.applications.granted.total",
        "applications.granted.total | thousands",
        "applications.granted.total | share(applications.new.total)",
        "applications.new.total | share(applications.granted.total)",
        "applications.new.total + applications.granted.total",
        "yoy('applications.new.natural')",
    ],
)
def test_a_blank_is_shown_as_blank_and_never_as_zero(source: str) -> None:
    assert evaluate(source, SCOPE) == "（未填）"


@pytest.mark.parametrize(
    "source", ["proactive.penalty.decisions", "proactive.penalty.decisions + proactive.licensing.decisions"]
)
def test_a_text_that_is_no_figure_is_shown_as_unreadable_and_not_as_blank(source: str) -> None:
    assert evaluate(source, SCOPE) == "（读不出）"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("applications.refused.total", "没有名为 applications.refused.total 的单元格"),
        ("proactive.rules.made", "没有名为 proactive.rules.made 的单元格"),
        ("applications.granted.totl", " applications.granted.totl 的单元格；是否应为 applications.granted.total"),
        ("last.applications.new.totl", "是否应为 last.applications.new.total"),
        ("yoy('applications.new.totl')", "是否应为 applications.new.total"),
        ("件数", "名称见表格文件的 row 和列名"),
        ("applications.new.total | share(applications.carried_in.total)", "占比的分母为0"),
        ("applications.new.total | share(0)", "占比的分母为0"),
        ("yoy('applications.carried_in.total')", "applications.carried_in.total 上年为0，无法计算增长率"),
        ("applications.new.total | euro", "没有名为 euro 的格式；可用的有 share、thousands、wan"),
        ("growth('applications.new.total')", "没有名为 growth 的函数；可用的有 yoy"),
        ("applications.new.total | share", "share 的用法有误"),
        ("applications.new.total | share(applications.new.total, 7)", "小数位数应是 0 到 6 的整数"),
        ("yoy(applications.new.total)", "yoy 的用法有误"),
        ("applications.new.total 件", "写法有误"),
        ("'12' | wan", "wan 的用法有误"),
        ("6 | wan", "6 用 wan 会印成0万；请去掉 wan，或者增加小数位数"),
        ("(1 - 7) | wan", "-6 用 wan 会印成0万；请去掉 wan，或者增加小数位数"),
        ("", "写法有误"),
    ],
)
def test_what_cannot_be_evaluated_is_told(source: str, told: str) -> None:
    assert told in error_of(source)


def test_without_last_year_nothing_compares() -> None:
    told = "引用了上年数据，但没有 2022 年的资料；请导入或新建该年的资料，或者删去这个表达式"
    assert told in error_of("last.applications.new.total", Scope(THIS))
    assert told in error_of("yoy('applications.new.total')", Scope(THIS))


@pytest.mark.parametrize("source", ["-applications.new.total", "-5", "- 5"])
def test_a_sign_is_never_lost(source: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert evaluate(source, SCOPE).startswith("-")


def test_text_is_not_taken_for_a_figure() -> None:
    assert "share 的用法有误" in error_of("'9' | share(3)")


HOSTILE = [
    "''.__class__.__mro__[1].__subclasses__()", "applications.__class__", "applications.new.total.__class__",
    "().__class__.__base__", "yoy.__globals__", "self._TemplateReference__context", "self", "cycler.__init__",
    "lipsum.__globals__['os'].popen('id').read()", "request.application", "config.items()", "namespace()",
    "applications['new']['total']", "applications.new.total[0]", "'{0.__class__}'.format(1)", "'%s' % 1",
    "'x' | attr('__class__')", "applications.new.total | map('int')", "'x' | format('y')", "[1, 2] | length",
    "range(10**9)", "dict(a=1)", "(1, 2)", "{'a': 1}", "1 if 1 else 2", "1 < 2", "not 1", "true", "none", "1.5",
    "9 ** 9 ** 9", "1 / 0", "1 // 0", "1 % 0", "'a' * 1000000000", "'a' ~ 'b'", "'a' + 'b'",
    "99999999999 * 99999999999 * 99999999999", "9" * 250 + " + 1", "1" + "*9" * 140, "9" * 301, "x" * 100_000,
    "(" * 149 + ")" * 149, "-" * 290 + " 1", "[" * 290, "1|share(" * 40, "1 }}{{ 2", "1 %}{% set x = 1 %}{{ x",
    "super()", "caller()", "loop.index", "applications.new.total | share(*[1])", "applications.new.total is defined",
]  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_expression_is_refused_quickly(source: str) -> None:
    assert error_of(source)


@pytest.mark.parametrize("source", ["{0} | wan", "{0} | share(3)", "{0} | thousands", "1 | share({0})", "0x{0}", "{0}"])
def test_a_number_of_any_length_is_refused_or_written_out(source: str) -> None:
    for digits in (16, 60, 250):
        with contextlib.suppress(ExpressionError):
            assert len(evaluate(source.format("9" * digits), SCOPE)) < 600


@given(st.text(st.sampled_from("applications.new.total(){}[]|'\"+-*/%~,=:<>_ \n019share万"), max_size=60))
def test_any_text_gives_a_sentence_or_a_text(source: str) -> None:
    try:
        assert isinstance(evaluate(source, SCOPE), str)
    except ExpressionError as error:
        assert str(error)


# ---- prose with expressions ------------------------------------------------------------------------------------------


def prose(text: str, line: int = 10) -> str:
    parts = {3: Part("三、收到和处理政府信息公开申请情况", text, line)}
    narrated = Filing(**{**vars(THIS), "narrative": Narrative(parts=parts)})
    return render_prose(narrated, LAST)[3]


def problems(text: str) -> list[str]:
    start = time.process_time()
    with pytest.raises(FilingError) as error:
        prose(text)
    assert time.process_time() - start < SECONDS
    return list(error.value.problems)


def test_prose_takes_its_figures_from_the_tables() -> None:
    text = "全年新收申请{{ applications.new.total }}件，\n同比{{yoy('applications.new.total')}}。"
    assert prose(text) == "全年新收申请1204件，\n同比增长20.4%。"


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(9) %}甲{% endfor %}",
        "{# 注 #}",
        "{ applications.new.total }",
        "$x$ {% include '/etc/hosts' %}",
        "<!-- 原文：新收{{ applications.new.totl }}件，\n另 {{ assert_equals(1, 2) }} }} {{ -->",
    ],
)
def test_statements_and_comments_are_plain_text(text: str) -> None:
    assert prose(text) == text


def test_every_mistake_is_told_with_its_line() -> None:
    shown = "data/shili-archive/2023/narrative.md"
    told = problems("甲\n{{ applications.nil }}\n\n{{ applications.new.total | euro }}乙 {{ 丙")
    assert [message.split("：")[0] for message in told] == [
        f"{shown} 第11行的表达式 {{{{ applications.nil }}}}",
        f"{shown} 第13行的表达式 {{{{ applications.new.total | euro }}}}",
        f"{shown} 第13行的“{{{{”没有配对；表达式应写作 {{{{ 名称 }}}}。",
    ]
    assert all(message.endswith("。") for message in told)


@pytest.mark.parametrize(
    ("text", "stray"), [("甲}}乙", "}}"), ("甲{{乙", "{{"), ("{{ applications.new.total }} }}", "}}")]
)
def test_unpaired_braces_are_told(text: str, stray: str) -> None:
    (message,) = problems(text)
    assert f"第10行的“{stray}”没有配对" in message


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "{{" * n,
        lambda n: "}}" * n,
        lambda n: "{{ x }}" * n,
        lambda n: "{{ x\n" * n,
        lambda n: "{{{" * n,
        lambda n: "<!--{{" * n,
    ],
    ids=["opening", "closing", "unknown", "lines", "three", "comments"],
)
def test_a_page_of_braces_does_not_stop_the_machine(make: Callable[[int], str]) -> None:
    assert 0 < len(problems(make(20_000))) <= 100


def test_money_in_prose_is_exact() -> None:
    amounts = {"proactive.procurement.amount": Decimal("9633626.14"), "proactive.procurement.projects": 3}
    scope = Scope(Filing.from_cells("shili-archive", "示例市档案局", 2020, amounts))
    assert evaluate("proactive.procurement.amount", scope) == "9633626.14"
    assert evaluate("proactive.procurement.amount * 3", scope) == "28900878.42"
    assert evaluate("proactive.procurement.amount | thousands", scope) == "9,633,626.14"
    assert "结果位数过多" in error_of(f"proactive.procurement.amount * {FIGURE_LIMIT}", scope)


def test_an_amount_in_yuan_is_divided_and_one_in_wan_is_not() -> None:
    of_2020 = Filing.from_cells("a", "甲局", 2020, {"proactive.procurement.amount": "9633626.14"})
    assert evaluate("proactive.procurement.amount | wan", Scope(of_2020)) == "963.36万"
    assert evaluate("last.proactive.procurement.amount | wan", Scope(THIS, of_2020)) == "963.36万"
    small = Filing.from_cells("a", "甲局", 2023, {"proactive.fees.amount": "0.5"})
    assert evaluate("proactive.fees.amount | wan", Scope(small)) == "0.5万"


def test_no_digit_of_a_product_is_lost() -> None:
    product = evaluate("proactive.fees.amount" + " * proactive.fees.amount" * 9, Scope(THIS))
    assert Fraction(product) == Fraction("12.345678") ** 10
    assert "结果位数过多" in error_of("proactive.licensing.decisions" + " * proactive.licensing.decisions" * 2)
