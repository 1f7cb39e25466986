"""How the package is built: what may import what, how long files may be, and where labels and docstrings stand."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import REPOSITORY

PACKAGE = REPOSITORY / "govreport"
LAYERS = (
    ("errors", "figures", "textfile", "mime", "notebook_style"),
    ("forms",),
    ("filing",),
    ("project",),
    ("checks",),
    ("rollup", "compare"),
    ("tables",),
    ("charts",),
    ("locate",),
    ("views", "account"),
    ("editing", "comparison"),
    ("report", "summary"),
    ("exchange",),
    ("publish",),
    ("engine",),
    ("batch",),
    ("doctor",),
    ("starter", "terminal", "usage"),
    ("progress", "terminal_import"),
    ("running",),
    ("cli",),
)
RANK = {module: number for number, layer in enumerate(LAYERS) for module in layer}
LONGEST_FILE, MOST_CODE, SHORTEST_LABEL = 300, 17_500, 4
MACHINES = ("/" + "work/", "/" + "tmp/w", "/" + "root/")
"""Put together here, so that this file does not find itself."""

SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
FILES = sorted(PACKAGE.rglob("*.py"))
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def imported(tree: ast.Module) -> Iterator[str]:
    """The dotted names of the package's own modules and objects that a module imports, at its top or later."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@every_file
def test_a_module_imports_only_modules_above_it(path: Path):
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    names = [name.split(".") for name in imported(ast.parse(path.read_text(encoding="utf-8")))]
    used = {parts[1] for parts in names if parts[0] == "govreport" and parts[1] != "__version__"}
    if own == "__init__":
        assert used <= {"report", "summary"}, "the package itself offers what a notebook calls"
        return
    assert own in RANK, "a new module needs a place in the list"
    unknown = used - set(RANK)
    assert not unknown, f"{unknown} should be imported from the module that defines it"
    wrong = {module for module in used if module != own and RANK[module] > RANK[own]}
    wrong |= {module for module in used if module == "cli" and own != "cli"}
    assert not wrong, f"{own} stands above {wrong}"


@every_file
def test_a_file_can_be_read_at_one_sitting(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def code_lines(path: Path) -> int:
    """Lines that hold code: blank lines, comments and docstrings do not count."""
    text = path.read_text(encoding="utf-8")
    told: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - told)


def test_the_package_stays_small():
    assert sum(map(code_lines, FILES)) < MOST_CODE


def labels() -> set[str]:
    """Every label of rows and columns in the forms' TOML files that is long enough not to be a common word."""

    def walk(value: object, key: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from walk(inner, name)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner, key)
        elif isinstance(value, str) and key == "label":
            yield value

    forms = sorted((PACKAGE / "forms").glob("*.toml"))
    found = {label for form in forms for label in walk(tomllib.loads(form.read_text(encoding="utf-8")))}
    assert len(forms) >= 2 and len(found) > 50
    return {label for label in found if len(label) >= SHORTEST_LABEL}


def strings(tree: ast.Module) -> list[str]:
    """The texts of a module, without docstrings and remarks under constants, whose examples may name labels."""
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in remarks)
    return [node.value for node in constants if isinstance(node.value, str)]


@every_file
def test_no_label_of_a_form_stands_in_code(path: Path):
    texts = strings(ast.parse(path.read_text(encoding="utf-8")))
    assert sorted({label for label in labels() for text in texts if label in text}) == []


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public functions, classes and methods without docstring, outside of functions and private classes."""
    pending: list[tuple[str, ast.AST]] = [("", node) for node in tree.body]
    while pending:
        prefix, node = pending.pop()
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        stub = any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)
        if not stub and not ast.get_docstring(node):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            pending += [(f"{node.name}.", inner) for inner in node.body]


@every_file
def test_everything_public_has_a_docstring(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert sorted(undocumented(tree)) == []


def tracked() -> list[Path]:
    """The files under version control."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def test_no_tracked_file_names_a_folder_of_somebodys_machine():
    found = [
        f"{path.relative_to(REPOSITORY)}: {folder}"
        for path in tracked()
        for folder in MACHINES
        if folder.encode() in path.read_bytes()
    ]
    assert found == []


def test_no_output_and_no_unfinished_file_is_tracked():
    names = [path.relative_to(REPOSITORY).as_posix() for path in tracked()]
    assert [name for name in names if name.startswith("output/")] == ["output/.gitignore"]
    assert not [name for name in names if ".writing-" in name or name.endswith(".pyc") or ".ipynb_checkpoints" in name]
