"""What other libraries show: what of it is published, in what size, and what is told and left out."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pdfplumber
import pytest
from IPython.display import HTML, Image, Markdown
from matplotlib.figure import Figure
from PIL import Image as Pixels

from govreport.core import mime
from govreport.core.blocks import Block, Picture, block_text
from govreport.core.grid import Grid
from govreport.notebook.report import Prose, Report, example_report
from govreport.publish.document import (
    CHANGED,
    DRAWING_LOST,
    FOREIGN,
    IN_CELL,
    NO_CHART,
    OBJECT,
    Document,
    Remark,
    read_document,
)
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from govreport.publish.pdf_writer import pdf_bytes
from govreport.publish.pictures import ProjectPictures, length_in_points
from govreport.publish.review import review_page
from govreport.tables.table_view import table as report_table
from tests.support.analyst import code, markdown, notebook, pixels, printed, shown

OFFICES = ["示例市教育局", "示例市林业局", "示例市档案局"]
GROUPED = (
    "<table><thead><tr><th>机构<th>件数</thead><tbody><tr><th colspan=2>自然人<tr><td>教育局<td>3"
    "<tr><th colspan=2>法人<tr><td>林业局<td>4</tbody><tfoot><tr><th>合计<th>7</tfoot></table>"
)
"""As great_tables sets groups of rows."""
POLARS = (
    '<div><style>.dataframe > thead {}</style><small>shape: (1, 2)</small><table border="1" class="dataframe"><thead>'
    "<tr><th>机构</th><th>件数</th></tr><tr><td>str</td><td>i64</td></tr></thead>"
    "<tbody><tr><td>教育局</td><td>3</td></tr></tbody></table></div>"
)
SILENT = {
    "a page in a frame": {"text/html": '<iframe src="https://map.example/"></iframe>', "text/plain": "<a.F at 0x7f>"},
    "sound": {"text/html": "<audio controls>Your browser does not support it.</audio>", "text/plain": "x"},
    "a figure as PDF alone": {"application/pdf": "JVBERi0=", "text/plain": "<Figure size 640x480 with 1 Axes>"},
    "a widget": {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "IntSlider(value=0)"},
    "altair": {"text/html": '<div id="vis"></div><script>embed()</script>', "text/plain": "alt.Chart(...)"},
    "plotly": {"application/vnd.plotly.v1+json": {"data": []}},
    "bokeh's beginning": {"text/html": '<div><a href="https://b.example"></a><span>Loading BokehJS ...</span></div>'},
    "a form": {"text/html": "<form><select><option>甲</option></select><button>刷新</button></form><canvas></canvas>"},
    "a drawing within HTML": {"text/html": '<svg xmlns="http://www.w3.org/2000/svg"><text>甲</text></svg>'},
    "an empty DataFrame": {
        "text/html": '<table class="dataframe"><thead><tr><th></th></tr></thead><tbody></tbody></table>',
        "text/plain": "Empty DataFrame\nColumns: []\nIndex: []",
    },
}  # fmt: skip
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg"><defs><path id="LastResortHE-Regular-7b"/></defs></svg>'
WARNED = """/a/events.py:101: UserWarning: Glyph 40960 (\\N{YI SYLLABLE IT}) missing from font(s) DejaVu Sans.
  func(*args, **kwargs)
