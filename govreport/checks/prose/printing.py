"""Rule T3: what cannot be printed, or is left as markup: characters, pictures, marks, elements of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from lxml.html import HtmlElement

from govreport.checks.findings import Finding, Identity
from govreport.core import HTML_STYLES, SETS_OFF, HtmlTooLargeError, markdown_html, parse_html, unprintable
from govreport.filing import ORDINALS, TABLE_MARK, Filing, Project

AROUND, SHOWN = 12, 6
"""Letters around a mark that a message shows, and most characters that one names."""
HARMLESS = (SETS_OFF - {"form", "head"}) | HTML_STYLES.keys() | {
    "a", "abbr", "big", "br", "col", "colgroup", "font", "img", "mark", "q", "small", "span", "table", "wbr",
}  # fmt: skip
"""Elements that set text and do nothing else."""
_MARKUP = re.compile(r"[*_~`|<>&\\\[\]{}$#]")
_EXPRESSION = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}", re.DOTALL)
_LEFT = re.compile(
    r"\*\*|~~|(?<!_)__(?!_)|!\[|\]\(|\[\^|\{\{|\}\}|\{%|`|<[!?/]|<[a-z]+(?:[ >]|$)|&[A-Za-z]{2,8};|^#{2,6}\S"
    r"|\|\s*:?-{3,}|^\s*\|.*\|\s*$|\$\$|\$[^$\\]*\\[a-z]"
)
"""Marks that no reading of Markdown has taken: text of a page that is none."""
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_HIDDEN = re.compile(r"display\s*:\s*none")


def check_printing(filing: Filing, prose: Mapping[int, str], project: Project) -> Iterator[Finding]:
    """Yield the findings of rule T3, each thing once in a part.

    prose: the parts by number, figures filled in; a part that it lacks is taken as written. The project's own fonts
    count, and pictures that lie beside its notebooks or in the filing's folder.
    """
    told, folders = filing.narrative, _folders(filing, project)
    texts = {f"文件头的 {name}": getattr(told, name) for name in ("title", "contact", "signature")}
    for number, part in told.parts.items():
        shown = f"第{ORDINALS[number - 1]}部分" if number else "前言"
        texts[shown] = f"{part.heading}\n\n{prose.get(number) or _EXPRESSION.sub('0', part.text)}"
    for where, text in texts.items():
        if missing := unprintable(text, project.fonts):
            named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing[:SHOWN])
            many = f"等{len(missing)}个字" if len(missing) > SHOWN else ""
            message = (
                f"{where}的{named}{many}自带的字体中没有，不能印成 PDF；"
                "请改用其他字，或把含有该字的字体文件放入项目的 fonts/ 文件夹。"
            )
            yield _finding(filing, message, _near(text, text.index(missing[0])))
        if where.startswith("文件头"):
            continue
        for kind, what in dict.fromkeys(_left_over(text, folders)):
            yield _finding(filing, f"{where}{kind}“{what}”；请改正或删去。", what)


def _finding(filing: Filing, message: str, quote: str) -> Finding:
    return Finding(filing.agency, filing.year, "warning", message, (Identity("T3", ()),), quote=quote)


def _folders(filing: Filing, project: Project) -> tuple[Path, ...]:
    """Return the folders in which addresses of pictures begin."""
    return project.notebooks, project.notebooks / filing.agency, project.data / filing.agency / str(filing.year)


def _near(text: str, place: int) -> str:
    start = max(text.rfind("\n", 0, place) + 1, place - AROUND)
    return text[start : place + AROUND].split("\n", 1)[0].strip()


def _left_over(text: str, folders: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    """Yield what a page would print as marks or leave out, each with what is wrong with it."""
    text = TABLE_MARK.sub("", text)
    if not _MARKUP.search(text):
        return
    try:
        root = parse_html(markdown_html(text))
    except HtmlTooLargeError:
        yield "有嵌套过深、不能印出的内容", _near(text, 0)
        return
    for element in root.iter() if root is not None else ():
        yield from _element(element, folders)
        if element.tag not in ("code", "pre"):
            yield from _marks(element.text or "")
        if (above := element.getparent()) is not None and above.tag not in ("code", "pre"):
            yield from _marks(element.tail or "")


def _marks(text: str) -> Iterator[tuple[str, str]]:
    if found := _LEFT.search(text):
        yield "有未被识别、会原样印出的标记", _near(text, found.start())


def _element(element: HtmlElement, folders: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    style = _HIDDEN.search(element.get("style") or "") or "hidden" in element.attrib
    if element.tag not in HARMLESS or style or any(name.startswith("on") for name in element.attrib):
        yield "有不会印出的 HTML", f"<{element.tag}>"
    if element.tag != "img":
        return
    address = (element.get("src") or "").strip()
    if not address.startswith("data:") and not _is_there(address, folders):
        yield "有找不到的图片" if not _ELSEWHERE.match(address) else "有不在项目中、不会排入的图片", address


def _is_there(address: str, folders: tuple[Path, ...]) -> bool:
    try:
        return not _ELSEWHERE.match(address) and any((folder / unquote(address)).is_file() for folder in folders)
    except (OSError, ValueError):
        return False
