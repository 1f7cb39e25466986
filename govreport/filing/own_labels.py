"""What the labels of an analyst's own tables say: totals, what others hold already, rates, and other years."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from govreport.forms import part_words

Label = tuple[str, ...]
TOTALS = ("合计", "总计", "共计", "总数", "总合计", "总和", "计")
"""Labels of rows and columns of totals."""
_YEAR = re.compile("(?:19|20)[0-9]{2}|[一二][〇零九][〇零一二三四五六七八九]{2}")
_AROUND = re.compile(
    rf"^(?:(?:{_YEAR.pattern})年?度?|[全本当今]年度?|年度|全部|各项|以上|全[国省市州县区镇乡]|[两二三四五六七八九十]+[项类者])+(?=.)"
    r"|(?:(?<=计)(?:[件条次项篇人份]?数|金额))?(?:(?<=.)[(【\[〔].*)?[:*]*$"
)
"""What may stand around such a label: a year or all of it, a whole; what is counted, a unit in brackets, a colon."""
_WITHIN = re.compile("^#?其中|小计|^(?:历年|截至.*)?累计$")
"""What tells that others hold what is counted: 小计, 其中; and what may count earlier years as well: 累计."""
_COMPARED = re.compile("[上去]年(?!.*结)|同期|同比|环比|[比较]上|增减|增幅|增速|变化")
"""What tells that a label is of another year or of a change since, which a total need not hold: 上年合计, 增减."""
_RATE = re.compile("[率%‰]|占比|比例|比重|百分比|平均|[人户日月年]均")
"""What tells that a column or row holds rates or means, which are no parts of a sum."""
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """Return a text in one shape, however it is typed: no blanks, no full-width forms, Simplified characters.

    >>> bare("總　計（條）")
    '总计(条)'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(part_words().simplified)


def is_total(label: Label, total: str = TOTALS[0]) -> bool:
    """Whether a label is that of totals, whatever year and unit are with it: any of TOTALS, or another asked for.

    >>> [is_total((label,)) for label in ("总　计（条）：", "2023年度合計", "上年合计", "累计")]
    [True, True, False, False]
    """
    word, asked = (_AROUND.sub("", bare(text)) for text in (label[-1], total))
    return word in (TOTALS if asked == TOTALS[0] else (asked,))


def totals(labels: Sequence[Label], total: str = TOTALS[0]) -> list[int]:
    """Return the places of the labels of totals, but of those of a year before another's.

    >>> totals([("网站",), ("2022年合计",), ("2023年合计",)])
    [2]
    """
    years = {n: _year(label) for n, label in enumerate(labels) if is_total(label, total)}
    now = "" if "" in years.values() else max(years.values(), default="")
    return [n for n, year in years.items() if year == now]


def parts_of(labels: Sequence[Label], place: int, total: str = TOTALS[0]) -> list[int]:
    """Return the places of what the total at a place adds up: under its outer label, of its year.

    Rates are none where there is anything else.

    >>> parts_of([("网站",), ("小计",), ("办结率",), ("合计",)], 3)
    [0]
    """
    outer, year = labels[place][:-1], _year(labels[place])
    under = [n for n, label in enumerate(labels) if label[: len(outer)] == outer]
    within = [n for n in under if not (is_total(labels[n], total) or repeats(labels[n]))]
    own = [n for n in within if not year or _year(labels[n]) in ("", year)]
    return [n for n in own if not is_rate(labels[n])] or own


def _year(label: Label) -> str:
    """Return the year that a label begins with, empty where it has none."""
    found = _YEAR.match(bare(label[-1]))
    return found[0].translate(_DIGITS) if found else ""


def is_rate(label: Label) -> bool:
    """Whether a label is that of rates, such as 办结率, 占比 or 增长（%）."""
    return bool(_RATE.search(bare(label[-1])))


def is_compared(label: Label) -> bool:
    """Whether a label is of another year, or of a change since, so that a total may leave it out."""
    return bool(_COMPARED.search(bare(label[-1])))


def repeats(label: Label) -> bool:
    """Whether what stands beside a label is a sum of others or within another, so that it is not added again."""
    return is_total(label) or bool(_WITHIN.search(_AROUND.sub("", bare(label[-1]))))
