"""A document as one self-contained HTML file: every text escaped, no script, no network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache, partial
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from govreport import __version__
from govreport.charts import drawing_address
from govreport.checks import SEVERITY_NAMES
from govreport.core import BRACKET, Block, GovReportError, Grid, GridCell, Paragraph, Picture
from govreport.filing import TEMPLATES as PROJECT_TEMPLATES
from govreport.publish.appearance import emblem_picture, within_bounds
from govreport.publish.document import Document
from govreport.publish.layout.typography import PHONE
from govreport.publish.markup import markdown_blocks
from govreport.publish.pictures import SVG, stated_width
from govreport.tables import CellWriter, plain_cell, table_html

TEMPLATES = Path(__file__).parent / "templates"
_WORD = re.compile("[!-~]+")
TITLE_LEVEL = 1
UNLIKE = "只能在 header、footer 中加文字、链接、图片，在 own_style 末尾加字体，其他应照原有的模板。"
"""What is said of a project's template that does anything else."""
_PARTS = re.compile("(?s)(.*?)(</style>.*?<body>)(.*?)(<main>.*</main>)(.*?)((?:<script|</body>).*)")
_AROUND = re.compile(
    "(?:[^<]|</?(?:header|footer|nav|div|p|span|a|br|hr|img|strong|em|b|i)(?:"
    r'\s+(?:class="(?:site|meta|emblem|letterhead)"|(?:href|src|alt|title|lang|rel|width|height)="[^"<>]*"))*\s*/?>)*'
)
_TYPE = re.compile(r"(?:[^{}@<:\\]+\{(?:\s*(?:font-(?:family|style|weight)|text-align)\s*:[^{};@<:\\]+;?)*\s*\}|\s)*")
"""Text around a page, and rules for its type: what these hold hides and covers nothing."""
MOST_NARROW = 8
"""Most columns that a screen shows without scrolling."""
DIGIT, GAP, LONGEST_WORD = 0.55, 0.4, 16
"""Width of a digit and of the space around a word, in em; length in digits up to which a word is not broken."""
RELATIVE_WIDTHS = {".": 0.5, ",": 0.5, "(": 0.6, ")": 0.6, "-": 0.6, "%": 1.7}
"""Widths of other characters in figures, in digits."""
NARROWEST = 17.0
"""The width that every screen has, in em."""


def html_page(document: Document) -> str:
    """Return a document as a self-contained HTML page.

    >>> from govreport.core import plain_paragraph
    >>> page = html_page(Document(("示例报告",), (plain_paragraph("<b>"),)))
    >>> "&lt;b&gt;" in page and "<title>示例报告</title>" in page
    True
    """
    usual = render("report.html", document, body_html(document.blocks, beside=document.analysed))
    own = document.account.appearance.templates.get("html", "")
    return within_bounds("html", _own_page, document, usual) if own else usual


def render(name: str, document: Document, body: Iterable[str], own: str = "", **values: object) -> str:
    """Return a document in a page template.

    name: of one of the package's; body: the blocks as HTML; own: the text of a project's template in its place; values:
    further values that the template uses.
    """
    look = document.account.appearance
    known = {"document": document, "account": document.account, "look": look, "emblem": emblem_picture(look)}
    page = (own_template(own) if own else template(name)).render(known, body="\n".join(body), **values)
    return page.encode(errors="replace").decode()  # a table's ids may hold halves of characters as well


def _own_page(document: Document, usual: str) -> str:
    """Return a document's page in a project's template, which is the usual one but for text around it, and its type.

    So nothing that it shows is hidden, covered or changed, and anybody's notebook may bring such a template.
    Raises GovReportError for a mistake in the template, and for whatever else it does.
    """
    name, own = PROJECT_TEMPLATES["html"], document.account.appearance.templates["html"]
    try:
        page = render("", document, body_html(document.blocks, beside=document.analysed), own)
    except Exception as error:  # a template may fail in every way
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
        line = getattr(error, "lineno", None) or (lines or [1])[-1]
        raise GovReportError(f"{name} 第{line}行有错（{str(error) or type(error).__name__}）；请改正模板。") from None
    begin, head, header, main, footer, rest = _PARTS.findall(usual)[0]
    added = [page]
    for part in (begin, head, main, rest):
        added += added.pop().split(part, 1)
    if len(added) == 5:
        first, style, above, below, last = added
        around = above.replace(header.strip(), "", 1), below.replace(footer.strip(), "", 1)
        if not f"{first}{last}".strip() and all(map(_AROUND.fullmatch, around)) and _TYPE.fullmatch(style):
            return page
    raise GovReportError(f"{name} {UNLIKE}")


