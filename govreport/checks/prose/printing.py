"""Rule T3: what cannot be printed, or is left as markup: characters, pictures, marks, elements of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from govreport import core
from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.packaged import packaged
from govreport.core import listed, state_again, unprintable
from govreport.filing import FRONT_MATTER, GUESSES, ORDINALS, ORIGIN, TABLE_MARK, Filing, Project

AROUND, SHOWN = 12, 6
"""Letters around a mark that a message shows, and most characters that one names."""
LEFT_OVER = "有未被识别、会原样印出的标记"
TOO_MANY, NO_TABLE = "有不止一处表格标记，表只排在第一处", "没有表，却有表格标记"
IN_ITEM = "列表后只换了行，没有空一行，会连入列表的最后一项："
IN_TABLE = "表格中有不成行或者格数过多的一行，其文字会混入或丢失"
FONT_REMEDY = "请改用其他字，或把含有该字的字体文件放入项目的 fonts/ 文件夹。"
HARMLESS = frozenset({
    "a", "abbr", "big", "br", "col", "colgroup", "font", "img", "mark", "q", "small", "span", "table", "wbr",
})  # fmt: skip
"""Elements that set text and do nothing else, beside those that set it off or give it a style."""
_EXPRESSION = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}", re.DOTALL)
_TAG, _BREAK = re.compile(r"<[^>]*>"), re.compile(r"<br\s*/?>\s*$")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_HIDDEN = re.compile(r"display\s*:\s*none")


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of ``forms/prose/printing.toml`` by name."""
    growth = packaged("words")["growth"]
    change = "|".join(sorted(f"{growth['up']} {growth['down']}".split(), key=len, reverse=True))
    given = packaged("printing") | packaged("printing")["written"]
    return {name: re.compile("|".join(some).replace("{change}", change)) for name, some in given.items()}


def check_printing(filing: Filing, prose: Mapping[int, str], project: Project) -> Iterator[Finding]:
    """Yield the findings of rule T3, each thing once in a part.

    prose: the parts by number, figures filled in; a part that it lacks is taken as written. The project's own fonts
    count, and pictures that lie beside its notebooks or in the filing's folder.
    """
    told = filing.narrative
    folders = _folders(project, filing.agency, filing.year)
    tables = {f"第{ORDINALS[table.part - 1]}部分" for table in filing.form.tables.values()}
    texts = {f"文件头的 {name}": getattr(told, name) for name in ("title", "contact", "signature")}
    for number, part in told.parts.items():
        shown = f"第{ORDINALS[number - 1]}部分" if number else "前言"
        texts[shown] = f"{part.heading}\n\n{prose.get(number) or _EXPRESSION.sub('0', part.text)}"
    for name in (key for key in told.other if key not in (ORIGIN, GUESSES)):
        message = f"文件头的 {name} 没有用处，不会印出；可用的有 {'、'.join(FRONT_MATTER)}。"
        yield Finding(filing.agency, filing.year, "warning", message, (Identity("T3", ()),), quote=name)
    for where, text in texts.items():
        found = {}
        if missing := unprintable(text, project.fonts):
            named = listed([f"“{character}”（U+{ord(character):04X}）" for character in missing], SHOWN, "个字")
            found[f"的{named}自带的字体中没有，不能印成 PDF；{FONT_REMEDY}"] = _near(text, text.index(missing[0]))
        if where.startswith("文件头"):
            wrong = [(LEFT_OVER, _near(text, mark.start())) for mark in _patterns()["left_over"].finditer(text)]
        else:
            pieces = TABLE_MARK.split(text, 1)  # a report prints what stands behind the table by itself
            wrong = [
                (TOO_MANY if where in tables else NO_TABLE, m) for m in TABLE_MARK.findall(text)[where in tables :]
            ]
            wrong += (found for piece in pieces for found in left_over(piece, folders))
        found |= {f"{kind}“{what}”；请改正或删去。": what for kind, what in wrong}
        for said, quote in found.items():
            yield Finding(filing.agency, filing.year, "warning", where + said, (Identity("T3", ()),), quote=quote)


