"""A project's ``rules.toml``: rules in the language of the forms' rules, and settings of the rules on prose."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from govreport.checks.prose.repetition import SIMILARITY
from govreport.core import FilingError, FormError, ProjectError, line_of, read_text, toml_reason
from govreport.forms import Catalogue, Rule, read_rules

RULES_FILE = "rules.toml"


def project_rules(root: Path, catalogue: Catalogue | None = None) -> tuple[Rule, ...]:
    """Return the rules of a project's ``rules.toml``; none where it has no such file.

    catalogue: the editions whose names they may use, by default the package's.
    Raises ProjectError with a sentence that names the line of a mistake.
    """
    return _settings(root, catalogue)[0]


def similarity(root: Path, catalogue: Catalogue | None = None) -> float:
    """Return the similarity with last year's prose from which on rule N8 tells of it: ``similarity`` of ``[prose]``.

    catalogue: as for `project_rules`.
    Raises ProjectError with a sentence that names the line of a mistake.
    """
    return _settings(root, catalogue)[1]


def _settings(root: Path, catalogue: Catalogue | None) -> tuple[tuple[Rule, ...], float]:
    path = root / RULES_FILE
    if not path.exists():
        return (), SIMILARITY
    try:
        text = read_text(path, RULES_FILE).text
    except FilingError as error:
        raise ProjectError(str(error)) from None
    return _read(text, catalogue or Catalogue.read())


@lru_cache(maxsize=8)
def _read(text: str, catalogue: Catalogue) -> tuple[tuple[Rule, ...], float]:
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProjectError(
            f"{RULES_FILE} 不是可读的 TOML（{toml_reason(error)}）；每条规则应以 [[rules]] 开头。"
        ) from None
    try:
        rules = read_rules(data, RULES_FILE, tuple(catalogue.editions.values()))
    except FormError as error:
        raise ProjectError("\n".join(_with_line(problem, text) for problem in str(error).split("\n"))) from None
    return rules, float(data.get("prose", {}).get("similarity", SIMILARITY))


def _with_line(message: str, text: str) -> str:
    """Return a message that names a key, or a rule by its number, with the line where that stands put in."""
    place, _, what = message.removeprefix(f"格式文件 {RULES_FILE} 的 ").partition("：")
    match = re.fullmatch(r"rules\[(\d+)\]\.(.+)", place)
    told = f"（第{match[1]}条规则的 {match[2]}）" if match else f"的 {place}"
    return f"{RULES_FILE} 第{line_of(text, place)}行{told}：{what}"
