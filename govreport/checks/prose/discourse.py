"""What a line has spoken of so far, and what a figure can speak of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from govreport.checks.prose.frames import PART_OF_YEAR, Frame, Line
from govreport.checks.prose.lexicon import Hit
from govreport.checks.prose.values import Cells

MATTERS = {"publication", "other"}
"""Topics that no table holds."""
WHEN = {"Ｔ": "", "Ｌ": "last", "Ｎ": "plan", "Ｏ": "other", PART_OF_YEAR: "part"}
"""When a figure is, by the letter of the year, or of the part of this one, that is said to be its."""
_OPENS = re.compile("(?:^|[，；。：（])(?:截至|截止|在|自|回看|回顾|进入|其中|对|至|到|与|从|是|针对)*$")
_AMONG = re.compile("(?:的|提出|提交|信息|公开|政府|申请)*[中里]，")
_COMPARES = re.compile("的[^，；。]{0,3}×|相?比|同期|(?:基本|大体|大致)?(?:持平|相同|一致|相当)")


class Subject(NamedTuple):
    """What a figure can speak of.

    options: sums of cells, the usual one first; topic: table of the cells; rows: the options without their
    column; cost: how far the reading is from what the words say; when: "" for the year of the report, else
    ``last``, ``other``, ``plan``, ``cumulative``, ``part``; scope: "", ``wide``, ``own`` or ``another``.
    limited: whether words of its own make it a subset.
    """

    options: tuple[Cells, ...]
    topic: str
    rows: tuple[Cells, ...] = ()
    cost: float = 0.0
    when: str = ""
    scope: str = ""
    limited: bool = False


@dataclass
class State:
    """What a line has spoken of so far: meanings by slot, each with the place where it was said.

    One mechanism for all that a figure takes over from what stands before it; the cost grows with the marks between.
    """

    line: Line
    section: int
    names: frozenset[str]
    found: dict[int, Subject]
    parents: Mapping[int, Frame]
    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    outer: list[dict[str, tuple[str, int]]] = field(default_factory=list)

    def of(self, slot: str) -> str:
        """Return the meaning of a slot, nothing where nothing was said."""
        return self.said.get(slot, ("", 0))[0]

    def far(self, slot: str, place: int) -> float:
        """Return how far from a place a slot was set."""
        return self.line.distance(self.said[slot][1], place) if slot in self.said else 0.0

    def mark(self, place: int) -> None:
        """Take up the end of a sentence, or a year that a clause opens with."""
        text, letter = self.line.text, self.line.text[place]
        if letter in "。！？":
            self.outer.clear()
            for slot in ("when", "scope", "organ", "body", "respondent", "column"):
                self.said.pop(slot, None)
            if self.of("topic") in MATTERS:
                self.said.pop("topic")
                if "table" in self.said:
                    self.said["topic"] = self.said["table"]
        elif letter == "；":
            for slot in ("when", "scope"):
                if text.rfind("，", 0, self.said.get(slot, ("", 0))[1]) > max(map(text[:place].rfind, "。！？")):
                    self.said.pop(slot)
        elif letter == "（":
            self.outer.append(dict(self.said))
        elif letter == "）":
            self.said = self.outer.pop() if self.outer else self.said
        elif letter in "全年":
            if self.of("when") == "part" or (letter == "全" and self.of("when") == "cumulative"):
                self.said.pop("when")
        else:
            self._take_year(letter, text[max(0, place - 6) : place], text[place + 1 : place + 2], place)

    def _take_year(self, letter: str, before: str, behind: str, place: int) -> None:
        """Take up a year, or a part of one, between the letters before and behind it."""
        if before.endswith(("至", "到", "—", "~")) if letter == "Ｔ" else place in self.line.taken:
            return
        is_base = letter != PART_OF_YEAR and (behind in "—~至、" or _COMPARES.match(self.line.text, place + 1))
        if letter in "ＴＳ":
            if letter == "Ｔ" or self.of("when") == "cumulative":
                self.said["when"] = "", place
        elif _OPENS.search(before) and not is_base:
            self.said["when"] = WHEN[letter], place
        if letter == "Ｏ" and ("自" in before or behind in "—~至" or self.line.text.startswith("以来", place + 1)):
            self.said["when"] = self.said["cumulative"] = "cumulative", place

    def take(self, hit: Hit) -> None:
        """Take up a word."""
        meanings, end = hit.meanings, hit.end
        published = self.of("topic") == "proactive" and meanings.get("row") == "granted"  # 新制作3件，全部公开
        topic = "" if published else meanings.get("noun", "")
        if topic and not meanings.get("row", "").startswith("not_processed.p"):
            if topic != self.of("topic") and topic in ("applications", "other"):
                self.said.pop("group", None)
                self.said.pop("proactive", None)
            self.said["topic"] = topic, end
            if topic in ("applications", "disputes"):
                self.said["table"] = topic, end
        if self.of("topic") == "disputes" and meanings.get("row", "").startswith("new|") and self.section != 4:
            self.said["topic"] = "applications", end
        if "column" in meanings and _AMONG.match(self.line.text, end):
            self.said["column"] = meanings["column"], end
        for kind in ("group", "proactive", "verb", "scope"):
            if kind in meanings:
                self.said[kind] = meanings[kind], end
        if "about" in meanings:
            self.said[meanings["about"]] = "yes", end
        if meanings.get("time") == "part" and _OPENS.search(self.line.text, max(0, hit.start - 6), hit.start):
            self.said["when"] = "part", end
        if meanings.get("time", "part") != "part":
            self.said["when"] = self.said[meanings["time"]] = meanings["time"], end
