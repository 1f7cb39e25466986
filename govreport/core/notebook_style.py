"""How tables look in a notebook: a style element beside them, since a notebook has no style sheet of ours.

Colours of text and page are the notebook's own, lines and shades are half transparent, so that
light and dark themes both suit. JupyterLab sets tables flush right, in stripes and with bold labels; its
selectors are outweighed by the frame's class. Where a style element is not let in (a notebook that is not
trusted yet), tables look as JupyterLab's own.
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
    """Return HTML with tables as a notebook shows it: styled, and scrolled sideways where it is narrow.

    parts: HTML, one after the other; its tables are of the class ``govreport``.

    >>> shown_html("<table></table>").endswith("</style><table></table></div>")
    True
    """
    return f'<div class="govreport-shown"><style>{_style()}</style>{"".join(parts)}</div>'


def list_html(head: Sequence[str], rows: Iterable[Sequence[str]], left: Collection[int] = ()) -> str:
    """Return texts as the HTML of a plain table.

    head: the names of the columns; rows: as many texts each; left: numbers of columns that are set flush left.

    >>> list_html(("规则",), [("a < b",)], left=(0,)).split("<tbody>")[1]
    '<tr><td class="left">a &lt; b</td></tr></tbody></table>'
    """

    def cell(number: int, text: str) -> str:
        aligned = ' class="left"' if number in left else ""
        return f"<td{aligned}>{escape(text)}</td>"

    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "".join(f"<tr>{''.join(map(cell, range(len(head)), row))}</tr>" for row in rows)
    return f'<table class="govreport"><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>'
