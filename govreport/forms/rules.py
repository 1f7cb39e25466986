"""The language of rules: linear identities and inequalities over cell names, as data.

A rule reads ``proactive.*.in_force = last.proactive.*.in_force + proactive.*.issued``: names of
cells or derived names, joined by ``+`` and ``-``; ``=`` or ``<=``; ``*`` stands for each row or
column that the rule runs over; ``last.`` is the filing of the year before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SEVERITIES = ("error", "warning", "notice")
_NAME = re.compile(r"(last\.)?[a-z_]+(\.[a-z_*]+)+")


@dataclass(frozen=True)
class NameTerm:
    """A signed name in a rule's identity; `last` when it is the year before's."""

    coefficient: int
    name: str
    last: bool


@dataclass(frozen=True)
class Rule:
    """A rule before it is expanded over rows or columns.

    each: ``rows``, ``columns``, keys of rows, or empty for a rule without ``*``.
    sense: ``=`` or ``<=``. message: Chinese template over each, stated, expected, difference.
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
    """Return left side, sense and right side of an identity.

    Raises ValueError with a Chinese clause when it is not of the language.

    >>> parse_identity("a.x = last.a.x - a.y")[2]
    (NameTerm(coefficient=1, name='a.x', last=True), NameTerm(coefficient=-1, name='a.y', last=False))
    """
    match = re.fullmatch(r"([^<>=]+)(<=|=)([^<>=]+)", identity)
    if not match:
        raise ValueError("应恰有一个 = 或 <=")
    left, sense, right = match.groups()
    return _parse_side(left), sense, _parse_side(right)


def _parse_side(side: str) -> tuple[NameTerm, ...]:
    terms: list[NameTerm] = []
    sign: int | None = 1
    for token in side.replace("+", " + ").replace("-", " - ").split():
        if token in "+-":
            if sign is not None and terms:
                raise ValueError(f"“{token}”前缺少名称")
            sign = 1 if token == "+" else -1
        elif sign is None:
            raise ValueError(f"“{token}”前缺少 + 或 -")
        elif not _NAME.fullmatch(token):
            raise ValueError(f"“{token}”不是单元格名称")
        else:
            last = token.startswith("last.")
            terms.append(NameTerm(sign, token.removeprefix("last."), last))
            sign = None
    if sign is not None or not terms:
        raise ValueError("名称不全")
    return tuple(terms)
