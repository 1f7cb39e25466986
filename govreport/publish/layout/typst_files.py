"""Typst, which sets the PDF and draws the drawings of a Word document: from files in memory alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import typst

from govreport.publish.layout.font_set import FontSet

TEMPLATES = Path(__file__).parents[1] / "templates"


def compiled(files: Mapping[str, bytes], fonts: FontSet, **options: Any) -> bytes:
    """Compile with the templates as root, so that a picture cannot draw in any other file of the machine.

    files: by name, ``main.typ`` among them; options: of `typst.compile`. Raises typst.TypstError.
    """
    compile_files = cast(Callable[..., bytes], typst.compile)  # its stub leaves out a mapping of files
    return compile_files(files, root=str(TEMPLATES), font_paths=fonts.loaded, **options)


def as_text(name: str, data: bytes) -> bytes:
    """Return a picture's file as Typst takes it from memory: no binary file, so a PNG is a JSON array of its bytes."""
    return data if name.endswith(".svg") else json.dumps(list(data)).encode()


def first_line(error: typst.TypstError) -> str:
    """Return the first line of what Typst says of an error."""
    return (str(error.message).splitlines() or [""])[0]