def picture_states(text: str, project: Project, agency: str, year: int) -> list[str]:
    """Return the states of the files that a filing's Markdown may show as pictures; see `state_again`."""
    try:
        root = core.parse_html(core.markdown_html(text)) if "![" in text or "<img" in text.lower() else None
    except core.HtmlTooLargeError:
        root = None
    addresses = [unquote(image.get("src") or "").strip() for image in root.iter("img")] if root is not None else []
    local = (address for address in addresses if not _ELSEWHERE.match(address))
    files = (folder / address for address in local for folder in _folders(project, agency, year))
    return [state_again(str(project.root), str(file)) for file in files]


def _folders(project: Project, agency: str, year: int) -> tuple[Path, ...]:
    """Return where a filing's pictures may lie."""
    return project.notebooks, project.notebooks / agency, project.data / agency / str(year)


def _near(text: str, place: int) -> str:
    start = max(text.rfind("\n", 0, place) + 1, place - AROUND)
    return text[start : place + AROUND].split("\n", 1)[0].strip()


def left_over(text: str, folders: tuple[Path, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield what a page would print as marks or leave out: what is wrong with it, and what it is.

    text: Markdown. folders: where pictures may lie; without them, pictures are not looked for.

    >>> list(left_over("共**3件"))
    [('有未被识别、会原样印出的标记', '共**3件')]
    """
    text = TABLE_MARK.sub("", text)
    patterns = _patterns()
    for kind in packaged("printing")["written"]:
        if found := patterns[kind].search(text):
            yield kind, _near(text, found.start())
    if not patterns["markup"].search(text):
        return
    html = core.markdown_html(text)
    if joined := list(_joined(html.split(core.LINE_END))):
        yield f"有{len(joined)}处只换了行，没有空一行，会连成一段：", joined[0]
    try:
        root = core.parse_html(html)
    except core.HtmlTooLargeError:
        yield "有嵌套过深、不能印出的内容", _near(text, 0)
        return
    for element in root.iter() if root is not None else ():
        above = element.getparent()
        for shown, around in ((element.text, element), (element.tail, above)):
            is_code = around is None or around.tag in {"code", "pre", *core.NO_TEXT}
            if shown and not is_code and (mark := patterns["left_over"].search(shown)):
                yield LEFT_OVER, _near(shown, mark.start())
        hidden = "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "")
        harmless = HARMLESS | (core.SETS_OFF - {"form", "head"}) | core.HTML_STYLES.keys()
        if element.tag not in harmless or hidden or any(name.startswith("on") for name in element.attrib):
            yield "有不会印出的 HTML", f"<{element.tag}>"
        if row := element.get(core.LOST):
            yield IN_ITEM if element.tag == "li" else IN_TABLE, row
        if element.tag == "a" and element.get("href") == "":
            yield "有没有网址的链接", element.text_content()
        if folders and element.tag == "img" and next(element.iterancestors("td", "th"), None) is not None:
            yield "表格中有图片，只印出其文字", element.get("alt") or element.get("src") or ""
        address = (element.get("src") or "").strip()
        if folders and element.tag == "img" and (problem := _picture_problem(address, folders)):
            yield problem


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines that are joined to the line before though one of the two looks like a paragraph or an item."""
    ends, begins = _patterns()["ends"], _patterns()["begins"]
    for before, after in pairwise(lines):
        line = _TAG.sub("", after)
        if not _BREAK.search(before) and (ends.search(_TAG.sub("", before)) or begins.match(line)):
            yield line.strip()[:AROUND]


def _picture_problem(address: str, folders: tuple[Path, ...]) -> tuple[str, str] | None:
    if _ELSEWHERE.match(address):
        return None if address.startswith("data:") else ("有不在项目中、不会排入的图片", address)
    try:
        is_there = any((folder / unquote(address)).is_file() for folder in folders)
    except (OSError, ValueError):
        is_there = False
    return None if is_there else ("有找不到的图片", address)
