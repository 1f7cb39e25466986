"""What a spreadsheet shows of a number: its format writes a unit beside it, and may scale it."""

from __future__ import annotations

import re
from decimal import Decimal

_TOKEN = re.compile(
    r'"([^"]*)"|[\\!](.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].|(?P<digit>General|[0#?]|E[+-])|(?P<sign>[;,.%])|(.)',
    re.DOTALL,
)
_NO_WORDS, _POINT, _THOUSANDS = re.compile(r"[^\w%％‰]+"), re.compile(r"·(#+)"), re.compile(r"(?<=#),+(?![#,])")


def as_shown(value: object, number_format: str | None) -> object:
    """Return a cell's value as it is seen: a number with words or a scale in its format as text, all else as it is.

    Decimals that the format does not show count; where it divides the number, what is held stands behind in brackets.

    >>> as_shown(33519000, '#,##0.00"元"'), as_shown(0.5, "0%"), as_shown(3, "#,##0.00"), as_shown(12000, "#,##0,")
    ('33519000元', '50%', 3, '12（所存为12000）')
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or number_format in (None, "General"):
        return value
    held, shapes = Decimal(repr(value)), _TOKEN.sub(_shape, str(number_format)).split(";")
    section = (held <= 0) + (held == 0) if len(shapes) > 2 else int(held < 0)
    shape = shapes[min(section, len(shapes) - 1)]
    before, digits, behind = shape.partition("#")
    words = [_NO_WORDS.sub("", part) for part in (before, behind)]
    scale = sum(map(len, _POINT.findall(_THOUSANDS.sub(lambda own: len(own[0]) * "·###", shape))))
    if not scale and not any(words):
        return value
    shown = _plain(held.scaleb(2 * shape.count("%") - scale)).join(words) if digits else words[0]
    return f"{shown}（所存为{_plain(held)}）" if scale and held else shown


def _shape(token: re.Match[str]) -> str:
    """Return what stands for a part of a format: ``#`` for a digit, ``·`` for a point that is only written."""
    written = token[token.lastindex or 0].replace("%", "％") if token.lastindex else ""
    return "#" if token["digit"] else token["sign"] or ("·" if written == "." else _NO_WORDS.sub("", written))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
