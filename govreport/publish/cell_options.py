"""What a notebook's cell says of itself: its options, as Quarto reads them, and its tags, as Jupyter Book does."""

from __future__ import annotations

import ast
import json
import re
import symtable
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import takewhile
from typing import Any

import yaml

from govreport.publish.notebook_json import json_list, json_mapping, json_text

HIDING = ("output", "include", "eval")
"""Options that keep a cell's output off the page."""
HIDDEN_TAGS = frozenset({"removecell", "hidecell", "parameter", "injectedparameter"})
HIDDEN_OUTPUT_TAGS = frozenset({"removeoutput", "hideoutput"})
"""Tags, as `plain_tags` writes them. A page has no button that would show what is hidden."""
OTHER_TAGS = frozenset({"removeinput", "hideinput", "raisesexception", "skipexecution"})
"""Tags whose names are like those."""
FOLDED = "输出在 JupyterLab 中折叠着，仍排入页面；要使它不排入，请加标签 remove-output。"
LONGEST_OPTIONS = 5_000
_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
_HIDES = re.compile("hid|remov|exclud")
_OPTION = re.compile(r"\s*#\s*\|(.*)")
_KEY = re.compile(r"\s?([A-Za-z][\w-]*)\s*[:：]\s*")
_PLAIN = re.compile(rf"^\s?({'|'.join(HIDING)})\s*[:：]\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class CellOptions:
    """The options of a code cell.

    values: by name; is_hidden: whether its output stays off the page; is_markdown: whether printed text is Markdown.
    problems: sentences about options that could not be followed as they are written.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    is_hidden: bool = False
    is_markdown: bool = False
    problems: tuple[str, ...] = ()


def cell_options(source: str) -> CellOptions:
    """Return what the first lines of a code cell say, each begun by ``#|``; other lines of that kind are told.

    An output that may be meant to be hidden is hidden.

    >>> cell_options("#|output：False").is_hidden, cell_options("#| output: fasle").problems
    (True, ('选项 output 的值“fasle”不是 true 或 false，这一格的输出未排入页面。',))
    """
    lines = source.strip().split("\n")
    top = [found[1] for found in takewhile(bool, map(_OPTION.match, lines)) if found]
    text = "\n".join(_KEY.sub(lambda key: f"{key[1].lower()}: ", line, count=1) for line in top)[:LONGEST_OPTIONS]
    problems = []
    try:
        values = dict(yaml.safe_load(text) or {}) if top else {}
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        values = dict(_PLAIN.findall(text))
        problems.append("开头的选项（#|）写法有误，未起作用。")
    if any(_KEY.match(found[1]) for line in lines[len(top) :] if (found := _OPTION.match(line))):
        problems.append("选项（#|）不在这一格的最前面，未起作用。")
    for key in values:
        if key not in HIDING and (meant := get_close_matches(str(key), HIDING, 1, 0.8)):
            problems.append(f"没有名为 {key} 的选项，未起作用；是否应为 {meant[0]}。")
    said = {key: str(values[key]).strip().lower() for key in HIDING if key in values}
    for key, value in said.items():
        if value not in ("true", "false", "asis"):
            problems.append(f"选项 {key} 的值“{value[:20]}”不是 true 或 false，这一格的输出未排入页面。")
    if said.get("eval") == "false":
        problems.append("选项 eval: false 不能使这一格不运行，只使它的输出不排入页面。")
    is_hidden = not set(said.values()) <= {"true", "asis"}
    return CellOptions(values, is_hidden, said.get("output") == "asis", tuple(problems))


def hiding_problems(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a sentence for each sign in a cell's metadata that is meant to hide something, and is none that does.

    Outputs that somebody folded up in JupyterLab are hidden from whoever edits, not from readers.

    >>> hiding_problems({"tags": ["remove-ouput", "hide-input", "slide"]})
    ('标签 remove-ouput 不认识，未起作用；要使输出不排入页面，请写 remove-output。',)
    """
    known = HIDDEN_TAGS | HIDDEN_OUTPUT_TAGS | OTHER_TAGS
    unknown = ((name, tag) for name in json_list(metadata.get("tags")) for tag in plain_tags([name]) - known)
    wrong = [name for name, tag in unknown if _HIDES.match(tag) or get_close_matches(tag, known, 1)]
    told = [f"标签 {str(name)[:40]} 不认识，未起作用；要使输出不排入页面，请写 remove-output。" for name in wrong]
    is_folded = json_mapping(metadata.get("jupyter")).get("outputs_hidden") or metadata.get("collapsed")
    return tuple(told + [FOLDED] * (is_folded is True))


def plain_tags(names: Iterable[object]) -> set[str]:
    """Return tags in small letters without blanks, hyphens, underscores and the plural's s.

    >>> sorted(plain_tags(["Remove-Output", "remove_cells"]))
    ['removecell', 'removeoutput']
    """
    return {re.sub(r"[\s_-]", "", name.lower()).removesuffix("s") for name in names if isinstance(name, str)}


def cell_tags(cell: Mapping[str, Any]) -> set[str]:
    """Return the tags of a cell, as `plain_tags` writes them."""
    return plain_tags(json_list(json_mapping(cell.get("metadata")).get("tags")))


def given_parameters(source: str) -> dict[str, Any]:
    r"""Return what a cell of parameters gives to names, by name: texts, numbers and truth values, else None.

    Magics are read as IPython reads them. Raises SyntaxError for a cell that neither Python nor IPython can read.

    >>> given_parameters("%matplotlib inline\nagency, day = 'demo', today()\nyear = 2023\nlabels[year] = 'now'")
    {'agency': None, 'day': None, 'year': 2023}
    """
    try:
        lines = ast.parse(source).body
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415, takes a moment to load

        lines = ast.parse(TransformerManager().transform_cell(source)).body  # type: ignore[no-untyped-call]
    found = dict[str, Any]()
    for line in lines:
        # below blank lines, so that an error names its own line
        value, symbols = None, symtable.symtable("\n" * (line.lineno - 1) + ast.unparse(line), "", "exec").get_symbols()
        with suppress(ValueError, TypeError):  # computed
            value = ast.literal_eval(line.value) if isinstance(line, ast.Assign | ast.AnnAssign) else None  # type: ignore[arg-type]
        given = [name for name in symbols if name.is_assigned() and not (name.is_imported() or name.is_namespace())]
        found |= {name.get_name(): value if isinstance(value, str | int | float) else None for name in given}
    return found


def has_prose(notebook: str) -> bool:
    r"""Whether the JSON of a notebook has Markdown cells that show more than headings without figures and comments.

    >>> has_prose('{"cells": [{"cell_type": "markdown", "source": ["## 一\\n", "全年收到3件。"]}]}')
    True
    """
    try:
        cells = json_list(json_mapping(json.loads(notebook)).get("cells"))
    except (ValueError, RecursionError):
        return False
    written = [cell for cell in map(json_mapping, cells) if cell.get("cell_type") == "markdown"]
    texts = (_COMMENT.sub("", json_text(cell.get("source"))) for cell in written if not cell_tags(cell) & HIDDEN_TAGS)
    return any(not re.fullmatch(r"\s*|#[^\d{]*", line) for text in texts for line in text.split("\n"))
