"""The package's own source files, for tests that look at how it is written."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.support.projects import REPOSITORY

PACKAGE = REPOSITORY / "govreport"


@cache
def sources() -> dict[Path, str]:
    """The text of each module."""
    return {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def trees() -> dict[Path, ast.Module]:
    """Each module as Python parses it."""
    return {path: ast.parse(text) for path, text in sources().items()}
