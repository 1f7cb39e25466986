"""Markdown as HTML, in the way that a writer of Chinese means it, whatever the version of the library.

markdown-it-py reads CommonMark 0.31 and the tables and strikethrough of GitHub Flavored Markdown. Emphasis follows
the CommonMark CJK-friendly Amendments (https://github.com/tats-u/markdown-cjk-friendly, specification of July 2026,
Unicode 17): beside a Chinese character punctuation does not keep a mark from opening or closing. Chinese quotation
marks and dashes, which Unicode calls ambiguous, count as Chinese here. A line that begins with spaces is no code: that
is how paragraphs are indented.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock, list_block, reference
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def, footnote_ref
from mdit_py_plugins.tasklists import tasklists_plugin

from govreport.core.html_walk import NO_TEXT
from govreport.core.textfile import LONGEST_MARKDOWN

DEEPEST = 60
"""Elements of Markdown within each other: two for each list or quotation."""
BRACKETS = 10
"""Brackets of links within each other; each costs a reading of all that follows."""
TOO_LONG = "（此处的文字超过{most:,}个字符，未排入；请分成几段。）"
TOO_DEEP = "（此处的内容嵌套过深，未排入。）"
BRACKET = "bracket"
"""Class of a list whose numbers have a bracket behind them."""
LINE_END, LOST = "<span> </span>", "data-lost"
"""A line end within a paragraph; the attribute that holds a line that is no part of its row or item as written."""
USED = "used"
"""Key of the labels that links may refer to in what a reading knows."""
FOOTNOTE, DONE, OPEN = "〔注{}〕", "√ ", "□ "
_CHINESE = re.compile(
    "[\u1100-\u11ff\u2018\u2019\u201c\u201d\u2013-\u2015\u2026\u00b7\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\ua4c6"
    "\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uffee\U00016fe0-\U0001b2fb"
    "\U0001d300-\U0001d376\U0001f200-\U0001f265\U00020000-\U0003fffd\U000e0100-\U000e01ef]"
)
"""Chinese, Japanese and Korean characters, and the selectors of their variants."""
_HIDING = re.compile(
    rf"<({'|'.join(NO_TEXT)}|table\b|!--|[!?]|\w+(?=[^<>]*(?:\shidden\b|display\s*:\s*none)))", re.IGNORECASE
)
_VARIANT = re.compile("[\ufe00-\ufe0e]")
_TARGET = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:|[#/.]")
"""What a link leads to: brackets behind brackets are a document's number or a note else."""
_NO_ITEM = re.compile(r"\d{4,}[.)]|- *\d+ *-\s*$")
"""No mark of an item: a year, the number of a page."""
_ADDRESS = re.compile(r"\[((?!\^)[^\]]*)\]:\s*<?(?:[A-Za-z][\w+.-]*:|[\w./%-]+\.\w+|[#/])")
"""A definition of a link: what follows the label is an address and no sentence."""
_BRACKETS = re.compile(r"\\.|(^(?:[> \t*+-]|\d+[.)])*)?\[((?:[^\[\]\\]|\\.)+)\](:?)", re.MULTILINE)
"""Brackets, with what stands before them where they begin a line, and a colon behind them."""
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:", re.MULTILINE)


def markdown_html(text: str) -> str:
    r"""Return Markdown as HTML; HTML in it is handed on as it stands.

    >>> markdown_html("受理**（含网上）**3件")
    '<p>受理<strong>（含网上）</strong>3件</p>\n'
    """
    if len(text) > LONGEST_MARKDOWN:
        return f"<p>{TOO_LONG.format(most=LONGEST_MARKDOWN)}</p>"
    parser, told = _parser(), dict[str, Any]()
    tokens = parser.parse(text, told)
    deep = any(token.level >= DEEPEST - 1 for token in tokens)
    return _closed(str(parser.renderer.render(tokens, parser.options, told))) + (f"<p>{TOO_DEEP}</p>" if deep else "")


