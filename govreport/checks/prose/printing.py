"""Rule T3: what cannot be printed, or is left as markup: characters, pictures, marks, elements of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from govreport.checks.findings import Finding, Identity
from govreport.core import HTML_STYLES, SETS_OFF, HtmlTooLargeError, markdown_html, parse_html, unprintable
from govreport.filing import ORDINALS, TABLE_MARK, Filing, Project

AROUND, SHOWN = 12, 6
"""Letters around a mark that a message shows, and most characters that one names."""
FONT_REMEDY = "请改用其他字，或把含有该字的字体文件放入项目的 fonts/ 文件夹。"
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
    told = filing.narrative
    folders = (project.notebooks, project.notebooks / filing.agency, project.data / filing.agency / str(filing.year))
    texts = {f"文件头的 {name}": getattr(told, name) for name in ("title", "contact", "signature")}
    for number, part in told.parts.items():
        shown = f"第{ORDINALS[number - 1]}部分" if number else "前言"
        texts[shown] = f"{part.heading}\n\n{prose.get(number) or _EXPRESSION.sub('0', part.text)}"
    for where, text in texts.items():
        found = {}
        if missing := unprintable(text, project.fonts):
            named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing[:SHOWN])
            many = f"等{len(missing)}个字" if len(missing) > SHOWN else ""
            found[f"的{named}{many}自带的字体中没有，不能印成 PDF；{FONT_REMEDY}"] = _near(text, text.index(missing[0]))
        if not where.startswith("文件头") and _MARKUP.search(text):
            found |= {f"{kind}“{what}”；请改正或删去。": what for kind, what in left_over(text, folders)}
        for said, quote in found.items():
            yield Finding(filing.agency, filing.year, "warning", where + said, (Identity("T3", ()),), quote=quote)


def _near(text: str, place: int) -> str:
    start = max(text.rfind("\n", 0, place) + 1, place - AROUND)
    return text[start : place + AROUND].split("\n", 1)[0].strip()


def left_over(text: str, folders: tuple[Path, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield what a page would print as marks or leave out: what is wrong with it, and what it is.

    text: Markdown. folders: where pictures may lie; without them, pictures are not looked for.

    >>> list(left_over("共**3件"))
    [('有未被识别、会原样印出的标记', '共**3件')]
    """
    try:
        root = parse_html(markdown_html(TABLE_MARK.sub("", text)))
    except HtmlTooLargeError:
        yield "有嵌套过深、不能印出的内容", _near(text, 0)
        return
    for element in root.iter() if root is not None else ():
        above = element.getparent()
        for shown, around in ((element.text, element), (element.tail, above)):
            is_code = around is None or around.tag in ("code", "pre")
            if shown and not is_code and (mark := _LEFT.search(shown)):
                yield "有未被识别、会原样印出的标记", _near(shown, mark.start())
        hidden = "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "")
        if element.tag not in HARMLESS or hidden or any(name.startswith("on") for name in element.attrib):
            yield "有不会印出的 HTML", f"<{element.tag}>"
        if (
            folders
            and element.tag == "img"
            and (problem := _picture_problem((element.get("src") or "").strip(), folders))
        ):
            yield problem


def _picture_problem(address: str, folders: tuple[Path, ...]) -> tuple[str, str] | None:
    if _ELSEWHERE.match(address):
        return None if address.startswith("data:") else ("有不在项目中、不会排入的图片", address)
    try:
        is_there = any((folder / unquote(address)).is_file() for folder in folders)
    except (OSError, ValueError):
        is_there = False
    return None if is_there else ("有找不到的图片", address)
