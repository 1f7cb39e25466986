"""A small form as a file: what is read from it, and the sentence for each mistake in it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from govreport.core.errors import FormError
from govreport.core.figures import Kind
from govreport.forms.catalogue import FOLDER, Catalogue
from govreport.forms.edition_file import read_form, read_rules
from govreport.forms.form import Column, Form
from govreport.forms.rules import NameTerm, Rule, parse_identity

TEXT = """
edition = "2030"
first_year = 2030
document = "示例〔2030〕1号"
title = "年度报告"
parts = ["一、情况", "二、表"]

[deadlines]
department = "01-31"

[tables.demo]
part = 2
name = "示例表"
caption = "示例情况"
layout = "matrix"
corner = "角"
widths = [9, 9, 5, 5, 5]
file = "wide"
columns = [
  { key = "a", label = ["群", "甲"], kind = "count" },
  { key = "b", label = ["群", "乙"], kind = "signed" },
  { key = "fee", label = ["费"], kind = "money", unit = "元", decimals = 2, unit_in_cell = true },
]
rows = [
  { key = "x.one", label = ["类", "一"] },
  { key = "x.two", label = ["类", "二"], columns = ["a", "b"] },
  { key = "all", label = ["总"], columns = ["a"] },
]
derived_rows = [{ key = "x", label = ["类"], sum = ["x.*"] }]
derived_columns = [{ key = "ab", label = ["群"], sum = ["a", "b"] }]

[[tables.demo.rules]]
id = "Q1"
severity = "error"
each = ["all"]
identity = "demo.*.a = demo.x.one.a + 2 * demo.x.two.a - last.demo.*.a"
message = "{each}为{stated}，应为{expected}，相差{difference}"

[[tables.demo.charts]]
key = "bars"
title = "图"
unit = "件"
each = "years"
names = ["demo.all.a", "demo.x.one.a"]
labels = ["总", "一"]
"""


def form_of(folder: Path, text: str = TEXT) -> Form:
    forms = folder / "forms"
    forms.mkdir(exist_ok=True)
    (forms / "2030.toml").write_text(text, encoding="utf-8")
    return Catalogue.read(forms).editions["2030"]


def test_a_form_holds_what_its_file_says(tmp_path: Path) -> None:
    form = form_of(tmp_path)
    assert (form.edition, form.first_year, form.document, form.title) == ("2030", 2030, "示例〔2030〕1号", "年度报告")
    assert (form.parts, form.deadlines) == (("一、情况", "二、表"), {"department": "01-31"})
    table = form.tables["demo"]
    assert (table.key, table.edition, table.name, table.caption) == ("demo", "2030", "示例表", "示例情况")
    assert (table.part, table.layout, table.corner, table.file) == (2, "matrix", "角", "wide")
    assert table.widths == (9, 9, 5, 5, 5)
    a, b, fee = table.columns
    assert (a, b) == (Column("a", ("群", "甲"), Kind("count")), Column("b", ("群", "乙"), Kind("signed")))
    assert fee == Column("fee", ("费",), Kind("money", "元", 2, True))
    assert [(row.key, row.label, row.columns) for row in table.rows] == [
        ("x.one", ("类", "一"), (a, b, fee)),
        ("x.two", ("类", "二"), (a, b)),
        ("all", ("总",), (a,)),
    ]
    assert [(one.key, one.label, one.parts) for one in (*table.derived_rows, *table.derived_columns)] == [
        ("x", ("类",), ("x.one", "x.two")),
        ("ab", ("群",), ("a", "b")),
    ]
    (rule,) = table.rules
    left = (NameTerm(1, "demo.*.a", False),)
    right = (NameTerm(1, "demo.x.one.a", False), NameTerm(2, "demo.x.two.a", False), NameTerm(-1, "demo.*.a", True))
    identity = "demo.*.a = demo.x.one.a + 2 * demo.x.two.a - last.demo.*.a"
    message = "{each}为{stated}，应为{expected}，相差{difference}"
    assert rule == Rule("Q1", "error", "demo", ("all",), identity, left, "=", right, message)
    (chart,) = table.charts
    assert (chart.key, chart.title, chart.unit, chart.each) == ("bars", "图", "件", "years")
    assert (chart.names, chart.labels) == (("demo.all.a", "demo.x.one.a"), ("总", "一"))


A = '{ key = "a", label = ["群", "甲"], kind = "count" }'
DEADLINE = 'department = "01-31"'
MONEY = "decimals = 2, unit_in_cell = true"
WIDTHS = "应是 5 个正整数，每个表列一个"
MISTYPED = "demo.*.a = demo.x.on.a + 2 * demo.x.two.a - last.demo.*.a"
STAR = "有 each 时名称中应有 *，无 each 时不应有"
EACH = "有 each 的规则才能用 {each}"
WORDS = "应是一句话，其中只能使用 {each}、{stated}、{expected}、{difference}"
NAME = "应由小写字母和下划线组成，可用点分段"
MESSAGE = "{each}为{stated}，应为{expected}，相差{difference}"
AGAIN = """[[tables.demo.rules]]
id = "Q1"
severity = "error"
identity = "demo.all.a = demo.x.one.a"
message = "不符"

