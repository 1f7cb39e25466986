"""Mentions: each quantity of a passage with the words around it, the sentence and bracket it stands in, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from govreport.checks.prose.passages import Passage
from govreport.checks.prose.quantities import Quantity, quantities

_CLAUSE = re.compile(r"[，；：。！？（）]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年度?|(?=[，、]))")
_LEADING = "，、；：。（）！？"


@dataclass(frozen=True, eq=False)
class Mention:
    """A quantity where it stands.

    number: which of the passage's; lead: the text since the mention before it or since the sentence
    began; tail: the text up to the next delimiter; bracket: where the innermost bracket
    around it opens, -1 outside; sentence: where its sentence starts and ends.
    """

    passage: Passage
    number: int
    quantity: Quantity
    lead: str
    tail: str
    bracket: int
    sentence: tuple[int, int]

    @cached_property
    def label(self) -> str:
        """What is said of it right before it: the last clause of its lead."""
        lead = self.lead
        if lead and self.quantity.start - len(lead) > self.sentence[0]:
            lead = lead[len(self.follows) :]
        return _CLAUSE.split(lead.lstrip(_LEADING))[-1].lstrip("、")

    @cached_property
    def follows(self) -> str:
        """What of its lead belongs to the mention before it: up to a pause, nothing where there is none."""
        match = re.match(r"[^，、；：。！？（）]+(?=[，、；：。！？（）])", self.lead)
        return match[0] if match else ""

    @cached_property
    def before(self) -> str:
        """The sentence up to it."""
        return self.passage.text[self.sentence[0] : self.quantity.start]

    @property
    def is_count(self) -> bool:
        """Whether it counts something, money included: no share, multiple, time or the like."""
        return self.quantity.unit not in UNCOUNTED | PERIODS

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return self.quantity.unit.endswith("元")

    @cached_property
    def printed(self) -> str:
        """The number as printed, with its unit."""
        return self.passage.quote(self.quantity.start, self.quantity.end)

    @cached_property
    def quote(self) -> str:
        """The sentence that it stands in, as written."""
        return self.passage.quote(*self.sentence)

    def year(self, report: int) -> int:
        """Return the year that it speaks of: that which a clause of its sentence opens with, else the report's."""
        return self._said_year or report

    @cached_property
    def _said_year(self) -> int:
        found = 0
        for match in _YEAR.finditer(self.before):
            lead = self.before[: match.start()]
            if not lead or lead[-1] in _LEADING or lead.endswith(("截至", "截止", "其中", "在", "回看", "回顾")):
                found = int(match[1])
        direct = re.search(r"((?:19|20)\d\d)年度?的?$", self.before)
        return int(direct[1]) if direct else found


UNCOUNTED = frozenset({"%", "倍", "个百分点", "百分点", "届", "字", "位", "米", "平方米", "公里"})
PERIODS = frozenset({"天", "日", "年", "月", "小时", "分钟", "个工作日", "工作日"})


def mentions(passage: Passage) -> list[Mention]:
    """Return the mentions of a passage in order."""
    text = passage.text
    ends = [match.end() for match in re.finditer(r"[。！？]", text)] + [len(text)]
    brackets = [(match.start(), match[0]) for match in re.finditer(r"[（）]", text)]
    opened: list[int] = []
    found: list[Mention] = []
    given = list(quantities(text))
    for number, quantity in enumerate(given):
        while brackets and brackets[0][0] < quantity.start:
            place, letter = brackets.pop(0)
            if letter == "（":
                opened.append(place)
            elif opened:
                opened.pop()
        bracket = opened[-1] if opened else -1
        end = next(place for place in ends if place > quantity.start)
        start = max((place for place in ends if place <= quantity.start), default=0)
        since = max(start, given[number - 1].end if number else 0)
        tail = re.split(r"[，、；：。！？（）]", text[quantity.end : end])[0]
        lead = text[since : quantity.start]
        found.append(Mention(passage, number, quantity, lead, tail, bracket, (start, end)))
    return found
