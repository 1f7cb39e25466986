"""Characters of foreign files: encodings, invisible characters, spaces, look-alike ideographs."""

from __future__ import annotations

import codecs
import re
import unicodedata
from contextlib import suppress

from charset_normalizer import from_bytes

from govreport.core import FilingError, gap_space

DECLARED_AS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "hz-gb-2312": "hz", "big5": "big5hkscs"}
"""Encodings by names that pages declare though they use characters beyond those encodings."""
KNOWN = frozenset({
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "hz", "big5hkscs", "ascii", "iso8859-1", "cp1252",
    "shift_jis", "euc_jp", "euc_kr",
})  # fmt: skip
"""Encodings of pages. Python's other codecs may unpack archives or take unbounded time."""
LONGEST_QUOTE = 40
MOST_LOST = 0.05
"""Share of characters that may be unreadable before a file is no text."""
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)
_GAP = re.compile(r"\s+")
_RADICALS = str.maketrans(
    "⼾⾭⺁⺒⺝⺠⺩⺯⺶⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
    "户青厂巳月民王糸羊虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙",
)
"""Radicals that Unicode gives no equivalent of, or a traditional one; all others have one that is meant."""
_NO_IDEOGRAPH = re.compile("[\u2e80-\u2fd5\uf900-\ufad9]")


def decode(data: bytes, file: str, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return a file's text, and what had to be guessed: Chinese sentences.

    declared: the encoding that the file says it has, in any spelling, or empty. UTF-8 is tried before it, since pages
    are saved anew by programs that leave the old declaration; neither given, the encoding is guessed.
    Raises FilingError when too much of it is no text.

    >>> decode("公开".encode("gb18030"), "a.html", "GB2312")
    ('公开', ())
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return _lossy(data[len(mark) :], name, file, ())
    named = _known(declared.strip().lower())
    for name in filter(None, ("utf-8", named)):
        with suppress(ValueError):
            return codecs.getincrementaldecoder(name)().decode(data), ()
    if named and data.decode(named, "replace").count("\ufffd") < MOST_LOST * len(data):
        return _lossy(data, named, file, ())
    best = from_bytes(data, cp_isolation=["gb18030", "big5", "utf_16_le", "utf_16_be"]).best()
    name = DECLARED_AS.get(best.encoding, best.encoding) if best else "gb18030"
    return _lossy(data, name, file, (f"{file} 没有写明编码，按 {name.upper()} 读取。",))


def _known(declared: str) -> str:
    """Return Python's name of a declared encoding, empty when pages do not use it."""
    with suppress(LookupError, ValueError):
        name = codecs.lookup(DECLARED_AS.get(declared, declared)).name
        return name if name in KNOWN else ""
    return ""


def _lossy(data: bytes, name: str, file: str, notes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    text = codecs.getincrementaldecoder(name)("replace").decode(data)
    lost = text.count("\ufffd")
    if lost > MOST_LOST * len(text):
        raise FilingError([f"{file} 不是可读的文字（编码无法识别）；请另存为 UTF-8 后再导入。"])
    told = (f"{file} 有 {lost} 处文字无法识别，读作“\ufffd”。",) if lost else ()
    return text, notes + told


def with_ideographs(text: str) -> str:
    """Return a text with ordinary ideographs for the radicals and compatibility ideographs that look like them.

    Text layers of PDF hold these where a font has one glyph for both; what is copied from there holds them too.

    >>> with_ideographs("⼈⺠政府⼯作门⼾"), with_ideographs("人民")
    ('人民政府工作门户', '人民')
    """
    return _NO_IDEOGRAPH.sub(lambda found: unicodedata.normalize("NFKC", found[0].translate(_RADICALS)), text)


def excerpt(text: str) -> str:
    """Return a text as messages quote it: on one line, and not whole where it is long."""
    return " ".join(text.split())[:LONGEST_QUOTE]


def tidy(text: str) -> str:
    r"""Return a text without invisible characters, with one space for any white space, none at its ends.

    A line end between Chinese characters is no space.

    >>> tidy("　信息\n  公开\xa0 \u200b年报 ")
    '信息公开 年报'
    """
    return _GAP.sub(gap_space, _INVISIBLE.sub("", with_ideographs(text))).strip()
