"""What is imported is declared and the reverse; what is private of other packages is used in one place."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions, version
from inspect import isfunction
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from papermill.clientwrap import PapermillNotebookClient

from govreport.batch.engine import kernel_requirements
from govreport.batch.engine.forkserver import AVAILABLE
from govreport.batch.engine.kernel_requirements import REPLACED, kernel_misfit
from govreport.batch.engine.papermill_engine import is_forked
from govreport.batch.engine.pipe_client import PipeClient
from govreport.core import glyph_fallback
from tests.support.projects import REPOSITORY
from tests.support.sources import PACKAGE, trees

SETTINGS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA_OF = {
    "publish/lab_export.py": "lab",
    "batch/pool.py": "dask",
    "filing/cell_table.py": "parquet",
    "cli/preview_server.py": "preview",
}
"""The only modules that may import what an extra brings; they are loaded by those who have it."""
STARTED = {"jupyterlab", "jupyterlab-language-pack-zh-cn"}
"""Declared and not imported: the program that the extra `lab` is for, which loads our extension of its server, and its
menus in Chinese."""
PRIVATE_IN = {"batch/engine/kernel.py", "batch/engine/kernel_requirements.py", "core/glyph_fallback.py"}
"""Where names of other packages that begin with an underscore may stand."""
TYPES = {"_Element", "_replace"}
"""lxml's only name for the class of its elements, and a public method of named tuples."""


def plain(name: str) -> str:
    """A distribution's name in the one spelling that all have in common (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(texts: list[str]) -> set[str]:
    return {plain(Requirement(text).name) for text in texts}


NEEDED = declared(SETTINGS["dependencies"])
EXTRAS = {name: declared(texts) for name, texts in SETTINGS["optional-dependencies"].items()}


@cache
def owners() -> Mapping[str, list[str]]:
    """The distributions of each importable package."""
    return packages_distributions()


def modules(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports from elsewhere, at its top or later."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def extra_of(path: Path) -> set[str]:
    """What a module may import beside what every installation has."""
    return EXTRAS.get(EXTRA_OF.get(path.relative_to(PACKAGE).as_posix(), ""), set())


def distributions(path: Path) -> set[str]:
    """The distributions that a module of the package imports; only what an extra brings may be missing here."""
    tops = {module.partition(".")[0] for module in modules(trees()[path])}
    foreign = tops - set(sys.stdlib_module_names) - {"govreport", "__future__"}
    unknown = foreign - set(owners()) - extra_of(path)
    assert not unknown, f"{path}: not installed, or no distribution's: {unknown}"
    return {plain(owner) for top in foreign for owner in owners().get(top, [top])}


def test_what_is_imported_is_declared():
    missing = {path.name: rest for path in trees() if (rest := distributions(path) - NEEDED - extra_of(path))}
    assert missing == {}


def test_what_is_declared_is_imported():
    imported = {name for path in trees() for name in distributions(path)}
    extras = {name for extra in EXTRA_OF.values() for name in EXTRAS[extra]}
    assert (NEEDED | extras) - imported == STARTED


def test_a_name_that_is_private_elsewhere_is_used_in_one_place():
    own = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                own.add(node.name)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
                own.add(node.id if isinstance(node, ast.Name) else node.attr)
    foreign = {
        f"{path.relative_to(PACKAGE).as_posix()}: {text}"
        for path, tree in trees().items()
        if path.relative_to(PACKAGE).as_posix() not in PRIVATE_IN
        for text in private_names(tree)
        if text.rpartition(".")[2] not in own | TYPES and text.partition(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == set()


def private_names(tree: ast.Module) -> Iterator[str]:
    """Attributes and imported names of a module that begin with one underscore."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr, re.IGNORECASE):
            yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names if re.match(r"_[a-zA-Z]", alias.name))


@pytest.mark.parametrize("package", ["ipykernel", "matplotlib", "nbclient"])
def test_a_package_of_which_private_names_are_used_has_an_upper_bound(package: str):
    (bound,) = (Requirement(text) for text in SETTINGS["dependencies"] if Requirement(text).name == package)
    assert "<" in str(bound.specifier) and bound.specifier.contains(version(package))


def test_the_client_replaces_no_private_name_of_nbclient_but_those_that_are_looked_for():
    made = {name for name, value in vars(PipeClient).items() if re.match(r"_[a-z]", name) and isfunction(value)}
    assert {name for name in made if hasattr(PapermillNotebookClient, name)} == set(REPLACED)


@pytest.mark.parametrize("gone", ["matplotlib._text_helpers", ""])
def test_a_matplotlib_without_what_is_taken_of_it_is_left_as_it_is(gone: str, monkeypatch: pytest.MonkeyPatch):
    if gone:
        monkeypatch.setitem(sys.modules, gone, None)
    finder = SimpleNamespace(_find_fonts_by_props=list) if gone else SimpleNamespace()
    before = dict(vars(finder))
    glyph_fallback._extend(SimpleNamespace(fontManager=finder))
    assert vars(finder) == before


@pytest.mark.skipif(not AVAILABLE, reason="this system cannot fork safely")
@pytest.mark.parametrize(
    ("names", "package"), [("_TAKEN", "ipykernel"), ("REPLACED", "nbclient")], ids=["ipykernel", "nbclient"]
)
def test_a_package_without_what_is_taken_of_it_leaves_notebooks_to_the_stock_engine(
    names: str, package: str, monkeypatch: pytest.MonkeyPatch
):
    opts_in = {"govreport": {"engine": "forked"}}
    assert kernel_misfit() == "" and is_forked(opts_in, "python3")
    monkeypatch.setattr(kernel_requirements, names, ("__init__", "_gone"))
    kernel_misfit.cache_clear()
    try:
        assert f"{package} {version(package)} 没有 _gone" in kernel_misfit() and "结果相同" in kernel_misfit()
        assert not is_forked(opts_in, "python3")
    finally:
        kernel_misfit.cache_clear()
