"""What making a page reads: files that Python opens, folders that it lists, paths that it looks for.

Python tells hooks what it opens and lists (PEP 578). It does not tell what it only looks for, so `os.stat` and its kin
are wrapped. What native code reads, such as fonts, its caller names: asking for its `state` is enough.
Before Python writes anywhere in the mirror of a project, the links on the way are replaced by copies.
"""

from __future__ import annotations

import functools
import json
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec, source_from_cache
from pathlib import Path
from typing import Any

from govreport.core.mirror import unfold
from govreport.core.textfile import UNFINISHED, sha256

ABSENT, FILE, FOLDER, OTHER = "absent", "file", "folder", "other"
"""What a path can be. The states of a file that was read and of a folder that was listed go on with a digest."""
CHANGED = "changed"
"""The state of a path that changed while a page was made. No later state equals it."""
UNKNOWN = "unknown"
"""The state where nobody told what a notebook read."""
OWN = "own"
"""The state of a path that was written while the page was made: from then on it is no input."""
EXISTENCE, CONTENT, LISTING, WRITTEN = range(4)
"""How far a look goes: whether there is something, the content of a file, and also the names in a folder; or that it
was written."""
MODULE = "import "
"""Before the name of a module in the names of states; its state is the version of what brings it."""
SIGNOFF_FILE, COMMENTS_FILE = REVIEWED = ("review.toml", "comments.toml")
"""What reviewers say: a list of the folder of a filing, which is named by its year, does not count these names, so that
a page that lists it stays as it is. Whoever reads such a file does it `unwatched` where no page shows what it says."""
LEFTOVERS = ("__pycache__", ".ipynb_checkpoints", ".DS_Store")
"""Names that never count: of what runs, Jupyter and systems leave behind."""
SMALL, LARGE = 1_000_000, 100_000_000
"""Bytes of a file from which a process reads it once for each change, and above which the time of change counts.
A watch reads a smaller file once for each change, too."""
WATCH_VARIABLE = "GOVREPORT_WATCH"
"""Environment variable that tells a notebook's process what to watch, and where to write it down."""
WATCH_NOTEBOOK = f"__import__('{__name__}').core.watching.watch_notebook()"
"""The line of Python that calls `watch_notebook` in a kernel, without leaving a name in it."""
_READING = frozenset({"open", "import", "os.listdir", "os.scandir", "sqlite3.connect"})
_WRITING = frozenset({
    "os.chdir", "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate",
    "os.utime", "shutil.rmtree", "sqlite3.connect",
})  # fmt: skip
"""Events whose paths are about to change, or to become the working folder, beside files opened to be written."""
_SYSTEM = ("/usr", "/etc", "/proc", "/sys", "/dev", "/run", "/lib", "/lib64", "/bin", "/sbin", "/var/cache", "/var/lib")
_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_thread, _stat = threading.local(), os.stat
_watch: Watch | None = None


def state(path: str, depth: int = LISTING) -> str:
    """Return the state of a path: what it is, and the digest of its content or names if the look goes that far."""
    try:
        found = _stat(path)
    except (OSError, ValueError):
        return ABSENT
    if stat.S_ISDIR(found.st_mode):
        return FOLDER if depth < LISTING else f"{FOLDER}:{sha256(_names(path))[:16]}"
    if not stat.S_ISREG(found.st_mode):
        return OTHER
    return FILE if depth == EXISTENCE else f"{FILE}:{_content(path, found)}"


def state_again(root: str, name: str, seen: str = ":") -> str:
    """Return the present state of a path, relative to a root if it lies there, or of a module after MODULE.

    seen: an earlier state; the look goes as far as the one that gave it, by default to the content.
    """
    if name.startswith(MODULE):
        return module_state(name.removeprefix(MODULE))
    return state(os.path.join(root, name), LISTING if ":" in seen else EXISTENCE)  # noqa: PTH118


def _names(path: str) -> bytes:
    try:
        with os.scandir(path) as entries:
            unseen = (*LEFTOVERS, *REVIEWED) if path[-4:].isdecimal() else LEFTOVERS
            names = [entry.name + "/" * entry.is_dir() for entry in entries if entry.name not in unseen]
    except OSError:
        return b"?"
    return "\0".join(sorted(name for name in names if not name.startswith(UNFINISHED))).encode(errors="replace")


