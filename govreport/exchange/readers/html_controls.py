"""Form controls within the cells of tables: pages of systems for filling in, saved with the figures in their fields."""

from __future__ import annotations

from lxml.html import HtmlElement

from govreport.exchange.recognise.cell_values import is_figure

CONTROLS = frozenset({"input", "textarea", "select"})
NO_TEXT = frozenset({
    "hidden", "button", "submit", "reset", "image", "checkbox", "radio", "file", "password", "search", "color", "range",
})  # fmt: skip
"""Kinds of ``<input>`` that show no text of the report."""
FEWEST_EMPTY = 5
"""So many empty fields in one table are a form that was saved without what stood in it."""


def control_text(control: HtmlElement) -> str:
    """Return the text that a control shows, empty where it shows none.

    >>> from lxml.html import fromstring
    >>> [control_text(fromstring(markup)) for markup in ("<input value=3>", "<input type=hidden value=9>")]
    ['3', '']
    """
    if control.tag == "textarea":
        return str(control.text_content())
    if control.tag == "select":
        if "multiple" in control.attrib:
            return ""
        options = list(control.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        return str(chosen[-1].text_content()) if chosen else ""
    return str(control.get("value") or "") if _is_field(control) else ""


def is_filled_in(table: HtmlElement) -> bool:
    """Whether a table is a form that was filled in: figures stand in controls, and no table lies within it."""
    if any(inner is not table for inner in table.iter("table")):
        return False
    return any(is_figure(control_text(control)) for control in table.iter(*CONTROLS))


def empty_fields(root: HtmlElement) -> int:
    """Return how many fields of text stand empty in tables that have several of them."""
    counts: dict[HtmlElement, int] = {}
    for field in root.iter("input", "textarea"):
        if (field.tag == "textarea" or _is_field(field)) and not control_text(field).strip():
            table = next(field.iterancestors("table"), None)
            if table is not None:
                counts[table] = counts.get(table, 0) + 1
    return sum(count for count in counts.values() if count >= FEWEST_EMPTY)


def _is_field(control: HtmlElement) -> bool:
    return control.tag == "input" and (control.get("type") or "text").strip().lower() not in NO_TEXT
