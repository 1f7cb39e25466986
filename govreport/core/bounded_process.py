"""Work on others' files in a process of its own, so that a hostile one costs bounded time and memory.

The readers of PDF and Typst are native code, which nothing within the same process can stop. One child is kept
from file to file; it ends with its parent, or when it computed too long, and the next file gets another.
"""

from __future__ import annotations

import math
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from govreport.core.errors import FilingError, GovReportError

MOST_SECONDS, MOST_MEMORY = 60, 1_000_000_000
"""Seconds of processor and bytes of address space of one call, where the system can bound them; real files take a
hundredth. Seconds on the clock would stop right files on a busy machine."""

T = TypeVar("T")


def _started() -> subprocess.Popen[bytes]:
    """Return a process that calls functions for its parent, one after the other."""
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "govreport.core.bounded_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": path, "RAYON_NUM_THREADS": "1"},  # each thread reserves memory
    )


_lock = threading.Lock()
_child: subprocess.Popen[bytes] | None = None


def apart(
    function: Callable[..., T],
    *args: Any,
    file: str,
    doing: str = "读取",
    remedy: str = "请向提供者要原始文件",
    seconds: int = 0,
) -> T:
    """Return the result of a function called in the child process; function and arguments must be picklable.

    file, doing, remedy: the file's name, what is done with it, and what helps, in messages; seconds: of processor, by
    default MOST_SECONDS. Raises FilingError when the function does, or when it takes more time or memory than any
    report needs, and ValueError when it raises anything else that is no GovReportError.

    >>> apart(len, b"abc", file="年报.pdf")
    3
    """
    global _child  # noqa: PLW0603
    with _lock:
        if _child is None or _child.poll() is not None:  # a fork does not wait for its parent's child: it has ended
            _child = _started()
        assert _child.stdin and _child.stdout
        try:
            pickle.dump((function, args, seconds or MOST_SECONDS), _child.stdin)
            _child.stdin.flush()
            result = pickle.load(_child.stdout)
        except BaseException as error:
            _child.kill()
            _child.communicate()
            _child = None
            if not isinstance(error, (EOFError, OSError, pickle.UnpicklingError)):
                raise
            bounds = f"{seconds or MOST_SECONDS:g} 秒、{MOST_MEMORY / 1e9:g} GB"
            told = f"{file} {doing}时超出了时间或内存的上限（{bounds}），已停止{doing}；{remedy}。"
            raise FilingError([told]) from None
    if isinstance(result, Exception):
        raise result
    return result  # type: ignore[no-any-return]


def _serve() -> None:
    """Call what the parent asks for until it closes the pipe; nothing else may write to it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with suppress(ValueError):  # whoever started govreport bounds it more, or the system does not bound it
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    while True:
        try:
            function, args, seconds = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        if sys.platform != "win32":
            most = math.ceil(time.process_time()) + seconds
            with suppress(ValueError):  # as above
                resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        try:
            result = function(*args)
        except GovReportError as error:
            result = error
        except Exception as error:
            result = ValueError(repr(error))
        pickle.dump(result, answers)
        answers.flush()


if __name__ == "__main__":
    _serve()
