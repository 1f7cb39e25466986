"""How tables look in a notebook: a style element beside them, since a notebook has no style sheet of ours.

Colours of text and page are the notebook's own, lines and shades are half transparent, so that
light and dark themes both suit. JupyterLab sets tables flush right, in stripes and with bold labels; its
selectors are outweighed by the frame's class. Where a style element is not let in (a notebook that is not
trusted yet), tables look as JupyterLab's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape

STYLE = """
.govreport-shown { overflow-x: auto; margin: 4px 0 10px; }
.govreport-shown .govreport { border-collapse: collapse; margin: 0 0 12px; font-size: 13px; line-height: 1.5; }
.govreport-shown .govreport caption { padding: 2px 0 6px; font-weight: bold; text-align: left; color: inherit; }
.govreport-shown .govreport thead { border: 0; }
.govreport-shown .govreport tbody tr { background: none; }
.govreport-shown .govreport tbody tr:hover { background: rgba(33, 150, 243, .14); }
.govreport-shown .govreport th, .govreport-shown .govreport td {
  padding: 4px 8px; border: 1px solid rgba(128, 128, 128, .55); text-align: center; vertical-align: middle;
  font-weight: normal; font-variant-numeric: tabular-nums;
}
.govreport-shown .govreport thead th, .govreport-shown .govreport th[scope^="col"],
.govreport-shown .govreport th[scope="rowgroup"][colspan] { background: rgba(128, 128, 128, .14); }
.govreport-shown .govreport .left { text-align: left; }
.govreport-shown .govreport .right { text-align: right; }
.govreport-shown .govreport .short { white-space: nowrap; }
.govreport-shown .govreport ul { margin: 4px 0; padding-left: 1.4em; }
.govreport-shown summary { cursor: pointer; }
.govreport-shown .severity { padding: 0 6px; border-radius: 3px; }
.govreport-shown .severity.error { background: #fbdcda; color: #8c1116; }
.govreport-shown .severity.warning { background: #fdeec4; color: #6b4300; }
.govreport-shown .severity.notice { background: #e6e7e9; color: #3c4043; }
"""


def shown_html(*parts: str) -> str:
    """Return HTML with tables as a notebook shows it: styled, and scrolled sideways where it is narrow.

    parts: HTML, one after the other; its tables are of the class ``govreport``.

    >>> shown_html("<table></table>").endswith("</style><table></table></div>")
    True
    """
    return f'<div class="govreport-shown"><style>{STYLE}</style>{"".join(parts)}</div>'


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
