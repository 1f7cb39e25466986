"""Reading in a process of its own: what a hostile file makes a reader do is bounded in time and memory.

The readers of PDF are partly native code, which nothing within the same process can stop. One child is kept
from file to file; it ends with its parent, or when it took too long, and the next file gets another.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from govreport.core import FilingError, GovReportError

MOST_SECONDS, MOST_MEMORY = 60.0, 1_000_000_000
"""Seconds and, where the system can bound it, bytes of address space of one call; real files take a hundredth."""
_WORDS = "{shown} 读取时超出了时间或内存的上限（{seconds:g} 秒、{gigabytes:g} GB），已停止读取；请向提供者要原始文件。"


T = TypeVar("T")


class _Child:
    """A process that calls functions for its parent, one after the other."""

    def __init__(self) -> None:
        package = str(Path(__file__).resolve().parents[3])
        known = os.environ.get("PYTHONPATH")
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([package, known] if known else [package])}
        call = [sys.executable, "-P", "-m", "govreport.exchange.readers.subprocess_reader"]
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )

    def usable(self) -> bool:
        """Whether it is this process's own and still runs."""
        return self.owner == os.getpid() and self.process.poll() is None

    def call(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Return what a function gives or raises; EOFError or OSError when the child came to its end first."""
        assert self.process.stdin and self.process.stdout
        watch = threading.Timer(MOST_SECONDS, self.process.kill)
        watch.start()
        try:
            pickle.dump((function, args), self.process.stdin)
            self.process.stdin.flush()
            return pickle.load(self.process.stdout)
        finally:
            watch.cancel()

    def end(self) -> None:
        """Stop it."""
        self.process.kill()
        self.process.communicate()


_lock = threading.Lock()
_child: _Child | None = None


def apart(function: Callable[..., T], *args: Any, shown: str) -> T:
    """Return what a function gives for arguments, called in the child; both must be such as can be pickled.

    shown: the file's name in messages. Raises FilingError when the function does, or when it takes more time
    or memory than any report needs, and ValueError when it raises anything else.

    >>> apart(len, b"abc", shown="年报.pdf")
    3
    """
    global _child  # noqa: PLW0603
    with _lock:
        if _child is None or not _child.usable():
            _child = _Child()
        try:
            result = _child.call(function, args)
        except BaseException as error:
            _child.end()
            _child = None
            if not isinstance(error, (EOFError, OSError, pickle.UnpicklingError)):
                raise
            raise FilingError([_WORDS.format(shown=shown, seconds=MOST_SECONDS, gigabytes=MOST_MEMORY / 1e9)]) from None
    if isinstance(result, Exception):
        raise result
    return result  # type: ignore[no-any-return]


def _serve() -> None:
    """Call what the parent asks for until it closes the pipe; nothing else may write to it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    while True:
        try:
            function, args = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            result = function(*args)
        except GovReportError as error:
            result = error
        except Exception as error:
            result = ValueError(repr(error))
        pickle.dump(result, answers)
        answers.flush()


if __name__ == "__main__":
    try:
        _serve()
    except KeyboardInterrupt:
        sys.exit(130)