"""
EACHLESS = AGAIN.replace("Q1", "Q2").replace("不符", "{each}不符") + "[[tables.demo.charts]]"
MISTAKES = [
    ('edition = "2030"\n', "", "edition：缺少这个键"),
    ("first_year = 2030", "first_year = true", "first_year：应是整数"),
    ('document = "示例〔2030〕1号"', "document = 1", "document：应是文字"),
    ('parts = ["一、情况", "二、表"]', 'parts = "一"', "parts：应是数组"),
    ('parts = ["一、情况", "二、表"]', "parts = []", "parts：应是不为空的文字数组"),
    ('parts = ["一、情况", "二、表"]', 'parts = ["一", ""]', "parts：应是不为空的文字数组"),
    ('parts = ["一、情况", "二、表"]', 'parts = ["一", 2]', "parts：应是不为空的文字数组"),
    ('title = "年度报告"', 'title = "年度报告"\nb = 1\na = 1', "a：不认识这个键"),
    (DEADLINE, 'department = "02-29"', "deadlines.department：“02-29”应是每年都有的月日，如 01-31"),
    (DEADLINE, f'department = "{"长" * 21}"', f"deadlines.department：“{'长' * 20}”应是每年都有的月日，如 01-31"),
    (DEADLINE, "department = 131", "deadlines.department：应是文字"),
    ("part = 2", "part = 3", "tables.demo.part：没有第 3 部分"),
    ("part = 2", "part = 0", "tables.demo.part：没有第 0 部分"),
    ("part = 2", "part = 2\nsize = 1", "tables.demo.size：不认识这个键"),
    ('layout = "matrix"', 'layout = "grid"', "tables.demo.layout：“grid”应是 matrix、line、clauses 之一"),
    ('layout = "matrix"', 'layout = "clauses"', "tables.demo.rows：“x.two”应有两级名称，且与同一条款的其他行列相同"),
    ('file = "wide"', 'file = "tall"', "tables.demo.file：“tall”应是 wide、long 之一"),
    ("widths = [9, 9, 5, 5, 5]", "widths = [9, 9, 5, 5]", f"tables.demo.widths：{WIDTHS}"),
    ("widths = [9, 9, 5, 5, 5]", "widths = [9, 9, 5, 5, 0]", f"tables.demo.widths：{WIDTHS}"),
    ("widths = [9, 9, 5, 5, 5]", "widths = [9, 9, 5, 5, true]", f"tables.demo.widths：{WIDTHS}"),
    (A, A.replace("count", "text"), "tables.demo.columns[1].kind：“text”应是 count、signed、money 之一"),
    (A, A.replace('"a"', '"A"'), f"tables.demo.columns[1].key：“A”{NAME}"),
    (A, A.replace('"a"', '"a."'), f"tables.demo.columns[1].key：“a.”{NAME}"),
    (A, A.replace("count", "money"), "tables.demo.columns[1].unit：缺少这个键"),
    (A, f"{A}, 1", "tables.demo.columns[2]：应是一个表"),
    (A, A.replace(" }", ', unit = "件" }'), "tables.demo.columns[1].unit：不认识这个键"),
    ('key = "b"', 'key = "a"', "tables.demo.columns[2].key：“a”重复"),
    (MONEY, "decimals = -1", "tables.demo.columns[3].decimals：应是 0 到 8 的整数"),
    (MONEY, "decimals = 9", "tables.demo.columns[3].decimals：应是 0 到 8 的整数"),
    (MONEY, "decimals = 2, unit_in_cell = 1", "tables.demo.columns[3].unit_in_cell：应是true 或 false"),
    ('key = "x.two"', 'key = "x.one"', "tables.demo.rows[2].key：“x.one”重复"),
    ('columns = ["a", "b"]', 'columns = ["c"]', "tables.demo.rows[2].columns：没有“c”列"),
    ('columns = ["a", "b"]', 'columns = ["a", "a"]', "tables.demo.rows[2].columns：有重复的列"),
    ('columns = ["a", "b"]', 'columns = ["a"], size = 1', "tables.demo.rows[2].size：不认识这个键"),
    ('["x.*"]', '["y.*"]', "tables.demo.derived_rows[1].sum：“y.*”没有对应的行或列"),
    ('["x.*"]', '["x"]', "tables.demo.derived_rows[1].sum：“x”没有对应的行或列"),
    ('["x.*"]', '["x.o*"]', "tables.demo.derived_rows[1].sum：“x.o*”没有对应的行或列"),
    ('key = "x",', 'key = "all",', "tables.demo.derived_rows[1].key：“all”已是格式中的行或列"),
    ('key = "ab"', 'key = "b"', "tables.demo.derived_columns[1].key：“b”已是格式中的行或列"),
    ('sum = ["a", "b"]', 'sum = ["a", "b"], size = 1', "tables.demo.derived_columns[1].size：不认识这个键"),
    ('each = ["all"]', 'each = ["any"]', "tables.demo.rules[1].each：没有“any”行"),
    ('each = ["all"]', 'each = "months"', "tables.demo.rules[1].each：应是 rows、columns 或行名的数组"),
    ('each = ["all"]\n', "", f"tables.demo.rules[1].identity：{STAR}"),
    (MESSAGE, " ", f"tables.demo.rules[1].message：{WORDS}"),
    (MESSAGE, "{told}", f"tables.demo.rules[1].message：{WORDS}"),
    ("[[tables.demo.charts]]", EACHLESS, f"tables.demo.rules[2].message：{EACH}"),
    (MESSAGE, "{each}}", f"tables.demo.rules[1].message：{WORDS}"),
    ('title = "年度报告"', 'title = "年度报告"\nsubject = ""', "subject：不应为空"),
    ("department =", "departmnt =", "deadlines.departmnt：不认识这个键"),
    ('id = "Q1"', 'id = "N1"', "tables.demo.rules[1].id：“N1”已被使用，请换一个编号"),
    ("[[tables.demo.charts]]", f"{AGAIN}[[tables.demo.charts]]", "tables.demo.rules[1].id：“Q1”重复"),
    ('id = "Q1"', 'id = " "', "tables.demo.rules[1].id：不应为空"),
    ('severity = "error"', 'severity = "bad"', "tables.demo.rules[1].severity：“bad”应是 error、warning、notice 之一"),
    ('severity = "error"', 'severity = "error"\nsize = 1', "tables.demo.rules[1].size：不认识这个键"),
    ("2 * demo", "0 * demo", "tables.demo.rules[1].identity：系数不应为0"),
    ("2 * demo", "2 + demo", "tables.demo.rules[1].identity：格式的规则中不能有数字，只能有名称"),
    ("demo.x.one.a", "demo.x.on.a", f"tables.demo.rules[1].identity：其中的名称不都在格式中（{MISTYPED}）"),
    ('"demo.all.a"', '"demo.any.a"', "charts（bars）：没有名为 demo.any.a 的单元格"),
    ('each = "years"', 'each = "months"', "tables.demo.charts[1].each：“months”应是 years、figures、members 之一"),
    ('each = "years"', 'each = ["any"]', "tables.demo.charts[1].each：没有“any”行"),
    ('each = "years"', 'each = "members"', "tables.demo.charts[1].names：each 为 members 时只能有一个名称"),
    ('labels = ["总", "一"]', 'labels = ["总"]', "tables.demo.charts[1].labels：应与 names 一一对应"),
    ('unit = "件"', 'unit = "件"\nsize = 1', "tables.demo.charts[1].size：不认识这个键"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES)
def test_a_mistake_in_a_form_is_one_sentence_that_names_file_key_and_remedy(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    with pytest.raises(FormError) as error:
        form_of(tmp_path, text)
    assert str(error.value) == f"格式文件 forms/2030.toml 的 {told}。"


@pytest.mark.parametrize("decimals", [0, 8])
def test_money_has_up_to_eight_decimals(decimals: int, tmp_path: Path) -> None:
    form = form_of(tmp_path, TEXT.replace(MONEY, f"decimals = {decimals}"))
    assert form.kind_of("demo.x.one.fee") == Kind("money", "元", decimals, False)


def test_a_chart_over_rows_shows_its_names_in_each_row(tmp_path: Path) -> None:
    text = TEXT.replace('each = "years"', 'each = ["x.one", "all"]').replace(
        '["demo.all.a", "demo.x.one.a"]', '["demo.*.a", "demo.*.a"]'
    )
    (chart,) = form_of(tmp_path, text).charts.values()
    assert chart.all_names == ("demo.x.one.a", "demo.x.one.a", "demo.all.a", "demo.all.a")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_the_packages_own_editions_follow_the_schema(tmp_path: Path, path: Path) -> None:
    (tmp_path / path.name).write_bytes(path.read_bytes())  # those of the package are not held to it at each start
    assert read_form(tmp_path / path.name).edition == read_form(path).edition


def test_a_form_in_gb18030_is_read_and_one_about_something_else_takes_no_number_of_a_statutory_rule(
    tmp_path: Path,
) -> None:
    text = TEXT.replace("[deadlines]", 'subject = "政府网站"\n\n[deadlines]')
    (tmp_path / "2030.toml").write_text(text, encoding="gb18030")
    assert list(Catalogue.read(tmp_path).editions) == ["2030"]
    (tmp_path / "2030.toml").write_text(text.replace('"Q1"', '"A2"'), encoding="utf-8")
    with pytest.raises(FormError, match="的规则编号“A2”已被使用；请换一个编号。"):
        Catalogue.read(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"^格式文件 gone\.toml 无法读取：.*。$"):
        read_form(tmp_path / "gone.toml")
    for data in (b"edition = ", b"\xff"):
        (tmp_path / "bad.toml").write_bytes(data)
        with pytest.raises(FormError, match=r"^格式文件 bad\.toml 无法读取：.*。$"):
            read_form(tmp_path / "bad.toml")


OWN = """[[rules]]
id = "甲1"
severity = "warning"
table = "demo"
each = "rows"
identity = "demo.*.a >= demo.all.a"
message = "太小"
"""
UNKNOWN = "其中的名称（demo.*.a、demo.no.a、demo.no.b）"
OWN_MISTAKES = [
    ('table = "demo"', 'table = "nope"', "rules[1].table：没有名为“nope”的表"),
    ('table = "demo"\n', "", "rules[1].table：有 each 时须写明 table"),
    ('id = "甲1"', 'id = "A1"', "rules[1].id：“A1”已被使用，请换一个编号"),
    ('id = "甲1"', 'id = "Y12"', "rules[1].id：“Y12”已被使用，请换一个编号"),
    ("demo.all.a", "demo.no.b + demo.no.a", f"rules[1].identity：{UNKNOWN}不都在格式中"),
    ("demo.all.a", "demo.x.one.fee", "rules[1].identity：不能把单位不同的数字放在一起"),
    ('message = "太小"', 'message = "太小"\nsize = 1', "rules[1].size：不认识这个键"),
    ('message = "太小"', f'message = "太小"\n{OWN}', "rules[2].id：“甲1”已被使用，请换一个编号"),
    (OWN, f"size = 1\n{OWN}", "size：不认识这个键"),
    (OWN, "rules = 1", "rules：应是数组"),
    (OWN, "rules = [1]", "rules[1]：应是一个表"),
]  # fmt: skip


def error_of(place: str, what: str) -> FormError:
    return FormError(f"{place}：{what}")


@pytest.mark.parametrize(("old", "new", "told"), OWN_MISTAKES)
def test_a_mistake_in_a_projects_rule_is_one_sentence_that_names_it_by_number(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    assert old in OWN
    with pytest.raises(FormError) as error:
        read_rules(tomllib.loads(OWN.replace(old, new, 1)), error_of, [form_of(tmp_path)])
    assert str(error.value) == told


@pytest.mark.parametrize("name", ["B1", "甲1", "A", "A1b", "1"])
def test_a_project_may_name_its_rules_as_it_likes_but_for_the_statutory_ones(name: str, tmp_path: Path) -> None:
    data = tomllib.loads(OWN.replace("甲1", name))
    (rule,) = read_rules(data, error_of, [form_of(tmp_path)])
    assert (rule.id, rule.table, rule.each, rule.sense, rule.severity) == (name, "demo", "rows", ">=", "warning")


def test_a_project_without_rules_has_none(tmp_path: Path) -> None:
    assert read_rules({}, error_of, [form_of(tmp_path)]) == ()


def test_a_rule_without_each_needs_no_table(tmp_path: Path) -> None:
    text = OWN.replace('table = "demo"\n', "").replace('each = "rows"\n', "").replace("demo.*.a", "demo.x.a")
    (rule,) = read_rules(tomllib.loads(text), error_of, [form_of(tmp_path)])
    assert (rule.table, rule.each) == ("", "")


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        ("a.x", "应恰有一个 =、<= 或 >="),
        ("a.x = a.y = a.z", "应恰有一个 =、<= 或 >="),
        ("a.x < a.y", "应恰有一个 =、<= 或 >="),
        (" = a.y", "等号两边都应有单元格名称或数字"),
        ("a.x = a.y a.z", "“a.z”处应是 + 或 - 连接的单元格名称或数字"),
        ("a.x = a.y + 2,5", "“,5”处应是 + 或 - 连接的单元格名称或数字"),
        ("a.x = 1234567890123", "“1234567890123”处应是 + 或 - 连接的单元格名称或数字"),
        ("a.x = 2 a.y", "“a.y”处应是 + 或 - 连接的单元格名称或数字"),
        (f"a.x = {'甲' * 41}", f"“{'甲' * 40}”处应是 + 或 - 连接的单元格名称或数字"),
        ("a.x = 1000000 * a.y", "“1000000 * a.y”处应是 + 或 - 连接的单元格名称或数字"),
        ("a.x = 0 * a.y", "系数不应为0"),
        ("a.x = A.y", "“A.y”处应是 + 或 - 连接的单元格名称或数字"),
    ],
)
def test_an_identity_that_is_not_of_the_language_is_told_by_its_place(identity: str, told: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_identity(identity)
    assert str(error.value) == told


def test_a_number_stands_in_place_of_a_name_as_it_is_written() -> None:
    left, _, right = parse_identity("2 * 3 - 0.50 <= a.x+10")
    assert left == (NameTerm(2, "3", False), NameTerm(-1, "0.50", False))
    assert right == (NameTerm(1, "a.x", False), NameTerm(1, "10", False))
    assert [term.is_number for term in (*left, *right)] == [True, True, False, True]


@pytest.mark.parametrize("sense", ["=", "<=", ">="])
def test_an_identity_has_signed_factors_on_both_sides(sense: str) -> None:
    left, told, right = parse_identity(f"-a.x+3*b.*.y {sense} - 999999 * last.a_b.c - c.d ")
    assert told == sense
    assert left == (NameTerm(-1, "a.x", False), NameTerm(3, "b.*.y", False))
    assert right == (NameTerm(-999_999, "a_b.c", True), NameTerm(-1, "c.d", False))