def page_json(data: Mapping[str, Any]) -> str:
    r"""Return JSON as a script element may hold it.

    >>> print(page_json({"a": "</script>"}))
    {"a":"\u003c/script>"}
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return text.encode(errors="backslashreplace").decode()  # JSON holds halves of characters escaped, no file does


@lru_cache
def template(name: str) -> Template:
    """Return one of the package's page templates, with escaping on."""
    return _environment(Environment).get_template(name)


@lru_cache
def own_template(text: str) -> Template:
    """Return a project's own page template; it may extend one of the package's, and call nothing but what that may."""
    return _environment(ImmutableSandboxedEnvironment, undefined=StrictUndefined).from_string(text)


def _environment(kind: type[Environment], **own: Any) -> Environment:
    """Return an environment of templates with escaping on, and with all that they may call."""
    environment = kind(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, **own)
    for known in (compact_style, page_json, picture_address, site, source_hash, stated_width, whole_numbers):
        environment.filters[known.__name__] = known
    environment.globals.update(version=__version__, severities=SEVERITY_NAMES, page_part=page_part, bracket=BRACKET)
    return environment


def site(text: str) -> str:
    """Return the Markdown above or below a page as HTML."""
    return "".join(body_html(markdown_blocks(text)))


def source_hash(text: str) -> str:
    """Return the source expression by which a page's policy allows exactly this text (Content Security Policy 3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache
def page_part(name: str) -> str:
    """Return the text of a style sheet or script that pages hold, without what only people need."""
    text = (TEMPLATES / Path(name).name).read_text(encoding="utf-8")
    return compact_style(text) if name.endswith(".css") else re.sub(r"^ +(//.*\n)?", "", text, flags=re.MULTILINE)


def compact_style(text: str) -> str:
    """Return a style sheet without spaces that only people need.

    >>> compact_style("a, td > a { color: inherit; } p { margin: 0 }")
    'a,td > a{color:inherit;}p{margin:0}'
    """
    return re.sub(r"(?<=[:;,{}])\s+|\s+(?=[{}])", "", text)


def body_html(blocks: Iterable[Block], cell: CellWriter = plain_cell, beside: Set[int] = frozenset()) -> Iterator[str]:
    """Yield each block as HTML; headings never skip a level, and ids never repeat.

    cell: writes the cells of tables. beside: numbers of the blocks that are marked as none of the filing's.
    """
    write, level = template("blocks.html").module.block, TITLE_LEVEL  # type: ignore[attr-defined]
    table = partial(_table, ids=count(1), cell=cell)
    for number, block in enumerate(blocks):
        heading = block.heading if isinstance(block, Paragraph) else 0
        level = min(heading + TITLE_LEVEL, level + 1, 6) if heading else level
        html = write(block, table, level if heading else 0)
        yield re.sub(r"\A<\w+", r'\g<0> data-govreport="cell"', str(html)) if number in beside else html


def _table(table: Grid, ids: Iterator[int], cell: CellWriter) -> str:
    """Return a table in a frame that scrolls where it is narrower than the table, beside the table's labels."""
    region = f'role="region" aria-label="{escape(table.caption or "表格")}" tabindex="0"'
    width, least = len(table.widths), _least_width(table)
    told = [f"--columns: {width}"] * (width > MOST_NARROW) + [f"--least: {least:.1f}em"] * (least > NARROWEST)
    wide = f' style="{"; ".join(told)}"' if told else ""

    def write(one: GridCell) -> tuple[dict[str, str], str]:
        own, inner = cell(one)
        stays = told and (one.scope.startswith("row") or one.row == one.column == 0)
        return ({**own, "data-stays": str(one.column)} if stays else own), inner

    return f'<div class="scroll"{wide} {region}>{table_html(table, ids, write)}</div>'


def _least_width(table: Grid) -> float:
    """Return the least width in em at which every column holds its longest word or figure."""
    words = ((_longest_word(cell.text), table.widths[cell.column]) for cell in table.cells if cell.columns == 1)
    return max(((word * DIGIT + GAP) * sum(table.widths) / share for word, share in words), default=0)


@lru_cache(maxsize=4096)  # most texts of cells are the same in all reports of a form
def _longest_word(text: str) -> float:
    words = (sum(RELATIVE_WIDTHS.get(letter, 1) for letter in word) for word in _WORD.findall(text))
    return min(max(words, default=0), LONGEST_WORD)


def picture_address(picture: Picture) -> str:
    """Return a picture as an address in quotes."""
    if picture.media == SVG:
        return f"'{drawing_address(picture.data.decode('utf-8', 'replace'))}'"
    return f'"data:{picture.media};base64,{base64.b64encode(picture.data).decode()}"'


@lru_cache(maxsize=4096)
def whole_numbers(text: str) -> str:
    """Return a text as HTML in which no line divides a telephone number."""
    return PHONE.sub(r'<span class="whole">\1</span>', escape(text))
