"""Text files: read within bounds, in UTF-8 or GB18030, without invisible characters; written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import platform
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from govreport.core.errors import FilingError, os_reason

LIMIT = 2_000_000
"""Most bytes of a table or a narrative; real files have a hundredth of it."""
FILL_IN = "请填写内容，或从其他年度复制后修改"
"""What helps where a file of a filing is empty."""
LONGEST_MARKDOWN = 100_000
"""Most characters of a text that is read as Markdown; the longest parts of real reports have a tenth of it."""
HOST = re.sub(r"[^0-9A-Za-z]", "", platform.node())[:32] or "host"
"""The name of this machine: several machines may share a folder."""

UNFINISHED = ".writing-"
"""Prefix of the names of unfinished files; the writer's machine and process id follow."""

_INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")
"""Beginnings of a text that a spreadsheet program evaluates as a formula."""


@dataclass(frozen=True)
class TextFile:
    """A file's text; notes: guesses made in reading it, as Chinese sentences."""

    text: str
    notes: tuple[str, ...] = ()


def read_bytes(path: Path, shown: str, limit: int, remedy: str = FILL_IN) -> bytes:
    """Return what a file holds that something is expected in.

    path: the file; shown: its name in messages, relative to the project; remedy: what helps when nothing is in it, an
    empty text where that is no mistake.
    Raises FilingError when it is missing, no file, empty or has more bytes than the limit.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            what = "应是文件，却是文件夹" if stat.S_ISDIR(found.st_mode) else "不是普通文件（可能是设备或管道）"
            raise FilingError([f"{shown} {what}；请移走后放入同名文件。"])
        if found.st_size > limit:
            raise FilingError([f"{shown} 有 {found.st_size:,} 字节，超过 {limit:,} 字节的上限；请确认放对了文件。"])
        data = path.read_bytes()
    except FileNotFoundError:
        raise FilingError([f"缺少 {shown}；请补上这个文件。"]) from None
    except (OSError, ValueError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else "路径有误"
        raise FilingError([f"{shown} 无法打开（{reason}）；请检查文件权限。"]) from None
    if remedy and not data.strip():
        raise FilingError([f"{shown} 是空文件；{remedy}。"])
    return data


def read_text(path: Path, shown: str, limit: int = LIMIT, remedy: str = FILL_IN) -> TextFile:
    """Read a text file as UTF-8 or, with a note, GB18030.

    path: the file; shown: its name in messages, relative to the project; remedy: as of `read_bytes`.
    Raises FilingError when it is missing, empty, too large or not text in these encodings.
    """
    data = read_bytes(path, shown, limit, remedy)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        hint = "（表格软件中选“CSV UTF-8”）" if path.suffix == ".csv" else ""
        raise FilingError([f"{shown} 是 UTF-16 编码；请另存为 UTF-8{hint}。"])
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"):
        raise FilingError([f"{shown} 不是文本文件（可能是改了扩展名的表格或文档）；请另存为 UTF-8 文本。"])
    notes = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise FilingError([f"{shown} 第{line}行既不是 UTF-8 也不是 GB18030 编码；请另存为 UTF-8。"]) from None
        notes.append(f"{shown} 是 GB18030 编码，已按此读取；建议另存为 UTF-8。")
    cleaned, removed = _INVISIBLE.subn("", text)
    if removed:
        notes.append(f"{shown} 含有 {removed} 个不可见的控制字符，已去除。")
    return TextFile(re.sub(r"\r\n?", "\n", cleaned), tuple(notes))


def sha256(content: str | bytes) -> str:
    """Return the SHA-256 digest of bytes, or of a text in UTF-8, in hexadecimal digits.

    >>> sha256("3件")[:6]
    '9a285b'
    """
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def no_formula(text: str) -> str:
    """Return a text for a cell of a CSV file; an apostrophe precedes what a spreadsheet program would evaluate.

    >>> no_formula("=1+1"), no_formula("3件")
    ("'=1+1", '3件')
    """
    flat = re.sub(r"\r\n?", "\n", text)
    return f"'{flat}" if flat.startswith(FORMULA_STARTS) else flat


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    r"""Return rows as the text of a CSV file.

    >>> csv_text([("row", "value"), ("甲,乙", 3)])
    'row,value\n"甲,乙",3\n'
    """
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside the target; rename it to the target when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{UNFINISHED}{HOST}-{os.getpid()}-{secrets.token_hex(8)}{path.suffix}")
    try:
        temporary.touch(exist_ok=False)  # with the permissions that the user gives to new files
        yield temporary
        temporary.replace(path)
    except OSError as error:
        if error.filename == str(temporary):
            error.filename = str(path)  # the name that the user knows
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Lock a folder, so that nobody else who asks for it works there. Does nothing on systems without such locks."""
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a network folder may not support locks
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def write_text(path: Path, text: str, *, bom: bool = False) -> None:
    """Write a text file whole or not at all, as UTF-8 with Unix line ends."""
    with written_whole(path) as temporary:
        temporary.write_bytes(text.encode("utf-8-sig" if bom else "utf-8"))