Font 'default' does not have a glyph for '\\u4e19' [U+4e19], substituting with a dummy symbol.
"""


def output(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def published(*cells: dict[str, Any]) -> tuple[Block, ...]:
    """Blocks of a notebook of which nothing is left out."""
    made = read_document(notebook(*cells))
    assert made.remarks == ()
    return made.blocks


def table(value: object) -> Grid:
    (made,) = published(code(shown(value)))
    assert isinstance(made, Grid)
    return made


def texts(rows: Any) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows]


def test_groups_of_rows_and_totals_are_no_head_that_repeats_on_every_page() -> None:
    made = table(HTML(GROUPED))
    assert texts(made.head) == [["机构", "件数"]]
    assert texts(made.body) == [["自然人"], ["教育局", "3"], ["法人"], ["林业局", "4"], ["合计", "7"]]


def test_a_dataframe_of_names_alone_has_a_head_and_rows() -> None:
    made = table(pd.DataFrame(index=pd.Index(OFFICES, name="未报送机构")))
    assert texts(made.head) == [[""], ["未报送机构"]] and texts(made.body) == [[name] for name in OFFICES]


def test_a_table_without_head_and_body_has_a_head_where_all_of_its_first_row_are() -> None:
    made = table(HTML("<table><tr><th>机构<th>件数<tr><th>教育局<td>3</table>"))
    assert texts(made.head) == [["机构", "件数"]] and texts(made.body) == [["教育局", "3"]]


@pytest.mark.parametrize("rows", [1, 3, 200])
def test_positions_of_rows_are_not_published(rows: int) -> None:
    made, *_ = read_document(notebook(code(shown(pd.DataFrame({"机构": ["教育局"] * rows, "件数": 3}))))).blocks
    assert isinstance(made, Grid) and texts(made.head) == [["机构", "件数"]] and texts(made.body)[0] == ["教育局", "3"]
    styled = table(pd.DataFrame({"机构": ["教育局"] * rows, "件数": 3}).style)
    assert texts(styled.head) == [["机构", "件数"]] and texts(styled.body)[0] == ["教育局", "3"]


@pytest.mark.parametrize(
    "index",
    [[2021, 2022, 2023], OFFICES, pd.RangeIndex(3, name="序号"), [0, 2, 1], [1, 2, 3]],
    ids=["years", "names", "named", "sorted", "from one"],
)
def test_any_other_index_is_published(index: Any) -> None:
    made = table(pd.DataFrame({"件数": [3, 4, 5]}, index=index))
    assert [len(row) for row in made.body] == [2, 2, 2]


@pytest.mark.parametrize(
    ("plain", "text"),
    [("'共3处'", "共3处"), ("np.int64(50)", "50"), ("np.float64(0.62)", "0.62"), ("-3", "-3"),
     ("Decimal('1.50')", "1.50"), ("'甲\\n“乙”'", "甲\n“乙”"), ('"it\'s"', "it's"), ("0   -1\ndtype: int64", "0   -1"),
     ("'a'b'", "'a'b'"), ("甲    1\nLength: 9, dtype: int64", "甲    1"), ("第一行\n第二行", "第一行\n第二行")],
)  # fmt: skip
def test_a_value_is_published_without_what_python_says_of_it(plain: str, text: str) -> None:
    assert block_text(published(code(output({"text/plain": plain})))) == text


PYTHON = [
    "Text(0.5, 1.0, '申请渠道')", "(0.0, 3.0)", "(np.float64(-0.05), np.float64(3.1))", "[Text(0, 0, '2')]", "[1, 2]",
    "array([<Axes: >, <Axes: >], dtype=object)", "<function __main__.f(x)>", "<function __main__.<lambda>(x)>",
    "{'教育局': 3}", "True", "nan", "np.float64(nan)", "Index(['甲'], dtype='object')", "Series([], dtype: int64)",
    "Timestamp('2023-12-31 00:00:00')", "'<table border=\"1\" class=\"dataframe\">\\n<tr><td>3</table>'", "str",
]  # fmt: skip


@pytest.mark.parametrize("plain", PYTHON)
def test_any_other_value_of_python_is_told_and_beside_a_chart_it_is_no_loss(plain: str) -> None:
    value, chart = output({"text/plain": plain}), shown(Image(pixels("PNG")))
    made = read_document(notebook(code(value, shown(pd.DataFrame({"件数": [3]})))))
    assert [type(block) for block in made.blocks] == [Grid] and made.notes == (f"第1个代码单元格：{OBJECT}",)
    assert OBJECT in review_page(made) and OBJECT not in html_page(made)
    assert [type(block) for block in published(code(value, chart))] == [Picture]


def test_a_figure_in_a_cells_last_line_is_published_once() -> None:
    first, second = (output({"image/png": base64.b64encode(pixels("PNG", color=c)).decode()}) for c in ("red", "blue"))
    axes = output({"text/plain": "<Axes: >"})
    made = published(code(first, axes, first, second, first, source="#| fig-cap: [甲, 乙, 丙]"), code(first))
    assert [getattr(block, "caption", None) for block in made] == ["甲", "乙", "丙", ""]
    drawing, again, other = (
        output(
            {"image/svg+xml": f'<svg xmlns="http://www.w3.org/2000/svg"><g id="{name}"><text>{text}</text></g></svg>'}
        )
        for name, text in (("p0a1b2c3d4e", "甲"), ("pf0e1d2c3b4", "甲"), ("pf0e1d2c3b4", "乙"))
    )
    assert len(published(code(drawing, again, other))) == 2, "names of matplotlib's are made anew each time"


def test_a_chart_that_was_to_be_shown_and_was_not_is_told() -> None:
    source = 'import matplotlib\nmatplotlib.use("Agg")\nplt.plot([1, 2])\nplt.show()'
    assert read_document(notebook(code(source=source))).notes == (f"第1个代码单元格：{NO_CHART}",)
    published(code(shown(Image(pixels("PNG"))), source=source), code(source="def show():\n    plt.show()"))


@pytest.mark.parametrize(
    "draws", ["fig, ax = plt.subplots()", "ax = frame.plot.bar()", "with chart_style():\n    plt.figure()"]
)
def test_a_figure_that_was_made_and_never_shown_is_told(draws: str) -> None:
    made = code(source=f"import matplotlib\n{draws}")
    assert read_document(notebook(made)).notes == (f"第1个代码单元格：{NO_CHART}",)
    for other in ("# plt.figure()", "def draw():\n    plt.figure()", f"{draws}\nplt.close()"):
        published(code(source=other))


@pytest.mark.parametrize(
    "code_in_it",
    ["plt.plot([1, 2])", "fig, ax = plt.subplots()\n\n    ax.bar([1], [2])", "for n in ():\n        plt.bar(n)"],
)
def test_a_figure_that_perhaps_was_never_made_is_not_told(code_in_it: str) -> None:
    imports = "import matplotlib.pyplot as plt\n"
    for head in (
        "if False:",
        "if year < 2020:  # none\n    pass\nelse:",
        "for name in []:",
        "with chart_style():\n  if no:",
    ):
        published(code(source=f"{imports}{head}\n    {code_in_it}\n"))
        drawn = code(source=f"{imports}{head}\n    {code_in_it}\nplt.figure()")
        assert read_document(notebook(drawn)).notes == (f"第1个代码单元格：{NO_CHART}",)


def test_an_empty_value_and_a_text_cut_off_are_told_in_a_series_as_in_a_table() -> None:
    for values, sign in (([1.5, None], "“NaN”"), (["字" * 99, ""], "...”"), (range(100), "“..”")):
        (note,) = read_document(notebook(code(shown(pd.Series(values))))).notes
        assert sign in note


def test_rows_and_columns_that_pandas_leaves_out_of_a_long_table_are_told() -> None:
    long = pd.DataFrame({"件数": range(61)}, index=[f"{number}号" for number in range(61)])
    for value in (long, long["件数"], pd.DataFrame(0, range(3), range(30))):
        with pd.option_context("display.max_columns", 20):
            (note,) = read_document(notebook(code(shown(value)))).notes
        assert "表中有“…”" in note.replace("..", "…") and "从略的请用 report.table(表) 显示" in note
    published(code(shown(report_table(long))))
    published(code(shown(pd.Series([3, 4], index=OFFICES[:2]))))


def test_charts_and_prose_of_another_report_are_told_on_a_reports_page() -> None:
    own = example_report()
    other = Report.open(own.filing.agency, 2022, own.project.root)
    for report in (own, other):
        shows = [code(shown(value)) for value in (report.chart("results"), report.section(3), report.comparison)]
        made = read_document(notebook(code(shown(own)), *shows[:2]))
        told = FOREIGN.format("shili-civil-affairs", 2022)
        assert made.notes == (() if report is own else (f"第2、3个代码单元格：{told}",))
    (chart,) = own.comparison.charts().items[:1]
    assert read_document(notebook(code(shown(own)), code(shown(chart)))).notes == ()
    assert read_document(notebook(code(shown(other.chart("results"))))).notes == (), "a page of one's own"


def test_what_was_made_before_a_figure_changed_is_told_on_the_reports_page() -> None:
    own, other = example_report(), example_report()
    other.filing.set("applications.new.total", 77)
    told = CHANGED
    frame = pd.DataFrame({"件数": [3]})
    for report in (own, other):
        axes = Figure().subplots()
        for value in (report.chart("results"), report.section(3), report.table(frame), report.figure(axes, "图")):
            made = read_document(notebook(code(shown(own)), code(shown(value))))
            assert made.notes == (() if report is own else (f"第2个代码单元格：{told}",))
    shows = (code(shown(value)) for value in (other.chart("results"), frame, other.section(3)))
    assert read_document(notebook(code(shown(own)), *shows)).notes == (f"第2、4个代码单元格：{told}",)
    assert "请在 JupyterLab 中用 report.filing.save() 保存" in told
    corrected = shown(own)
    corrected["data"][mime.REPORT]["last"]["applications.new.total"] += 1
    of_two_years = own.chart("received"), own.comparison.charts().items[0]
    for value, notes in ((own.chart("applicants"), 0), *((value, 1) for value in of_two_years)):
        assert len(read_document(notebook(code(corrected), code(shown(value)))).notes) == notes, "last year's figures"


@pytest.mark.parametrize("folded", [{"jupyter": {"outputs_hidden": True}}, {"collapsed": True}])
def test_an_output_that_is_only_folded_up_is_published_and_told(folded: dict[str, Any]):
    cell = code(shown(Markdown("全年12件。")))
    page = read_document(notebook({**cell, "metadata": folded}))
    assert block_text(page.blocks) == "全年12件。" and "输出在 JupyterLab 中折叠着，仍排入页面" in page.notes[0]
    assert read_document(notebook({**cell, "metadata": {"collapsed": False}})).notes == ()


def test_a_raw_cell_is_told_unless_it_is_hidden_on_purpose():
    cell = {"cell_type": "raw", "metadata": {}, "source": "全年12件。\n其余略。"}
    page = read_document(notebook(cell))
    assert page.blocks == () and page.notes[0].startswith("原始（Raw）单元格“全年12件。”未排入页面；要公布，")
    assert read_document(notebook({**cell, "metadata": {"tags": ["remove-cell"]}})).notes == ()


@pytest.mark.parametrize("tag", ["remove-ouput", "Hide_Cel", "hide", "hidden", "remove-all-outputs", "exclude"])
def test_a_tag_that_was_meant_to_hide_an_output_is_told(tag: str) -> None:
    (note,) = read_document(notebook(code(shown(pd.DataFrame({"件数": [3]})), tags=[tag]))).notes
    assert f"标签 {tag} 不认识，未起作用" in note
    published(code(shown(pd.DataFrame({"件数": [3]})), tags=["hide-input", "slide", "figure"]), code(tags=[tag]))


def test_types_of_columns_are_not_published() -> None:
    made = table(HTML(POLARS))
    assert (texts(made.head), texts(made.body)) == ([["机构", "件数"]], [["教育局", "3"]])
    (series,) = published(code(shown(pd.Series([3, 4], index=OFFICES[:2], name="件数"))))
    assert block_text([series]).split() == ["示例市教育局", "3", "示例市林业局", "4"]


@pytest.mark.parametrize("name", SILENT)
def test_what_cannot_be_set_is_told_in_the_run_and_on_the_review_copy_only(name: str) -> None:
    made = read_document(notebook(markdown("前文。"), code(output(SILENT[name])), markdown("后文。")))
    (note,) = made.notes
    assert note.startswith("第1个代码单元格：有输出只能在 JupyterLab 中查看")
    assert block_text(made.blocks) == "前文。\n后文。" and "JupyterLab" not in html_page(made)
    page = review_page(made)
    assert page.index("前文。") < page.index(note) < page.index("后文。")


def test_what_only_a_browser_shows_within_a_text_is_told_beside_it() -> None:
    made = read_document(notebook(code(output({"text/html": "<p>见下。</p><iframe></iframe><button>刷新</button>"}))))
    assert block_text(made.blocks) == "见下。" and "iframe、button" in made.notes[0]


def test_printed_text_is_for_the_analyst_unless_the_cell_says_that_it_is_markdown() -> None:
    made = read_document(notebook(markdown("# 题"), code(printed("核对：共3处\n"))))
    assert "核对" not in html_page(made) and "共3处" in review_page(made) and "打印的文字" in made.notes[0]
    asis = published(code(printed("共**3**处。\n"), source="#| output: asis\nprint(text)"))
    assert block_text(asis) == "共3处。"


@pytest.mark.parametrize(
    "cell",
    [
        markdown("共**3件。"),
        code(shown(Markdown("共**3件。"))),
        code(printed("共**3件。"), source="#| output: asis\nprint(text)"),
    ],
)
def test_marks_that_markdown_has_not_taken_are_told(cell: dict[str, Any]) -> None:
    made = read_document(notebook(cell))
    (note,) = made.notes
    assert block_text(made.blocks) == "共**3件。" and "会原样印出的标记“共**3件。”" in note
    assert note in review_page(made) and "会原样印出" not in html_page(made)


def test_the_prose_of_a_report_is_not_told_again() -> None:
    assert block_text(published(code(shown(Prose("共**3件。"))))) == "共**3件。", "rule T3 has told it"


def test_a_remark_of_the_report_itself_is_on_the_review_copy_and_no_news() -> None:
    remark = {"text/plain": "（数据不足以成图，从略。）", "application/vnd.govreport.remark+json": {}}
    made = read_document(notebook(code(output({**remark, "text/markdown": remark["text/plain"]}))))
    assert "从略" not in html_page(made) and "数据不足以成图，从略" in review_page(made) and made.notes == ()


@pytest.mark.parametrize(
    "cell",
    ["report.filing", "report.filing.changes", 'report.filing.set("applications.granted.natural", 9)',
     "report.filing.applications.granted", "report.claims()", "report.table(report.claims())",
     "table(report.claims().head(2))", 'report.filing.frame("disputes")', "report.last",
     "report.claims()[lambda claims: claims['结果'] != '不符'].head(3)", "report.comparison.remarks()"],
)  # fmt: skip
def test_what_a_report_shows_to_its_makers_is_on_the_review_copy_only(cell: str) -> None:
    report = example_report()
    value = shown(eval(cell, {"report": report, "table": report_table}))
    made = read_document(notebook(code(shown(report)), code(value)))
    text = "2022年" if cell == "report.last" else value["data"]["text/plain"].split()[0]
    assert made.blocks == () and made.notes == () and text in "".join(review_page(made).split())


def test_a_filing_is_on_a_page_of_ones_own() -> None:
    assert len(published(code(shown(example_report().last)))) > 3


def test_changes_that_deserve_a_remark_are_on_the_page_of_a_comparison() -> None:
    comparison = example_report().comparison
    (made,) = published(code(shown(comparison)), code(shown(comparison.remarks())))
    assert isinstance(made, Grid) and made.caption == "值得说明的变化"


def test_a_place_is_counted_without_the_heading_that_repeats_the_title() -> None:
    account = {"govreport": {"title": ["专题"], "name": "示例局", "year": 2023}}
    made = read_document(notebook(markdown("# 专题\n\n前文。"), code(printed("核对")), markdown("后文。"), **account))
    assert [remark.place for remark in made.remarks] == [1] and block_text(made.blocks) == "前文。\n后文。"


@pytest.mark.parametrize(
    "cell",
    [
        code(printed("藏"), source="#| output: false\nx"),
        code(printed("藏"), source="#| include: false"),
        code(printed("藏"), source="#| echo: false\n#| output: false\n#| label: fig-x"),
        *(
            code(printed("藏"), source=source)
            for source in (
                "#|output:false",
                "# | output: false",
                "#| output：false",
                "#| output: 'false'",
                "#|Output: False\nx",
                "\n#| include: no",
                "  #| output: off  # 内部",
                "#|\toutput : FALSE",
            )
        ),
        *(
            code(printed("藏"), tags=[tag])
            for tag in (
                "remove-cell",
                "hide-cell",
                "remove_output",
                "hide-output",
                "Remove-Output",
                "remove cell",
                "remove_outputs",
                "removecell",
                " Hide-Cells ",
                "Parameters",
            )
        ),
        {**markdown("藏"), "metadata": {"tags": ["hide_cell"]}},
    ],
)
def test_what_options_and_tags_hide_is_nowhere(cell: dict[str, Any]) -> None:
    assert read_document(notebook(cell)) == Document(("报告",), ())


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("#| output: fasle", "选项 output 的值“fasle”不是 true 或 false"),
        ("#| include: 否", "选项 include 的值“否”不是 true 或 false"),
        ("#| output:", "选项 output 的值“none”不是 true 或 false"),
        ("#| eval: false", "eval: false 不能使这一格不运行"),
        ("#| output: false\n#| fig-cap: 图: 一", "写法有误"),
    ],
)
def test_an_output_that_may_be_meant_to_be_hidden_is_hidden_and_told(source: str, told: str) -> None:
    made = read_document(notebook(code(shown(31), source=source)))
    (note,) = made.notes
    assert made.blocks == () and told in note


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("x = 1\n#| output: false\nx", "不在这一格的最前面"),
        ("%%time\n# | output：false\nx", "不在这一格的最前面"),
        ("#| ouput: false\nx", "是否应为 output"),
        ("#| output false\nx", "写法有误"),
        ("#| hide\nx", "写法有误"),
    ],
)
def test_an_option_without_effect_is_told(source: str, told: str) -> None:
    made = read_document(notebook(code(shown(31), source=source)))
    (note,) = made.notes
    assert len(made.blocks) == 1 and told in note


def test_a_caption_keeps_its_colons() -> None:
    (made,) = published(
        code(shown(Image(pixels("PNG"))), source="#| fig-cap：2023年：各局 https://a.example\n#| echo: false")
    )
    assert isinstance(made, Picture) and made.caption == "2023年：各局 https://a.example"


def test_captions_are_given_to_tables_and_pictures_one_by_one() -> None:
    pictures = [shown(Image(pixels("PNG", color=color))) for color in ("red", "green", "blue")]
    source = "#| tbl-cap: 表一 受理情况\n#| label: tbl-one\n#| fig-cap:\n#|   - 左图\n#|   - 右图\nshow()"
    first, left, right, last = published(
        code(shown(pd.DataFrame({"件数": [3]}, index=["甲"])), *pictures, source=source)
    )
    assert [getattr(block, "caption", None) for block in (first, left, right, last)] == [
        "表一 受理情况",
        "左图",
        "右图",
        "",
    ]
    made = read_document(notebook(code(pictures[0], source="# 注释\n#| fig-cap: 不在开头\nshow()")))
    (late,) = made.blocks
    assert isinstance(late, Picture) and late.caption == "" and "不在这一格的最前面" in made.notes[0]


@pytest.mark.parametrize("source", ["#| fig-cap: 图: 一", "#| {", "#| fig-cap: 2023-99-99", "#| " + "[" * 4_000])
def test_options_that_cannot_be_read_are_told(source: str) -> None:
    made = read_document(notebook(code(shown(Image(pixels("PNG"))), source=source)))
    assert made.notes == ("第1个代码单元格：开头的选项（#|）写法有误，未起作用。",) and len(made.blocks) == 1


UNFINISHED = [float("nan"), None, pd.NaT, pd.NA, float("inf"), 1.2e-07, "依申请公开办理情况的说明" * 5]


@pytest.mark.parametrize("value", UNFINISHED, ids=str)
def test_what_pandas_leaves_unfinished_in_a_table_is_told(value: object) -> None:
    frame = pd.DataFrame(
        {
            "机构": ["教育局", "林业局"],
            "值": [value, 100000.5] if str(value) == "1.2e-07" else pd.Series([value] * 2, dtype=object),
        }
    )
    made = read_document(notebook(code(shown(frame))))
    assert isinstance(made.blocks[0], Grid) and "原样排入；空值、截断和从略的请用 report.table(表)" in made.notes[0]
    mended = read_document(notebook(code(shown(report_table(frame)))))
    assert (mended.notes == ()) == (str(value) != "inf"), "a figure is written out, as exact as it is"


def test_figures_and_names_in_a_table_are_no_matter() -> None:
    published(code(shown(pd.DataFrame({"机构": ["Nanjing", "info"], "值": [0.5, -3], "比": ["62%", "……"]}))))


TINY = base64.b64encode(pixels("PNG")).decode()


@pytest.mark.parametrize(
    "cell",
    [
        code(shown(HTML(f'<table><tr><td>甲<td><img src="data:image/png;base64,{TINY}"></table>'))),
        code(shown(HTML(f'<ul><li><table><tr><td><img alt="图" src="data:image/png;base64,{TINY}"></table></ul>'))),
        markdown(f"| 甲 |\n|---|\n| ![](data:image/png;base64,{TINY}) |"),
    ],
)
def test_a_picture_in_a_cell_of_a_table_is_told(cell: dict[str, Any]) -> None:
    made = read_document(notebook(cell))
    (note,) = made.notes
    assert "〔图" in block_text(made.blocks) and note.endswith(IN_CELL)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
LOSING = [
    "<foreignObject><p>受理</p></foreignObject>", '<image href="a.png"/>', '<image l:href="https://a.example/b.png"/>'
]  # fmt: skip


@pytest.mark.parametrize("inner", LOSING)
def test_what_is_taken_out_of_a_drawing_is_told(project: Path, inner: str) -> None:
    (project / "notebooks/a.svg").write_text(SVG.format(inner), encoding="utf-8")
    find = ProjectPictures((project / "notebooks",), (project,))
    cells = (code(output({"image/svg+xml": SVG.format(inner)})), markdown("![流程](a.svg)"))
    made = read_document(notebook(*cells), find=find)
    assert made.notes == (f"第1个代码单元格：{DRAWING_LOST}", f"第1个 Markdown 单元格：{DRAWING_LOST}")
    kept = notebook(cells[1], govreport={"pictures": find.found})
    assert read_document(kept).notes == (f"第1个 Markdown 单元格：{DRAWING_LOST}",) and pdf_bytes(made)


@pytest.mark.parametrize(
    "inner", ["<foreignObject> </foreignObject>", f'<image href="data:image/png;base64,{TINY}" onload="x()"/>', "<g/>"]
)
def test_a_drawing_that_loses_nothing_is_not_told(inner: str) -> None:
    published(code(output({"image/svg+xml": SVG.format(inner)})))


def test_a_character_that_a_picture_lacks_is_told() -> None:
    warned = read_document(notebook(code(printed(WARNED, "stderr"), shown(Image(pixels("PNG"))))))
    assert warned.notes == ("第1个代码单元格：图中有字体没有的字：\ua000、丙，显示为方框；请改用其他写法。",)
    drawn = read_document(notebook(code(output({"image/svg+xml": DRAWN}))))
    assert len(drawn.blocks) == 1 and "图中有字体没有的字" in drawn.notes[0]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project/notebooks/图").mkdir(parents=True)
    (tmp_path / "project/notebooks/图/流程 一.png").write_bytes(pixels("PNG", (40, 20)))
    (tmp_path / "outside.png").write_bytes(pixels("PNG"))
    (tmp_path / "project/notebooks/link.png").symlink_to(tmp_path / "outside.png")
    (tmp_path / "project/notebooks/text.png").write_text("文字", encoding="utf-8")
    return tmp_path / "project"


ADDRESSES = ["图/流程 一.png", "图/%E6%B5%81%E7%A8%8B%20%E4%B8%80.png", "../notebooks/图/流程 一.png"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_pictures_of_the_project_are_embedded_and_stay_in_the_notebook(project: Path, address: str) -> None:
    find = ProjectPictures((project / "notebooks",), (project,))
    book = notebook(markdown(f"![流程](<{address}>)"), code(shown(HTML(f'<img src="{address}" alt="流程">'))))
    made = read_document(book, find=find)
    assert [block.alt for block in made.blocks if isinstance(block, Picture)] == ["流程"] * 2 and made.notes == ()
    kept = {**book, "metadata": {"govreport": {"pictures": find.found}}}
    assert read_document(kept).blocks == made.blocks, "the notebook alone is enough"


@pytest.mark.parametrize(
    "address",
    ["none.png", "../../outside.png", "link.png", "text.png", "图", "/etc/hostname", "https://a.example/x.png", "a\0"],
)
def test_any_other_picture_is_told(project: Path, address: str) -> None:
    find = ProjectPictures((project / "notebooks",), (project,))
    made = read_document(notebook(code(shown(HTML(f'<p>见<img alt="说明" src="{address}">。')))), find=find)
    assert block_text(made.blocks) == "见〔图：说明〕。" and "找不到、无法读取或不在项目中" in made.notes[0]
    assert find.found == {}


def test_a_lost_picture_in_markdown_and_a_spoilt_attachment_are_told() -> None:
    made = read_document(
        notebook(markdown("![图](attachment:a.png)", **{"a.png": b"x"}), code(shown(Markdown("![](b.png)"))))
    )
    told = "图片 {} 找不到、无法读取或不在项目中，未排入页面。"
    places = ("第1个 Markdown 单元格：", "attachment:a.png"), ("第1个代码单元格：", "b.png")
    assert made.notes == tuple(place + told.format(address) for place, address in places)


PNG = base64.b64encode(pixels("PNG", (400, 200))).decode()
SIZES: list[tuple[dict[str, Any], tuple[float, float]]] = [
    (shown(Image(pixels("PNG", (400, 200)), width=60)), (45, 22.5)),
    (shown(Image(pixels("PNG", (400, 200)), width=80, height=80)), (60, 60)),
    (shown(Image(pixels("PNG", (400, 200)), height=80)), (120, 60)),
    (shown(HTML(f'<img src="data:image/png;base64,{PNG}" width=50>')), (37.5, 18.75)),
    (shown(HTML(f'<img src="data:image/png;base64,{PNG}" width="50%">')), (221.1, 110.55)),
    (shown(HTML(f'<img src="data:image/png;base64,{PNG}" style="color: red; WIDTH: 2in" width=50>')), (144, 72)),
    (shown(Image(pixels("PNG", (400, 200), dpi=(200, 200)))), (144, 72)),
    (shown(HTML(f'<img src="data:image/png;base64,{PNG}" width=9000>')), (442.2, 221.1)),
]


@pytest.mark.parametrize(("made", "size"), SIZES, ids=range(len(SIZES)))
def test_a_picture_has_the_size_asked_for_in_every_format(made: dict[str, Any], size: tuple[float, float]) -> None:
    document = read_document(notebook(code(made)))
    with pdfplumber.open(io.BytesIO(pdf_bytes(document))) as pdf:
        (image,) = pdf.pages[0].images
    assert (float(image["width"]), float(image["height"])) == pytest.approx(size, abs=0.5)
    (shape,) = docx.Document(io.BytesIO(docx_bytes(document))).inline_shapes
    assert (shape.width.pt, shape.height.pt) == pytest.approx(size, abs=0.5)
    if size[0] < 442:
        assert f"{size[0]:.4g}pt" in html_page(document) or f"height: {size[1]:.4g}pt" in html_page(document)


def test_a_picture_without_a_size_keeps_its_own() -> None:
    (made,) = published(code(shown(Image(pixels("PNG", (400, 200))))))
    assert isinstance(made, Picture) and (made.width, made.height) == (0, 0)
    assert "style=" not in html_page(Document(("题",), (made,))).partition("<img")[2].partition(">")[0]
    assert Pixels.open(io.BytesIO(made.data)).size == (400, 200)


@pytest.mark.parametrize(
    ("text", "points"), [("2.54cm", 72), ("20mm", 56.7), (" 12 PX ", 9), ("auto", 0), ("", 0), (None, 0), ("-3", 0)]
)
def test_lengths_are_read_as_css_reads_them(text: object, points: float) -> None:
    assert length_in_points(text) == pytest.approx(points, abs=0.05)


def test_remarks_hold_nothing_that_a_page_or_terminal_cannot_print() -> None:
    made = read_document(notebook(code(printed("核对\x1b[31m\x07\ud800"), output({"a/\x1bb\u202e": "x"}))))
    assert all("\x1b" not in remark.text and "\u202e" not in remark.text for remark in made.remarks)
    assert isinstance(made.remarks[0], Remark) and block_text(made.remarks[0].blocks) == "核对"
