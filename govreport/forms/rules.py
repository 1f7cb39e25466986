"""The rule language: linear identities and inequalities over cell names, as data.

An example of a rule is ``proactive.*.in_force = last.proactive.*.in_force + proactive.*.issued``.
Each side consists of cell names or derived names with ``+`` or ``-`` between them; a name can have an
integer factor (``2 * name``); in a project's own rules a term can also be a number. ``=``, ``<=`` or ``>=`` separates
the sides. ``*`` in a name stands for each
row or column of the rule's ``each``. The prefix ``last.`` means the filing of the year before.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TERM = re.compile(
    r"\s*([+-])?\s*(?:(\d{1,6})\s*\*\s*)?((?:last\.)?[a-z_]+(?:\.(?:[a-z_]+|\*))+|\d{1,12}(?:\.\d{1,8})?(?!\s*[\d.*]))\s*"
)


@cache
def rule_explanations() -> Mapping[str, str]:
    """Return what each rule of the package asks for, in Chinese, by its id.

    >>> rule_explanations()["V2"]
    '每格已填写：没有的填0，不留空白'
    """
    return tomllib.loads((Path(__file__).parent / "prose/rules.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class NameTerm:
    """A name with its signed coefficient in a rule's identity; `last` is True for the filing of the year before.

    In place of a name there can be a number as it is written, in the unit of the rule's cells.
    """

    coefficient: int
    name: str
    last: bool

    @property
    def is_number(self) -> bool:
        """Whether a number stands in place of a name."""
        return self.name[0].isdigit()


@dataclass(frozen=True)
class Rule:
    """A rule before its expansion over rows or columns.

    each: ``rows``, ``columns``, keys of rows, or empty for a rule without ``*``.
    sense: ``=``, ``<=`` or ``>=``. message: Chinese template with the fields each, stated, expected, difference.
    """

    id: str
    severity: str
    table: str
    each: str | tuple[str, ...]
    identity: str
    left: tuple[NameTerm, ...]
    sense: str
    right: tuple[NameTerm, ...]
    message: str


def parse_identity(identity: str) -> tuple[tuple[NameTerm, ...], str, tuple[NameTerm, ...]]:
    """Return the left side, the sense and the right side of an identity.

    Raises ValueError with a Chinese clause if the text is not in the rule language.

    >>> parse_identity("a.x = last.a.x - a.y")[2]
    (NameTerm(coefficient=1, name='a.x', last=True), NameTerm(coefficient=-1, name='a.y', last=False))
    """
    match = re.fullmatch(r"([^<>=]+)(<=|>=|=)([^<>=]+)", identity)
    if not match:
        raise ValueError("应恰有一个 =、<= 或 >=")
    left, sense, right = match.groups()
    return _parse_side(left), sense, _parse_side(right)


def _parse_side(side: str) -> tuple[NameTerm, ...]:
    terms: list[NameTerm] = []
    place = 0
    while place < len(side.rstrip()):
        match = _TERM.match(side, place)
        if not match or (terms and not match[1]):
            raise ValueError(f"“{side[place:].strip()[:40]}”处应是 + 或 - 连接的单元格名称或数字")
        if match[2] and not int(match[2]):
            raise ValueError("系数不应为0")
        factor = int(match[2] or 1) * (-1 if match[1] == "-" else 1)
        terms.append(NameTerm(factor, match[3].removeprefix("last."), match[3].startswith("last.")))
        place = match.end()
    if not terms:
        raise ValueError("等号两边都应有单元格名称或数字")
    return tuple(terms)
