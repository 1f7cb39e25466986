"""The style of tables in a notebook: a style element stands beside them.

Text and page have the notebook's own colours. Lines and shades are half transparent, so that they suit light
and dark themes. JupyterLab aligns tables to the right, with stripes and bold labels; the class of the frame
overrides its selectors. A notebook that is not trusted drops the style element; its tables look like
JupyterLab's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path


@cache
def _style() -> str:
    return Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def shown_html(*parts: str) -> str:
    """Return HTML with tables for a notebook: with the style, and with a horizontal scroll bar in a narrow window.

    parts: pieces of HTML in order; their tables have the class ``govreport``.

    >>> shown_html("<table></table>").endswith("</style><table></table></div>")
    True
    """
    return f'<div class="govreport-shown"><style>{_style()}</style>{"".join(parts)}</div>'


def list_html(head: Sequence[str], rows: Iterable[Sequence[str]], left: Collection[int] = ()) -> str:
    """Return a table of texts as HTML.

    head: column names; rows: a text for each column; left: numbers of the columns that are aligned left.

    >>> list_html(("规则",), [("a < b",)], left=(0,)).split("<tbody>")[1]
    '<tr><td class="left">a &lt; b</td></tr></tbody></table>'
    """

    def cell(number: int, text: str) -> str:
        aligned = ' class="left"' if number in left else ""
        return f"<td{aligned}>{escape(text)}</td>"

    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "".join(f"<tr>{''.join(map(cell, range(len(head)), row))}</tr>" for row in rows)
    return f'<table class="govreport"><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>'
