"""Digests of what a report is made from; comparing them with the last run's tells which reports still stand."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from govreport import __version__
from govreport.checks import RULES_FILE as RULES
from govreport.checks import SIGNOFF_FILE as SIGNOFF
from govreport.filing import Agency, Project
from govreport.forms import CHART_YEARS

REASONS = {
    "filing": "资料有改动",
    "last": "上年资料有改动",
    "earlier": "更早年度的数字有改动",
    "members": "所属机构的资料有改动",
    "register": "机构登记有改动",
    "notebook": "笔记本有改动",
    "rules": "规则有改动",
    "forms": "格式有改动",
    "fonts": "字体有改动",
    "program": "程序或所用软件有更新",
    "settings": "参数不同",
}
"""The parts of a report's inputs, with what to say when one has changed."""

SETTINGS = "settings"
PACKAGES = ("papermill", "nbclient", "ipykernel", "pandas", "matplotlib", "typst", "python-docx")
_FIGURES = ".csv"
_SHORT = 16
_PACKAGE = Path(__file__).parent.parent


class Inputs:
    """The inputs of a project's reports; each folder is read once, so ask for all reports of a batch at one reader."""

    def __init__(self, project: Project) -> None:
        self._project, self._data = project, str(project.data)
        self._folders: dict[tuple[str, int], tuple[str, str]] = {}
        self._shared = {
            "rules": _digest([project.root / RULES]),
            "forms": _digest(project.catalogue.own),
            "fonts": _digest(sorted(path for path in project.fonts.rglob("*") if path.is_file())),
            "program": program(),
        }
        self._notebooks: dict[Path, str] = {}
        self._members: dict[str, list[Agency]] = {}
        for agency in project.agencies.values():
            self._members.setdefault(agency.parent, []).append(agency)

    def of(
        self, agency: Agency, year: int, notebook: Path, settings: Mapping[str, object] | None = None
    ) -> Mapping[str, str]:
        """Return the digest of each part of a report's inputs, in the order of REASONS.

        settings: what the run gives to the notebook. Raises OSError when a file cannot be read.
        """
        if notebook not in self._notebooks:
            modules = sorted(notebook.parent.rglob("*.py"))  # which the notebook may import
            self._notebooks[notebook] = _digest([notebook, *modules])
        members = self._members.get(agency.slug, [])
        parent = self._project.agencies.get(agency.parent)
        earlier = [self._folder(agency.slug, year - back)[1] for back in range(2, CHART_YEARS)]
        return {
            "filing": self._folder(agency.slug, year)[0],
            "last": self._folder(agency.slug, year - 1)[0],
            "earlier": _joined(earlier) if any(earlier) else "",
            "members": _joined(self._folder(a.slug, year)[0] for a in members) if members else "",
            "register": _joined(repr(relative) for relative in (agency, parent, *members)),
            "notebook": self._notebooks[notebook],
            **self._shared,
            SETTINGS: _joined([json.dumps(dict(settings), sort_keys=True, default=str)]) if settings else "",
        }

    def of_parent(
        self, parent: Agency, year: int, notebook: Path, settings: Mapping[str, object] | None = None
    ) -> Mapping[str, str]:
        """Return the digests of a notebook that is run for a parent, over all agencies below it.

        They cover the years that a trend shows.
        """
        below = list(self._below(parent.slug))
        now, earlier = (
            _joined(self._folder(a.slug, year - back)[0] for a in below for back in years)
            for years in ((0, 1), range(2, CHART_YEARS))
        )
        own = self.of(parent, year, notebook, settings)
        register = _joined(repr(relative) for relative in (parent, *below))
        return {**own, "members": now, "earlier": _joined([own["earlier"], earlier]), "register": register}

    def _below(self, slug: str) -> Iterator[Agency]:
        for member in self._members.get(slug, []):
            yield member
            yield from self._below(member.slug)

    def _folder(self, slug: str, year: int) -> tuple[str, str]:
        """Return the digests of a filing's files and of its figures alone; empty where there are none.

        A sign-off is no input: it says something of a report and changes nothing in it.
        """
        if (slug, year) not in self._folders:
            contents = _contents(f"{self._data}{os.sep}{slug}{os.sep}{year}")
            figures = [(name, content) for name, content in contents if name.endswith(_FIGURES)]
            self._folders[slug, year] = (_digest_of(contents), _digest_of(figures))
        return self._folders[slug, year]


def joined_digest(inputs: Mapping[str, str]) -> str:
    """Return one digest of all parts, settings aside, as ``report.json`` states it."""
    text = "\n".join(f"{part} {inputs.get(part, '')}" for part in REASONS if part != SETTINGS)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def changed_parts(inputs: Mapping[str, str], recorded: Mapping[str, str]) -> list[str]:
    """Return the Chinese names of the parts that differ between two sets of digests."""
    return [told for part, told in REASONS.items() if inputs.get(part, "") != recorded.get(part, "")]


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of the packages that shape a report."""
    return {"govreport": __version__} | {package: version(package) for package in PACKAGES}


@cache
def program() -> str:
    """Return a digest of the package, its forms, fonts and templates, of the libraries below and the faces found."""
    from govreport.publish import font_set  # noqa: PLC0415

    faces = font_set().faces
    sources = sorted(
        p for p in _PACKAGE.rglob("*") if p.suffix in {".py", ".toml", ".typ", ".html", ".css", ".js", ".xml"}
    )
    return _joined([_digest(sources), platform.python_version(), json.dumps(dict(versions())), json.dumps(dict(faces))])


def _contents(folder: str) -> list[tuple[str, bytes]]:
    """Return a filing's files by name; plain system calls, since thousands of folders are read in a row."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name != SIGNOFF and entry.is_file())
    except OSError:
        return []
    return [(name, _read(f"{folder}{os.sep}{name}")) for name in names]


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def _digest(files: Iterable[Path]) -> str:
    """Return a digest of files by name and content; empty where there are none."""
    return _digest_of([(file.name, file.read_bytes()) for file in files if file.is_file()])


def _digest_of(contents: Sequence[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in contents:
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:_SHORT] if contents else ""


def _joined(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_SHORT]
