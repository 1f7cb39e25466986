"""Rules of a project's own, in ``rules.toml``, in the language of the forms' rules."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from govreport.errors import FilingError, FormError, ProjectError
from govreport.forms import Rule, editions, read_rules
from govreport.textfile import read_text

FILE = "rules.toml"


def project_rules(root: Path) -> tuple[Rule, ...]:
    """Return the rules of a project's ``rules.toml``; none where it has no such file.

    Raises ProjectError with a sentence that names the line of a mistake.
    """
    path = root / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else ()


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> tuple[Rule, ...]:
    try:
        text = read_text(path, FILE).text
        data = tomllib.loads(text)
    except FilingError as error:
        raise ProjectError(str(error)) from None
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{FILE} 不是可读的 TOML（{error}）；每条规则应以 [[rules]] 开头。") from None
    try:
        return read_rules(data, FILE, tuple(editions().values()))
    except FormError as error:
        raise ProjectError(_with_line(str(error), text)) from None


def _with_line(message: str, text: str) -> str:
    """Return a message that names a rule by its number, with the line where that stands put in."""
    match = re.search(r"格式文件 \S+ 的 rules\[(\d+)\]\.?(\w+)?", message)
    if not match:
        key = message.removeprefix(f"格式文件 {FILE} 的 ").split("：")[0]
        place = re.search(rf"^\s*\[*\s*{re.escape(key)}\b", text, re.MULTILINE)
        line = text.count("\n", 0, place.start() + len(place[0]) - len(place[0].lstrip())) + 1 if place else 1
        return message.replace(f"格式文件 {FILE} 的 ", f"{FILE} 第{line}行的 ")
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[\s*rules\s*\]\]", line)]
    number = int(match[1])
    if number > len(starts):
        return message
    start = starts[number - 1]
    end = starts[number] if number < len(starts) else len(lines)
    key = match[2]
    found = next((n for n in range(start, end) if key and re.match(rf"\s*{key}\s*=", lines[n])), start)
    return message.replace(match[0], f"{FILE} 第{found + 1}行（第{number}条规则{f'的 {key}' if key else ''}）", 1)
