"""Reports as web pages, in the manners of different sites and editors."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from random import Random

from corpus_report import Block, Cell, Grid, Report, body

SITE = "示例市人民政府门户网站"
CHROME = ("网站首页", "政务公开栏", "办事大厅", "互动交流区", "无障碍浏览", "网站地图导航")
FOOT = (
    "主办：示例市人民政府办公室",
    "备案编号：示例备000000号",
    "网站标识码：0000000000",
    "建议使用一千零二十四像素以上屏幕浏览",
)


def spans_real(cell: Cell) -> str:
    """The span attributes of a cell."""
    return (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (f' colspan="{cell.cols}"' if cell.cols > 1 else "")


def table_rows(grid: Grid, spans: str) -> list[list[tuple[Cell, str, bool]]]:
    """Row by row: cell, its attributes, and whether its text is written.

    spans: real (rowspan and colspan), empty (an empty cell for every covered place), repeat (the text again in
    every covered place), down (colspan as it should be, empty cells instead of rowspan), short (covered places
    left out), wrong (colspans of labels one too few).
    """
    places, lines = grid.at(), []
    for row in range(grid.rows):
        line: list[tuple[Cell, str, bool]] = []
        for col in range(grid.cols):
            cell = places.get((row, col))
            if cell is None:
                continue
            first, starts = (cell.row, cell.col) == (row, col), cell.row == row
            if spans in ("empty", "repeat"):
                line.append((cell, "", first or (spans == "repeat" and cell.role != "figure")))
            elif spans == "down" and cell.col == col:
                line.append((cell, f' colspan="{cell.cols}"' if cell.cols > 1 else "", starts))
            elif spans == "short" and first:
                line.append((cell, f' colspan="{cell.cols}"' if cell.cols > 1 and row < grid.heads else "", True))
            elif spans == "wrong" and first:
                cols = cell.cols - 1 if cell.role == "label" and cell.cols > 1 else cell.cols
                line.append((cell, spans_real(Cell("", 0, 0, cell.rows, cols)), True))
            elif spans == "real" and first:
                line.append((cell, spans_real(cell), True))
        lines.append(line)
    return lines


def table(
    grid: Grid, inner: Callable[[str], str], spans: str = "real", tag: str = "", attributes: str = ' border="1"'
) -> str:
    """A grid as an HTML table; tag: "sections" for thead, tbody and th."""
    lines = []
    for row, line in enumerate(table_rows(grid, spans)):
        cells = []
        for cell, span, written in line:
            name = "th" if tag and cell.role in ("head", "group") else "td"
            cells.append(f"<{name}{span}>{inner(cell.text) if written else ''}</{name}>")
        text = "<tr>" + "".join(cells) + "</tr>"
        if tag and grid.heads:
            text = ("<thead>" if row == 0 else "") + text + ("</thead><tbody>" if row == grid.heads - 1 else "")
        lines.append(text)
    close = "</tbody>" if tag and grid.heads else ""
    return f"<table{attributes}>\n" + "\n".join(lines) + close + "\n</table>"


def plain(text: str) -> str:
    """Text as it is; line breaks as br."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def entities(text: str) -> str:
    """Every third character as a numeric entity, spaces as nbsp."""
    out = [f"&#{ord(char)};" if index % 3 == 1 else html.escape(char) for index, char in enumerate(text)]
    return "".join(out).replace(" ", "&nbsp;").replace("\n", "<br/>")


def word(text: str) -> str:
    """As pasted from a word processor: runs of digits and of hanzi in spans of their own, some of them split."""
    runs = re.findall(r"[0-9.,]+|\n|[^0-9.,\n]+", text)
    parts = []
    for run in runs:
        if run == "\n":
            parts.append("</span></p><p class=MsoNormal><span style='font-size:12.0pt'>")
        elif run[0].isdigit() and len(run) > 1:
            parts.append(
                f"<span lang=EN-US style='font-family:Times'>{run[:1]}</span><span lang=EN-US>{run[1:]}</span>"
            )
        elif run[0].isdigit():
            parts.append(f"<span lang=EN-US style='mso-bidi-font-size:10.5pt'>{run}</span>")
        else:
            middle = len(run) // 2
            parts.append(f"<font face='仿宋_GB2312'>{html.escape(run[:middle])}</font>{html.escape(run[middle:])}")
    return "<p class=MsoNormal align=center><span style='font-size:12.0pt'>" + "".join(parts) + "<o:p></o:p></span></p>"


