"""The words, patterns, costs and weights of the rules on prose: TOML files that come with the package."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def packaged(name: str) -> dict[str, Any]:
    """Return ``forms/prose/NAME.toml``.

    >>> sorted(packaged("costs"))
    ['lists', 'shares', 'subjects']
    """
    return tomllib.loads(files("govreport.forms").joinpath(f"prose/{name}.toml").read_text(encoding="utf-8"))
