"""Errors whose text an analyst can act on: one Chinese sentence each."""

from __future__ import annotations

import errno
import os
import re
import sysconfig
import tomllib
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from numbers import Integral
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")
LONGEST_SHOWN = 40
"""Characters of a wrong argument that a message shows."""
DEBUG_VARIABLE = "GOVREPORT_DEBUG"
"""Environment variable: where it is set, tracebacks are complete and workers print the output of libraries."""
_INSTALLED = str(Path(__file__).parents[1]), *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib"))
"""Folders of code that is not the analyst's: this package, Python's library and installed packages."""


def read_each(
    read: Callable[[Item], Found], items: Iterable[Item], fail: Callable[[list[str]], GovReportError]
) -> list[Found]:
    """Return what reading gives of each item.

    read: raises GovReportError for a mistake. fail: makes the error that all mistakes raise together.
    """
    found, problems = list[Found](), list[str]()
    for item in items:
        try:
            found.append(read(item))
        except GovReportError as error:
            problems += str(error).split("\n")
    if problems:
        raise fail(problems)
    return found


class GovReportError(Exception):
    """An error that a user can correct; its text is one Chinese sentence.

    A notebook shows the sentence and the line of the cell, without the traceback through the package.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: the error's text, and the line of the analyst's own code."""
        if os.environ.get(DEBUG_VARIABLE):
            return traceback.format_exception(self)
        own = [frame for frame in traceback.extract_tb(self.__traceback__) if not frame.filename.startswith(_INSTALLED)]
        where = [f"第{own[-1].lineno}行：{own[-1].line}"] if own and own[-1].line else []
        return [f"错误：{self}", *where]


class FormError(GovReportError):
    """A form's TOML file is malformed; the text names the file and the key."""


class ProjectError(GovReportError):
    """The project folder, its register, an agency or a year is missing."""


class ExpressionError(GovReportError):
    """An expression in a narrative cannot be evaluated."""


class ArgumentError(GovReportError, TypeError, ValueError):
    """A function was called with something that it does not take."""


class UnknownNameError(GovReportError, KeyError):
    """Something was asked for by a name that nothing has."""

    __str__ = Exception.__str__


YEAR = Integral, "年度应是整数，如 2023"
"""What a year is, for `require`."""


def require(value: object, kind: type | tuple[type, ...], expected: str) -> None:
    """Raise ArgumentError for a value of another kind; a bool is no number.

    >>> require("2023", *YEAR)
    Traceback (most recent call last):
    ...
    govreport.core.errors.ArgumentError: 年度应是整数，如 2023，这里是 str：'2023'；请改正。
    """
    if isinstance(value, bool) or not isinstance(value, kind):
        shown = " ".join(repr(value).split())[:LONGEST_SHOWN]
        raise ArgumentError(f"{expected}，这里是 {type(value).__name__}：{shown}；请改正。")


def choice_of(key: str, choices: Iterable[str], what: str, of: str = "", known: str = "") -> str:
    """Return the key if it is one of the choices.

    what: the Chinese word for the kind of choice, for the message; of: what has these and no others, and what to
    do, in a clause; known: what is told of the choices in place of all of
    them, where there are many. Raises UnknownNameError for any other key, which names the choice that is most like it.
    """
    if key in (keys := tuple(choices)):
        return key
    told = f"；这是{of}" if of else ""
    told = f"；是否应为 {close[0]}" if (close := get_close_matches(str(key), keys, 1)) else told
    raise UnknownNameError(f"没有名为“{key}”的{what}；{known or '可用的' + what + '：' + '、'.join(keys)}{told}。")


def listed(items: Sequence[str], most: int, counted: str = "") -> str:
    """Return items of a sentence, the first ones if there are many.

    most: how many are named at most; counted: the measure word of the number of all, which follows if one is given.

    >>> listed(["甲", "乙", "丙"], 2, "个"), listed(["甲", "乙", "丙"], 2), listed(["甲", "乙"], 2, "个")
    ('甲、乙等3个', '甲、乙等', '甲、乙')
    """
    all_of_them = f"等{len(items)}{counted}" if counted else "等"
    return "、".join(items[:most]) + (all_of_them if len(items) > most else "")


_OS_REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "文件系统只读",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "不存在",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EEXIST: "已存在",
    errno.EISDIR: "应是文件，却是文件夹",
    errno.ELOOP: "链接指向自己",
    errno.ENOMEM: "内存不足",
    errno.EMFILE: "打开的文件过多",
    errno.EIO: "设备读写出错",
    errno.EADDRINUSE: "已被其他程序占用",
}


def os_reason(error: OSError) -> str:
    """Return the reason of a system error; usual reasons are in Chinese.

    >>> os_reason(OSError(errno.ENOSPC, "No space left on device"))
    '磁盘已满'
    """
    return _OS_REASONS.get(error.errno or 0) or str(error.strerror or error)


def toml_reason(error: Exception, text: str) -> str:
    r"""Return why a text is no TOML: the place where it stops being so.

    >>> toml_reason(ValueError("Expected ']' at the end of a table declaration (at line 3, column 8)"), "")
    '第3行第8列写法有误'
    >>> toml_reason(ValueError("Invalid value (at end of document)"), "a = 1\nb = [\n")
    '到末尾第2行仍不完整'
    """
    if isinstance(error, RecursionError):
        return "嵌套过深"
    place, last = re.search(r"at line (\d+), column (\d+)", str(error)), text.rstrip().count("\n") + 1
    told = f"第{place[1]}行第{place[2]}列写法有误" if place else str(error)
    return f"到末尾第{last}行仍不完整" if "at end of document" in told else told


def os_sentence(error: OSError) -> str:
    """Return a system error as a sentence that names the file; of two, the one that was to be written.

    >>> os_sentence(IsADirectoryError(errno.EISDIR, "Is a directory", "review.toml"))
    '无法读写 review.toml（应是文件，却是文件夹）；请检查路径、权限和磁盘空间。'
    """
    return f"无法读写 {error.filename2 or error.filename or '文件'}（{os_reason(error)}）；请检查路径、权限和磁盘空间。"


class InconsistentReportError(GovReportError):
    """A report has unwaived errors and was asked to be consistent."""


class FilingError(GovReportError):
    """A filing cannot be read.

    problems: every reason, a Chinese sentence each that names the file and, where there is one, the line.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type[FilingError], tuple[tuple[str, ...]]]:
        return FilingError, (self.problems,)


def parse_toml(text: str, shown: str, must: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """Return what the text of a TOML file holds.

    shown: the file's name, and must: what has to be done, in the message; parse_float: makes a number of its text.
    Raises FilingError, which names the place where the text is no TOML.
    """
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except (ValueError, RecursionError) as error:
        raise FilingError([f"{shown} 不是可读的 TOML（{toml_reason(error, text)}）；{must}。"]) from None


@contextmanager
def in_project_file() -> Iterator[None]:
    """Within it, a mistake in a file is one of the project's own: ProjectError in place of FilingError."""
    try:
        yield
    except FilingError as error:
        raise ProjectError(str(error)) from None
