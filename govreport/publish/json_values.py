"""Values of a notebook's JSON, of whatever type they turn out to be: a notebook may come from anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def json_text(value: object) -> str:
    r"""Return a text, which may be a list of lines (nbformat's multi-line strings); of anything else nothing.

    >>> json_text(["总计\n", "3件"]), json_text({"a": 1})
    ('总计\n3件', '')
    """
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def json_list(value: object) -> list[Any]:
    """Return a list; of anything else an empty one."""
    return value if isinstance(value, list) else []


def json_mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping; of anything else an empty one."""
    return value if isinstance(value, Mapping) else {}
