"""What a notebook's JSON, which may come from anybody, tells of its report: its outputs, account and assertions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from govreport.checks import SPOILT, Finding, NotebookError
from govreport.core import mime


def json_text(value: object) -> str:
    r"""Return a text, also one given as a list of lines (nbformat's multi-line string); else an empty text.

    >>> json_text(["总计\n", "3件"]), json_text({"a": 1})
    ('总计\n3件', '')
    """
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def json_list(value: object) -> list[Any]:
    """Return a value that is a list, else an empty list."""
    return value if isinstance(value, list) else []


def json_mapping(value: object) -> Mapping[str, Any]:
    """Return a value that is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def bundles_of(cell: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the MIME bundle of each output of a cell."""
    return (json_mapping(json_mapping(output).get("data")) for output in json_list(cell.get("outputs")))


def account_json(notebook: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the account in a notebook's outputs or, if they have none, metadata as JSON, or an empty mapping.

    Metadata are of the last run; a person may have run the cells again since, for another report.
    """
    told = json_mapping(json_mapping(notebook.get("metadata")).get(mime.METADATA))
    cells = map(json_mapping, json_list(notebook.get("cells")))
    accounts = (json_mapping(bundle.get(mime.REPORT)) for cell in cells for bundle in bundles_of(cell))
    return next((account for account in (*accounts, told) if "title" in account), {})


def asserted_in(cell: Mapping[str, Any]) -> list[Finding]:
    """Return what does not hold of assertions in a code cell. Raises NotebookError for what is no finding."""
    try:
        told = (bundle[mime.ASSERTION] for bundle in bundles_of(cell) if mime.ASSERTION in bundle)
        return list(map(Finding.from_json, told))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise NotebookError(SPOILT) from None