def _content(path: str, found: os.stat_result) -> str:
    if found.st_size > LARGE:
        return f"{found.st_size}-{found.st_mtime_ns}"
    watch = _watch if found.st_size < SMALL else "any"
    try:
        read = _digest_of if watch else _digest_of.__wrapped__
        return read(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, watch)
    except OSError:
        return "?"


@functools.lru_cache
def _digest_of(path: str, *size_times_and_watch: object) -> str:
    return sha256(Path(path).read_bytes())[:16]


def joined(old: str, new: str) -> str:
    """Return the state of a path after two looks: the fuller one, or CHANGED if they contradict each other.

    >>> joined("file", "file:1a2b"), joined("file:1a2b", "file:3c4d")
    ('file:1a2b', 'changed')
    """
    less, fuller = sorted((old, new), key=len)
    return fuller if fuller.startswith(less) else CHANGED


class Watch:
    """Everything that was read since the watch began.

    root: the project's folder; mirror: a folder that stands for it; own: the folder of the results; log: a file for
    the states, or none. states: the state of each path, relative to the project if it lies there.
    A file is read again only if its size or times are others. The first look is what counts, so no change is lost.
    """

    def __init__(self, root: str, mirror: str, own: str, log: str = "") -> None:
        self.states: dict[str, str] = {}
        self._root, self._mirror, self._log = root, mirror, log
        self._own: dict[str, str] = {}
        self._name_of = functools.cache(self._name)
        package = str(Path(__file__).parents[1])
        skipped = (*_SYSTEM, sys.prefix, sys.base_prefix, package, tempfile.gettempdir(), own)
        self._places = dict.fromkeys(skipped, False) | {root: True}
        if log:
            Path(log).touch()

    def look(self, path: str | bytes | os.PathLike[str], depth: int) -> None:
        """Add the present state of a path, unless it does not count or was written since the watch began."""
        where = os.path.abspath(os.fsdecode(path))  # noqa: PTH100, links are not followed
        if depth == WRITTEN:
            self.add(where, OWN)
        elif where not in self._own and (name := self._name_of(where)):
            self.add(name, state(os.path.join(self._root, name), depth))  # noqa: PTH118

    def add(self, name: str, seen: str) -> None:
        """Add a state, or a path that was written."""
        states = self._own if seen == OWN else self.states
        states[name] = joined(known := states.get(name, ""), seen)
        if self._log and states[name] != known:
            with open(self._log, "ab", buffering=0) as log:  # noqa: PTH123
                log.write(f"{json.dumps([name, seen])}\n".encode())

    def original(self, where: str) -> str:
        """Return the project's own path of one in its mirror, any other as it is."""
        return self._root + where[len(self._mirror) :] if Path(where).is_relative_to(self._mirror) else where

    def make_own(self, path: str | bytes | os.PathLike[str]) -> None:
        """Let a path in the mirror be written without a change of the project; see `unfold`."""
        where = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
        if where.startswith(f"{self._mirror}{os.sep}"):
            unfold(Path(self._mirror), Path(where))

    def _name(self, where: str) -> str:
        """Return the name under which a path counts, or an empty string. The nearest known folder decides."""
        is_cache = where.endswith(".pyc") and "__pycache__" in where
        where = self.original(source_from_cache(where) if is_cache else where)
        inside = (place for place in self._places if f"{where}{os.sep}".startswith(f"{place}{os.sep}"))
        place = max(inside, key=len, default="")
        foreign = bool(self._log) and f"{os.sep}." not in where  # files of the user's own that a notebook reads
        if os.path.basename(where) in LEFTOVERS or not self._places.get(place, foreign):  # noqa: PTH119
            return ""
        return (where[len(place) + 1 :].replace(os.sep, "/") or ".") if place == self._root else where


@contextmanager
def watched(root: Path, mirror: Path, own: Path) -> Iterator[Watch]:
    """Watch what the block reads; see `Watch`."""
    global _watch  # noqa: PLW0603
    _watch = Watch(str(root), str(mirror), str(own))
    _listen()
    try:
        yield _watch
    finally:
        _watch = None