def word_inline(text: str) -> str:
    """A paragraph's runs, without the paragraph around."""
    return re.sub(r"</?p[^>]*>", "", word(text))


def blocks_html(
    report: Report,
    *,
    heading: str = '<p class="bt"><strong>{}</strong></p>',
    paragraph: str = "<p>　　{}</p>",
    title: str = "<h1>{}</h1>",
    sign: str = '<p style="text-align:right">{}</p>',
    inner: Callable[[str], str] = plain,
    run: Callable[[str], str] = plain,
    **how: str,
) -> str:
    """The report's body."""
    forms = {"h": heading, "p": paragraph, "title": title, "sign": sign}
    parts = []
    for block in body(report):
        if block.kind == "grid" and block.grid:
            parts.append(table(block.grid, inner, **how))
        elif block.kind == "comment":
            parts.append(block.text)
        elif block.kind == "picture":
            parts.append('<p style="text-align:center"><img src="W020000000000.png" alt="" width="600"></p>')
        else:
            parts.append(forms[block.kind].format(run(block.text)))
    return "\n".join(parts)


def page(report: Report, content: str, *, site: bool = True, charset: str = "utf-8", style: str = "") -> str:
    """A whole page around the content, without chrome."""
    name = "".join(report.title) + (f"_{SITE}" if site else "")
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="{charset}">\n<title>{html.escape(name)}</title>\n'
        f"<style>table{{border-collapse:collapse}} td,th{{border:1px solid #000;padding:3px}} {style}</style></head>\n"
        f"<body>\n{content}\n</body></html>\n"
    )


def meta_table(report: Report, nbsp: bool = False) -> str:
    """The table of metadata that sites print above a document."""
    gap = "&nbsp;&nbsp;" if nbsp else ""
    name = "".join(report.title)
    rows = (
        ("索引号", f"00000000/{report.year + 1}-0{report.rng.randint(1000, 9999)}", "信息分类", "年度报告；其他"),
        ("发布机构", report.agency, "发文日期", f"{report.year + 1}-01-{report.rng.randint(10, 28)}"),
        ("文号", "", "关键词", "信息公开；统计"),
    )
    lines = "".join(
        "<tr>"
        + "".join(f"<td>{gap.join(key) if nbsp else key}</td><td>{value}</td>" for key, value in (r[:2], r[2:]))
        + "</tr>"
        for r in rows
    )
    return (
        f'<table class="meta"><tr><td>名称</td><td colspan="3">{name}</td></tr>{lines}'
        '<tr><td>时效</td><td colspan="3">有效</td></tr></table>'
    )


def cms(report: Report, content: str, rng: Random) -> str:
    """A page with a site's chrome: navigation, breadcrumbs, metadata, share buttons, neighbours, footer, scripts."""
    other = f"范例区财政局{report.year - 1}年政府信息公开工作年度报告"
    report.absent += [CHROME[5], FOOT[3], other]
    nav = "".join(f'<li><a href="/c{i}/index.html">{text}</a></li>' for i, text in enumerate(CHROME))
    tree = "".join(f'<li><a href="#">{year}年</a></li>' for year in range(report.year - 3, report.year + 2))
    return page(
        report,
        f"""<script>var siteId="000", today="{report.year + 2}年5月6日";
function go(){{ if (1 < 2) return "<b>"; }}</script>
<div id="top"><ul class="nav">{nav}</ul><form action="/s"><input name="q" value="请输入关键词"></form></div>
<div class="crumbs">您现在的位置：<a href="/">首页</a> &gt; <a href="#">信息公开年报</a> &gt; 正文</div>
<div class="side"><h3>历年年报</h3><ul>{tree}</ul></div>
<div class="main">{meta_table(report, nbsp=rng.random() < 0.5)}
<h2 class="tit">{"".join(report.title)}</h2>
<div class="info">发布时间：{report.year + 1}-01-22 09:1{rng.randint(0, 9)} 来源：{report.agency}
浏览次数：<span>1{rng.randint(10, 99)}</span>
 字体：[<a>大</a> <a>中</a> <a>小</a>]</div>
<div class="TRS_Editor" id="zoom"><style>.TRS_Editor p{{line-height:2}}</style>
{content}
</div><!-- 正文结束 -->
<div class="near">上一篇：<a href="#">{other}</a><br>下一篇：<a href="#">没有了</a></div></div>
<div id="foot"><p>{"</p><p>".join(FOOT)}</p></div><iframe src="about:blank"></iframe>""",
    )


