"""Reading in a process of its own, so that a hostile file costs bounded time and memory.

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
_WORDS = "{file} 读取时超出了时间或内存的上限（{seconds:g} 秒、{gigabytes:g} GB），已停止读取；请向提供者要原始文件。"


T = TypeVar("T")


class _Child:
    """A process that calls functions for its parent, one after the other."""

    def __init__(self) -> None:
        package = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        environment = os.environ | {"PYTHONPATH": path}
        call = [sys.executable, "-P", "-m", "govreport.exchange.readers.subprocess_reader"]
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            call,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def call(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Return a function's result or exception; raises EOFError or OSError when the child ended before."""
        assert self.process.stdin and self.process.stdout
        watch = threading.Timer(MOST_SECONDS, self.process.kill)
        watch.start()
        try:
            pickle.dump((function, args), self.process.stdin)
            self.process.stdin.flush()
            return pickle.load(self.process.stdout)
        finally:
            watch.cancel()


_lock = threading.Lock()
_child: _Child | None = None


def apart(function: Callable[..., T], *args: Any, file: str) -> T:
    """Return the result of a function called in the child process; function and arguments must be picklable.

    file: the file's name in messages. Raises FilingError when the function does, or when it takes more time
    or memory than any report needs, and ValueError when it raises anything else.

    >>> apart(len, b"abc", file="年报.pdf")
    3
    """
    global _child  # noqa: PLW0603
    with _lock:
        if _child is None or _child.owner != os.getpid() or _child.process.poll() is not None:
            _child = _Child()
        try:
            result = _child.call(function, args)
        except BaseException as error:
            _child.process.kill()
            _child.process.communicate()
            _child = None
            if not isinstance(error, (EOFError, OSError, pickle.UnpicklingError)):
                raise
            raise FilingError([_WORDS.format(file=file, seconds=MOST_SECONDS, gigabytes=MOST_MEMORY / 1e9)]) from None
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
