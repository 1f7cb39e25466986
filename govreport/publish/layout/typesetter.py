"""Typst, which sets the PDF and draws pictures for Word: its fonts, and files that it takes from memory alone.

The official faces are used where there are any, else the ones shipped here.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import typst

from govreport.core import CONTENT, FONTS, OTHER, GovReportError, ProjectError, state

TEMPLATES = Path(__file__).parents[1] / "templates"


_ALONE = Lock()
"""A compiler sets one document at a time."""
_AGES = 4
"""Empty documents after a report. Typst keeps what any of its last ten documents used: thus that of two reports, and a
report may draw five pictures for Word before what all reports use is forgotten."""


def compile_typst(template: str, data: Mapping[str, Any], fonts: FontSet, own: str = "", **options: Any) -> bytes:
    """Set data with the function ``made`` of a template.

    template: one of the package's; own: the text of a project's in its place.

    Typst takes all from memory, as JSON in a text: a file would be parsed as its markup, and a picture could draw in
    others of its folder. Bytes in the data are pictures. options: of `typst.Compiler.compile`. Raises typst.TypstError.
    """
    text = json.dumps(data, ensure_ascii=False, default=picture_source).replace("\\", "\\\\").replace('"', '\\"')
    with _ALONE:
        source = own or f'#import "{template}": made'
        made = fonts.compiler.compile(f'{source}\n#made(json(bytes("{text}")))'.encode(), **options)
    return cast(bytes, made)


def drawn(figure: Mapping[str, Any], fonts: FontSet, **options: Any) -> bytes:
    """Return a figure as PNG. Raises GovReportError with its name where it cannot be read.

    options: as of `compile_typst`.
    """
    try:
        return compile_typst("picture.typ", figure, fonts, format="png", **options)
    except typst.TypstError as error:
        raise GovReportError(f"图“{figure['name']}”无法读取，未能排版（{first_line(error)}）。") from error


def picture_source(data: bytes) -> str | list[int]:
    """Return a picture as JSON holds it: a drawing as text, any other as the numbers of its bytes."""
    return data.decode("utf-8", "replace") if data.lstrip()[:1] == b"<" else list(data)


def first_line(error: typst.TypstError) -> str:
    """Return the first line of Typst's message."""
    return (str(error.message).splitlines() or [""])[0]


CHAINS: Mapping[str, Sequence[str]] = tomllib.loads((Path(__file__).parent / "faces.toml").read_text(encoding="utf-8"))
"""Families by role, best first."""
SIGNS = "GovRpt Symbols"

BOLD = 600


@dataclass(frozen=True)
class FontSet:
    """Loaded fonts and, for each role, the families to take characters from, best first.

    bold: whether the body's first family has a bold face.
    """

    loaded: typst.Fonts
    chains: Mapping[str, tuple[str, ...]]
    bold: bool

    @cached_property
    def compiler(self) -> typst.Compiler:
        """Sets with these fonts, and keeps the templates parsed."""
        setting = json.dumps({"fonts": self.chains, "bold": self.bold}, ensure_ascii=False)
        return typst.Compiler(root=TEMPLATES, font_paths=self.loaded, sys_inputs={"setting": setting})

    def forget_old(self) -> None:
        """Let Typst forget what only earlier reports used. See `_AGES`."""
        with _ALONE:
            for _ in range(_AGES):
                self.compiler.compile(b"")

    @property
    def files(self) -> list[str]:
        """The families that may set a page, with the name and size of each file that lies on this machine."""
        families = {family for chain in self.chains.values() for family in chain}
        faces = [(face.family, Path(face.path or "")) for face in self.loaded.fonts() if face.family in families]
        return sorted(f"{family} {path.name} {path.stat().st_size if path.is_file() else 0}" for family, path in faces)

    @property
    def faces(self) -> dict[str, str]:
        """The family that sets each role: title, fang, kai, hei, song, mono."""
        return {role: families[0] for role, families in self.chains.items()}


def font_set(folder: Path | None = None) -> FontSet:
    """Return the fonts of this machine, of a project's folder and of the package.

    folder: the project's ``fonts/``; it need not exist. Its families that no role names are tried last
    in every role, so that a font with a rare character only has to be put there.
    Fonts are loaded once a process, and again when the folder's files change. Raises ProjectError for what is no file.

    >>> font_set().faces["mono"]
    'DejaVu Sans Mono'
    """
    files = sorted(path for path in folder.rglob("*") if not path.is_dir()) if folder and folder.is_dir() else []
    states = tuple((str(path), state(str(path), CONTENT)) for path in files)  # Typst reads them unseen
    for path, seen in states:
        if seen == OTHER:
            raise ProjectError(f"fonts/{Path(path).name} 不是普通文件（可能是设备或管道）；请移走后再运行。")
    return _load(folder if files else None, states)


@lru_cache(maxsize=8)
def _load(folder: Path | None, files: tuple[tuple[str, str], ...]) -> FontSet:
    paths = [str(path.resolve()) for path in (folder, FONTS) if path]
    loaded = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=paths)
    faces = loaded.fonts()
    families = {face.family.lower(): face.family for face in faces}
    known = {
        role: [families[name.lower()] for name in chain if name.lower() in families] for role, chain in CHAINS.items()
    }
    named = {name.lower() for chain in (*CHAINS.values(), (SIGNS,)) for name in chain}
    own = str(folder.resolve()) if folder else ""
    inside = {face.family for face in faces if own and (face.path or "").startswith(own)}
    extra = sorted(family for family in inside if family.lower() not in named)
    chains = {role: tuple(dict.fromkeys([*chain, *known["song"], SIGNS, *extra])) for role, chain in known.items()}
    bold = any(face.family == chains["fang"][0] and face.weight >= BOLD for face in faces)
    return FontSet(loaded, chains, bold)
