"""Form controls within the cells of tables: pages of systems for filling in, saved with the figures in their fields."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from lxml.html import HtmlElement

from govreport.exchange.recognise.cell_values import is_figure

CONTROLS = frozenset({"input", "textarea", "select"})
NO_TEXT = frozenset({
    "hidden", "button", "submit", "reset", "image", "checkbox", "radio", "file", "password", "search", "color", "range",
})  # fmt: skip
"""Kinds of ``<input>`` that show no text of the report."""
FEWEST_EMPTY = 5
"""Empty fields from which on a table counts as a form that was saved without its values."""


def control_text(control: HtmlElement) -> str:
    """Return the text that a control shows, empty where it shows none.

    >>> from lxml.html import fromstring
    >>> [control_text(fromstring(markup)) for markup in ("<input value=3>", "<input type=hidden value=9>")]
    ['3', '']
    """
    match control.tag:
        case "textarea":
            return str(control.text_content())
        case "select" if "multiple" not in control.attrib:
            options = list(control.iter("option"))
            chosen = [option for option in options if "selected" in option.attrib] or options[:1]
            return str(chosen[-1].text_content()) if chosen else ""
        case "input" if _is_field(control):
            return control.get("value") or ""
    return ""


def is_filled_in(table: HtmlElement) -> bool:
    """Whether a table is a form that was filled in: figures stand in controls, and no table lies within it."""
    if any(inner is not table for inner in table.iter("table")):
        return False
    return any(is_figure(control_text(control)) for control in table.iter(*CONTROLS))


def empty_fields(root: HtmlElement) -> int:
    """Return how many fields of text stand empty in tables that have several of them."""
    fields = (field for field in root.iter("input", "textarea") if _is_field(field) and not control_text(field).strip())
    counts = Counter(table for field in fields for table in islice(field.iterancestors("table"), 1))
    return sum(count for count in counts.values() if count >= FEWEST_EMPTY)


def _is_field(control: HtmlElement) -> bool:
    return control.tag != "input" or (control.get("type") or "text").strip().lower() not in NO_TEXT
