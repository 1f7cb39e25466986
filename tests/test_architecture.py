"""How the package is built: its rooms, their order and faces, their size, and where labels and docstrings stand."""

from __future__ import annotations

import ast
import importlib
import io
import subprocess
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.projects import REPOSITORY
from tests.support.sources import PACKAGE, sources, trees

BUDGET = {
    "core": 1302,
    "forms": 605,
    "filing": 1516,
    "checks": 6326,
    "tables": 477,
    "charts": 357,
    "notebook": 726,
    "exchange": 4451,
    "publish": 3119,
    "batch": 1804,
    "cli": 1497,
}
"""Most lines of code of each room, the rooms in their order: one imports only rooms above it. A figure may only fall,
except that an issue that brings a capability may raise one by the lines that it names."""
ROOMS = tuple(BUDGET)
FACES = ROOMS[:-1]
"""Rooms that others import: nobody imports the commands."""
SIDE_BY_SIDE = {"notebook", "exchange", "publish"}
"""Rooms that do not know each other."""
LONGEST_FILE, SHORTEST_LABEL = 500, 4
MACHINES = ("/" + "work/", "/" + "tmp/w", "/" + "root/")
"""Put together here, so that this file does not find itself."""

SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def room_of(path: Path) -> str:
    """The room that a file belongs to, empty for the package's own face."""
    inner = path.relative_to(PACKAGE).parts
    return inner[0] if len(inner) > 1 else ""


def shown(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def taken_from(tree: ast.Module, room: str) -> set[str]:
    """The names that a module takes from a room that it has imported as a whole."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id == room}


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Module and name of everything that a module imports from the package, at its top or later."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not [alias.name for alias in node.names if alias.name.startswith("govreport.")], "from … import …"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "govreport":
            yield from ((node.module or "", alias.name) for alias in node.names if alias.name not in ROOMS)
            for alias in node.names:
                if node.module == "govreport" and alias.name in ROOMS:
                    yield from ((f"govreport.{alias.name}", name) for name in taken_from(tree, alias.name))


def handed_on(room: str) -> set[str]:
    """The names that a room's face hands on."""
    stub = ast.parse((PACKAGE / room / "__init__.pyi").read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def public() -> set[tuple[str, str]]:
    """Room and name of everything that the package itself offers."""
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    froms = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    return {(node.module or "", alias.name) for node in froms for alias in node.names}


@cache
def arrows() -> tuple[tuple[Path, str, str, str], ...]:
    """File, its room, the module and the name that it imports, for every import across rooms."""
    return tuple(_arrows())


def _arrows() -> Iterator[tuple[Path, str, str, str]]:
    for path, tree in trees().items():
        for module, name in imported(tree):
            room = module.split(".")[1] if "." in module else ""
            if room != room_of(path) and name != "__version__":
                yield path, room_of(path), module, name


def test_nothing_lies_loose_at_the_top_of_the_package():
    loose = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"} - set(ROOMS)
    assert loose == {"__init__.py", "__init__.pyi", "__main__.py", "py.typed"}


def test_a_room_imports_only_rooms_above_it():
    wrong = []
    for path, own, module, name in arrows():
        room = module.removeprefix("govreport").lstrip(".").partition(".")[0]
        upwards = own and ROOMS.index(room) >= ROOMS.index(own)
        if upwards or {own, room} <= SIDE_BY_SIDE:
            wrong.append(f"{shown(path)}: {module}.{name}")
    assert wrong == []


def test_nobody_imports_past_a_face():
    past = [f"{shown(path)}: {module}.{name}" for path, _, module, name in arrows() if module.count(".") != 1]
    assert past == []
    unknown = [
        f"{shown(path)}: {module}.{name}"
        for path, _, module, name in arrows()
        if module.count(".") == 1 and shown(path) != "__main__.py" and name not in handed_on(module.partition(".")[2])
    ]
    assert unknown == []


def test_a_face_hands_on_what_others_use_and_nothing_else():
    used = {(module.partition(".")[2], name) for _, _, module, name in arrows()} | public()
    for room in FACES:
        face = importlib.import_module(f"govreport.{room}")
        assert [name for name in handed_on(room) if not hasattr(face, name)] == []
        assert sorted(handed_on(room) - {name for where, name in used if where == room}) == [], room


def test_no_name_of_a_face_is_a_modules_name():
    """The import of a module of a room puts its name into the room, over the name that the face hands on."""
    modules = {(path.parent.name, path.stem) for path in sources()}
    assert [
        (room, name) for room in FACES for name in handed_on(room) if name != "mime" and (room, name) in modules
    ] == []


def test_no_two_modules_share_a_name():
    names = Counter(path.stem for path in sources() if not path.stem.startswith("__"))
    assert [name for name, times in names.items() if times > 1] == []


def test_a_file_can_be_read_at_one_sitting():
    long = {shown(path): lines for path, text in sources().items() if (lines := len(text.splitlines())) > LONGEST_FILE}
    assert long == {}


def code_lines(path: Path) -> int:
    """Lines that hold code: blank lines, comments and docstrings do not count."""
    told: set[int] = set()
    for node in ast.walk(trees()[path]):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(sources()[path]).readline):
        if token.type not in SILENT:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - told)


def test_every_room_keeps_to_its_budget():
    size: Counter[str] = Counter()
    for path in sources():
        size[room_of(path)] += code_lines(path)
    assert {room: lines for room, lines in size.items() if room and lines > BUDGET[room]} == {}


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


def test_no_label_of_a_form_stands_in_code():
    known = labels()
    texts = [(path, text) for path, tree in trees().items() for text in strings(tree)]
    assert [(shown(path), label) for path, text in texts for label in known if label in text] == []


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


def test_everything_public_has_a_docstring():
    assert [shown(path) for path, tree in trees().items() if not ast.get_docstring(tree)] == []
    assert [f"{shown(path)}: {name}" for path, tree in trees().items() for name in undocumented(tree)] == []


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