def layout(report: Report, content: str) -> str:
    """An old page: tables within tables, upper-case tags, no doctype."""
    report.absent.append(CHROME[4])
    nav = "".join(f'<TD><A HREF="#">{text}</A></TD>' for text in CHROME)
    side = f"<TABLE><TR><TD>机构设置</TD></TR><TR><TD>{report.year + 1}年</TD></TR></TABLE>"
    return (
        f"<HTML><HEAD><META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=CHARSET'><TITLE>{SITE}</TITLE></HEAD>"
        f"<BODY><TABLE WIDTH=980 BORDER=0><TR>{nav}</TR></TABLE>"
        f"<TABLE WIDTH=980 BORDER=0><TR><TD WIDTH=180 VALIGN=top>{side}"
        f"</TD><TD><TABLE WIDTH=100%><TR><TD>{content}</TD></TR></TABLE></TD></TR></TABLE>"
        f"<TABLE><TR><TD>{FOOT[0]}</TD></TR></TABLE></BODY></HTML>"
    )


WORD = {
    "heading": "<p class=MsoNormal style='text-indent:32.0pt'><b><span style='font-family:黑体'>{}</span></b></p>",
    "paragraph": "<p class=MsoNormal style='text-indent:32.0pt;line-height:28.0pt'>{}<span><o:p></o:p></span></p>",
    "title": "<p class=MsoNormal align=center style='text-align:center'><span style='font-size:22.0pt'>{}</span></p>",
    "sign": "<p class=MsoNormal align=right>{}</p>",
}
DIVS = {
    "heading": "<div><span style='font-weight:bold'>{}</span></div>",
    "paragraph": "<div>&nbsp; &nbsp; {}</div>",
    "title": "<div style='font-size:22px;text-align:center'>{}</div>",
    "sign": "<div align='right'>{}</div>",
}
SHADED = "<p><span class=s>　　{}</span></p>"
SECTIONS = {"heading": "<h2>{}</h2>", "paragraph": "<p>{}</p>", "title": "<h1>{}</h1>"}
BREAKS = {"heading": "<br/>　　{}<br/>", "paragraph": "　　{}<br/>", "title": "<center>{}</center>", "sign": "{}<br/>"}


def write(report: Report, style: str, spans: str = "real") -> str:
    """The report as a page in a style: plain, shaded, word, cms, cms-word, layout, sections, divs, breaks, entities."""
    if style == "plain":
        return page(report, blocks_html(report, spans=spans))
    if style == "shaded":
        shaded = {"heading": SHADED, "paragraph": SHADED}
        return page(
            report,
            blocks_html(report, **shaded, spans=spans),
            style="p{margin:0} .s{background:#fdfdfd;padding:.5em 0}",
        )  # type: ignore[arg-type]
    if style == "word":
        head = "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->\n"
        return page(report, head + blocks_html(report, **WORD, inner=word, run=word_inline, spans=spans), site=False)  # type: ignore[arg-type]
    if style == "cms":
        return cms(report, blocks_html(report, title="<!--{}-->", spans=spans), report.rng)
    if style == "cms-word":
        forms = {**WORD, "title": "<!--{}-->"}
        return cms(report, blocks_html(report, **forms, inner=word, run=word_inline, spans=spans), report.rng)  # type: ignore[arg-type]
    if style == "layout":
        return layout(report, blocks_html(report, spans=spans, attributes=" BORDER=1 CELLSPACING=0"))
    if style == "sections":
        return page(
            report,
            "<main><article>" + blocks_html(report, **SECTIONS, spans=spans, tag="sections") + "</article></main>",
        )
    if style == "divs":
        return page(report, blocks_html(report, **DIVS, spans=spans), site=False)
    if style == "breaks":
        return page(report, "<div id='content'>" + blocks_html(report, **BREAKS, spans=spans) + "</div>")
    assert style == "entities", style
    return page(report, blocks_html(report, inner=entities, run=entities, spans=spans))


__all__ = ["Block", "write"]