def watch_notebook() -> None:
    """Watch what this process reads from now on, and write it down as WATCH_VARIABLE says. For notebooks' processes."""
    global _watch  # noqa: PLW0603
    if told := os.environ.pop(WATCH_VARIABLE, ""):
        _watch = Watch(*json.loads(told))
        _listen()


def real_path(path: str | Path) -> Path:
    """Return where a path leads; one in the mirror of a project leads where the project's own does."""
    return Path(os.path.realpath(_watch.original(str(path)) if _watch else path))


@contextmanager
def unwatched() -> Iterator[None]:
    """Do not count what this block reads: it counts otherwise, or does not matter."""
    before, _thread.busy = getattr(_thread, "busy", False), True
    try:
        yield
    finally:
        _thread.busy = before


def look(path: str | bytes | os.PathLike[str] | None, depth: int = CONTENT) -> None:
    """Count a path as read, if a watch is on."""
    if _watch and not (isinstance(path, int) or getattr(_thread, "busy", False)):
        with unwatched(), suppress(OSError, TypeError, ValueError):  # the caller's own call will tell
            _watch.look(path or ".", depth)


def module_state(name: str) -> str:
    """Return the distributions and versions that bring a module; empty for Python's own, the project's and absent ones.

    >>> module_state("json"), module_state("jinja2").partition(" ")[0]
    ('', 'Jinja2')
    """
    from importlib.metadata import version  # noqa: PLC0415, no command needs it that runs no notebook

    with unwatched():
        if name in sys.stdlib_module_names or not find_spec(name):  # what is absent needs no look at all distributions
            return ""
        return " ".join(f"{brought} {version(brought)}" for brought in sorted(set(_distributions().get(name, ()))))


@functools.cache
def _distributions() -> Mapping[str, Sequence[str]]:
    from importlib.metadata import packages_distributions  # noqa: PLC0415, as above

    return packages_distributions()


def note(name: str, seen: str) -> None:
    """Count something else that was read, such as one line of a file, by its state, if a watch is on."""
    if _watch:
        _watch.add(name, seen)


@functools.cache
def _listen() -> None:
    sys.addaudithook(_hear)
    for name, depth in (("stat", CONTENT), ("lstat", EXISTENCE), ("access", EXISTENCE)):
        setattr(os, name, _looking(getattr(os, name), depth))


def _looking(call: Callable[..., Any], depth: int) -> Callable[..., Any]:
    """Wrap a system call that looks for a path."""

    @functools.wraps(call)
    def wrapper(path: Any, *arguments: Any, **options: Any) -> Any:
        if options.get("dir_fd") is None:
            look(path, depth if options.get("follow_symlinks", True) else EXISTENCE)
        return call(path, *arguments, **options)

    return wrapper


def _make_own(paths: Sequence[object]) -> None:
    """Let the notebook write paths in the mirror. Where that fails, its own call fails."""
    if _watch and not getattr(_thread, "busy", False):
        with unwatched():
            for path in (path for path in paths if isinstance(path, (str, bytes, os.PathLike))):
                _watch.make_own(path)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Take one of Python's audit events. Most are others and must cost next to nothing."""
    if _watch is None or (event not in _READING and event not in _WRITING):
        return
    if event in _WRITING or (event == "open" and arguments[2] & _FOR_WRITING):
        _make_own(arguments[: 1 if event == "open" else 2])
    if event == "open":
        path, _, flags = arguments
        if flags & (os.O_TRUNC | os.O_EXCL):
            look(path, WRITTEN)
        elif not flags & os.O_WRONLY:
            look(path)
    elif event == "import" and "." not in arguments[0]:
        if brought := module_state(arguments[0]):
            note(MODULE + arguments[0], brought)
        for folder in sys.path:
            for name in (arguments[0], f"{arguments[0]}.py"):
                look(os.path.join(folder, name), EXISTENCE)  # noqa: PTH118
    elif event in ("os.listdir", "os.scandir"):
        if not sys._getframe(1).f_globals.get("__name__", "").startswith("importlib"):  # it tells of modules by itself
            look(arguments[0], LISTING)
    elif event == "sqlite3.connect":
        look(arguments[0])
    elif event == "os.rename":
        look(arguments[1], WRITTEN)