def block_lines(text: str) -> list[tuple[int, int]]:
    r"""Return where paragraphs, lists, tables, quotations and footnotes begin and end, in lines; headings are left out.

    >>> block_lines("# 概况\n主要做法：\n\n- 一条\n- 二条")
    [(1, 2), (3, 5)]
    """
    tokens = _parser().parse(text[:LONGEST_MARKDOWN], {})
    maps = {(t.map[0], -t.map[1]) for t in tokens if t.map and t.type not in {"heading_open", "inline"}}
    found: list[tuple[int, int]] = []
    for begin, end in sorted(maps):
        if not found or begin >= found[-1][1]:
            found.append((begin, -end))
    return found


def link_definitions(text: str) -> list[str]:
    r"""Return the lines of Markdown that define links and are printed nowhere.

    >>> link_definitions("见[附件]。\n\n[附件]: 名单.pdf\n\n[附表]: 表.pdf")
    ['[附件]: 名单.pdf']
    """
    told, lines = dict[str, Any](), text.split("\n")
    if "]:" in text:
        _parser().parse(text[:LONGEST_MARKDOWN], told)
    return [lines[link["map"][0]] for link in told.get("references", {}).values()]


def _closed(html: str) -> str:
    """Return HTML in which whatever would hide all that follows, or misplace it, since nothing closes it, is text."""
    lower = html.lower()
    last = cache(lambda name: lower.rfind("-->" if name == "!--" else f"</{name}"))
    return _HIDING.sub(lambda found: found[0] if last(found[1].lower()) > found.start() else f"&lt;{found[1]}", html)


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _Emphasis(src, md, env, tokens)
        state.level = DEEPEST - BRACKETS
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _Emphasis(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Return whether a run of marks can open and close emphasis, and its length (CJK-friendly Amendments, 6.2).

        Three things go further: beside a digit two marks do as beside a Chinese character; two underscores part a
        Chinese word from punctuation, since no Chinese word has underscores; between digits no mark is emphasis: stars
        multiply, tildes are a range.
        """
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before, after = self.src[start - 1 : start] or " ", self.src[end : min(end + 1, self.posMax)] or " "
        if _VARIANT.match(before) and not self.src[start - 2 : start - 1].isspace():
            before = self.src[start - 2 : start - 1] or " "
        count = end - start
        if before.isdigit() and after.isdigit():
            return Scanned(False, False, count)
        if before.isspace() or after.isspace():
            return Scanned(not after.isspace(), not before.isspace(), count)
        marks = [unicodedata.category(character)[0] in "PS" for character in (before, after)]
        wide = [bool(_CHINESE.match(character)) for character in (before, after)]
        if canSplitWord:
            free = any(wide) or (count > 1 and (before.isdigit() or after.isdigit()))
            return Scanned(free or marks[0] or not marks[1], free or marks[1] or not marks[0], count)
        opens = marks[0] or (count == 2 and marks[1] and wide[0])
        return Scanned(opens, marks[1] or (count == 2 and marks[0] and wide[1]), count)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _definition(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """Read the first definition of a link that something refers to; whatever else stands behind ``[注]:`` is text."""
    if not (found := _ADDRESS.match(_line(state, startLine))):
        return False
    if USED not in state.env:
        brackets = (bracket.groups() for bracket in _BRACKETS.finditer(state.src))
        labels = (label for begins, label, colon in brackets if label and (begins is None or not colon))
        state.env[USED] = set(map(normalizeReference, labels))
    label, known = normalizeReference(found[1]), state.env.get("references", {})
    return label in state.env[USED] and label not in known and reference(state, startLine, endLine, silent)


def _note_text(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """Read the first text of a footnote; another one under the same label stays text."""
    found, known = _NOTE.match(_line(state, startLine)), state.env.get("footnotes", {}).get("refs", {})
    is_again = found is not None and f":{found[1]}" in known
    return (silent or not is_again) and footnote_def(state, startLine, endLine, silent)


def _note_mark(state: StateInline, silent: bool) -> bool:
    """Read the mark of a footnote; one that begins a line and has a colon is the label of another text."""
    return not _NOTE.match(state.src, state.pos) and footnote_ref(state, silent)


def _list(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """Read a list, which a year or a page's number neither begins nor goes on with, but ends."""
    goes_on, is_none = silent and state.parentType == "list", bool(_NO_ITEM.match(_line(state, startLine)))
    return is_none and goes_on if is_none or goes_on else list_block(state, startLine, endLine, silent)


def _keep_numbers(state: StateCore) -> None:
    """Give the items of a numbered list the numbers that were typed, unless all are the same, and its bracket."""
    lists: list[list[Token]] = []
    for token in state.tokens:
        if token.type == "ordered_list_open":
            lists.append([])
            if token.markup == ")":
                token.attrSet("class", BRACKET)
        elif token.type == "list_item_open" and token.info:
            lists[-1].append(token)
        elif token.type == "ordered_list_close":
            items = lists.pop()
            for item in items if len({item.info for item in items}) > 1 else ():
                item.attrSet("value", item.info)


def _mark_lost(state: StateCore) -> None:
    """Mark rows with more cells than their table's head, or no bar, and items that take in a line at the margin."""
    lines, columns, items = state.src.split("\n"), 0, list[Token]()
    for token in state.tokens:
        if token.type == "table_open":
            columns = 0
        elif token.type == "th_open":
            columns += 1
        elif token.type == "tr_open" and columns and token.map:
            line = lines[token.map[0]].strip("> \t")
            cells = escapedSplit(line.removeprefix("|").removesuffix("|"))
            if len(cells) > columns or "|" not in line:
                token.attrSet(LOST, line)
        elif token.type == "list_item_open":
            items.append(token)
        elif token.type == "list_item_close":
            items.pop()
        elif token.type == "inline" and items and token.map:
            for line in lines[token.map[0] + 1 : token.map[1]]:
                if not line.startswith((" ", "\t", ">")):
                    items[-1].attrSet(LOST, line)


def _keep_footnotes(state: StateCore) -> None:
    """Give footnotes that nothing refers to a number behind the others, so that they are printed too."""
    notes = state.env.get("footnotes", {"refs": {}})
    for label in [label for label, number in notes["refs"].items() if number < 0]:
        notes["refs"][label] = len(notes["list"])
        notes["list"][len(notes["list"])] = {"label": label[1:], "count": 0}


def _note(tokens: Sequence[Token], at: int) -> str:
    return FOOTNOTE.format(tokens[at].meta["id"] + 1)


def _html(tokens: Sequence[Token], at: int) -> str:
    content = tokens[at].content
    if content.startswith('<input class="task-list-item-checkbox"'):
        return DONE if "checked=" in content else OPEN
    return content


_RULES: Mapping[str, Callable[[Sequence[Token], int], str]] = {
    "softbreak": lambda tokens, at: LINE_END,
    "hardbreak": lambda tokens, at: "<br>",
    "html_block": _html,
    "html_inline": _html,
    "math_inline": lambda tokens, at: escape(f"${tokens[at].content}$"),
    "math_block": lambda tokens, at: f"<pre>{escape(tokens[at].content)}</pre>",
    "footnote_ref": _note,
    "footnote_open": lambda tokens, at: f"<p>{_note(tokens, at)}",
    "paragraph_open": lambda tokens, at: "" if tokens[at].hidden or tokens[at - 1].type == "footnote_open" else "<p>",
    **{f"footnote_{rest}": lambda tokens, at: "" for rest in ("anchor", "block_open", "block_close", "close")},
}


@lru_cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt()
    parser.inline = _Inline()
    # whether an address may be printed, who prints it judges
    parser.validateLink = lambda url: bool(_TARGET.search(url))  # type: ignore[method-assign]
    parser.normalizeLink = parser.normalizeLinkText = lambda url: url  # type: ignore[method-assign, assignment]
    parser.configure("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"]).disable(
        ["code", "lheading"]
    )
    parser.use(footnote_plugin, inline=False).use(tasklists_plugin).use(dollarmath_plugin)
    parser.block.ruler.at("reference", _definition, {"alt": []})
    parser.block.ruler.at("footnote_def", _note_text, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.at("footnote_ref", _note_mark)
    parser.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.core.ruler.before("footnote_tail", "keep_footnotes", _keep_footnotes)
    parser.core.ruler.push("keep_numbers", _keep_numbers)
    parser.core.ruler.push("mark_lost", _mark_lost)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, lambda self, tokens, at, options, env, rule=rule: rule(tokens, at))
    return parser
