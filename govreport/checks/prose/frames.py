"""Frames: a passage as a line of letters, words and figures, with what is said around each figure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import accumulate

from govreport.checks.prose.lexicon import YEARS, Hit, Lexicon, Words, has, lexicon
from govreport.checks.prose.passages import Passage, unmarked
from govreport.checks.prose.quantities import NUMERALS, Quantity, quantity_of, quantity_pattern, units
from govreport.core import CHINESE_DIGITS

COUNT, SHARE, TIMES, POINTS, NO_FIGURE, PART_OF_YEAR = "#%×‰·Ｐ"
"""Letters of a line that stand for a figure, or for digits that are none."""
BREAKS = {"，": 1.0, "；": 2.0, "。": 3.0, "！": 3.0, "？": 3.0, "：": 0.5, "（": 0.5, "）": 0.5}
"""How far apart a mark sets what stands on its two sides."""
_BREAK = re.compile("[，；。！？：（）]")
_OTHER = {"%": SHARE, "倍": TIMES, "个百分点": POINTS, "百分点": POINTS}


JOINS = ("、", "和", "及", "与", "、和")
"""What joins figures that belong to several before them."""
MOST_BESIDE = 100
"""Figures that are read as standing side by side."""
_GROWS = re.compile("[增上提下减回]?[长加升高降少落多]了?")
_AMONG = re.compile("[^在]*?(?:申请|复议|诉讼|案件)中")
SMALL = frozenset("的了和与或及、（）“”：为是有由共计达约件并所对被因在于以其等个经而，；。ＬＴＮＯＳ□·#%")
"""Letters without weight of their own."""
ALL_OF_THEM = re.compile(
    "[两二三四五六七八九十几·]\\S{0,8}(?:共计|合计|总计|累计|共|相加|加起来|总数|总量)|以上|上述|前述|两者|三者|线上线下|#个?(?:平台|渠道)"
)
"""Words before a sum that say what all it is the sum of."""
_SMALL = re.compile(f"[{''.join(SMALL)}]+")


@dataclass(eq=False)
class Frame:
    """A figure with what is said around it: texts and words before and behind it.

    number: which of the line's; place: where it stands in the line; bracket: where the innermost bracket
    around it opens, -1 outside; sentence: where its sentence starts and ends; lead, label, end: where
    what is said since the figure before it, what is said right before it, and what is said right behind it begin and
    end.
    """

    number: int
    place: int
    quantity: Quantity
    bracket: int
    sentence: tuple[int, int]
    lead: int
    label: int
    end: int
    line: Line

    def __post_init__(self) -> None:
        """Take what is said in its slots out of the line: texts, words, and the letter that stands for it."""
        text, hits, starts = self.line.text, self.line.hits, self.line.starts
        self.kind = text[self.place]
        self.span, self.counted = (self.label, self.place), self.quantity
        self.is_count = self.kind == COUNT
        self.lead_text, self.label_text = text[self.lead : self.place], text[self.label : self.place]
        self.tail_text = text[self.place + 1 : self.end]
        lead = bisect_left(starts, self.lead)
        label = bisect_left(starts, self.label, lead)
        place = bisect_left(starts, self.place, label)
        self.led, self.labelled = hits[lead:place], hits[label:place]
        self.tailed = hits[place : bisect_left(starts, self.end, place)]

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return self.quantity.unit.endswith("元")

    @property
    def first_told(self) -> Frame:
        """The share that one in brackets tells once more, or the figure itself: 八成（80%）."""
        before = self.line.frames[self.number - 1] if self.number else self
        again = self.lead_text == "（" and before.kind == self.kind == SHARE
        return before if again and before.quantity.spoken != self.quantity.spoken else self

    def says(self, kind: str, meaning: str = "") -> bool:
        """Whether a word since the figure before it has a meaning."""
        return has(self.led, kind, meaning)

    @cached_property
    def printed(self) -> str:
        """The number as printed, with its unit, without marks."""
        return "".join(unmarked(self.line.passage.quote(self.quantity.start, self.quantity.end)).split())

    @property
    def told(self) -> str:
        """The figure with the words before it, as a message quotes it."""
        words = self.line.passage.text[self.line.at[self.label] : self.quantity.start].lstrip("，、；：。（）")
        return f"{'…' * (len(words) > LONGEST_LABEL)}{words[-LONGEST_LABEL:]}{self.printed}"

    @property
    def quote(self) -> str:
        """The sentence that it stands in, as written."""
        return self.line.quote(*self.sentence)


LONGEST_LABEL = 24
"""Letters before a figure that messages quote."""
once = lru_cache(maxsize=1024)
"""Read of each frame only once what a function reads of it."""
_FROM = re.compile("[由从][^，。；、#]{0,5}$")
_RISES = re.compile(
    "(?:、#)*，?[^，。；、#]{0,3}(?:增长|攀升|增加|上升|提高|提升|下降|减少|降低|回落|扩大|压减|增|减|升|降|上|涨)[至到为]|变(?:为|成|至)"
)


@once
def is_difference(frame: Frame) -> bool:
    """Whether a figure is how much something has grown or fallen."""
    return any(hit.meanings.get("growth") in ("up", "down") and is_grown_by(frame, hit) for hit in frame.labelled)


def is_grown_by(frame: Frame, hit: Hit) -> bool:
    """Whether a figure stands right behind a word of growth, or what is done more or less often: 多制发31件."""
    line, until = frame.line, frame.line.text[hit.end : frame.place]
    done = line.text[hit.start : hit.end] in ("多", "少") and until.isalpha() and has(frame.labelled, "growth", "base")
    return not (line.unknown(hit.end, frame.place) if done else until.strip("了约达近超过"))


@once
def was_before(frame: Frame) -> bool:
    """Whether a figure is said to be what was before: 由58件增至77件."""
    if not _RISES.match(frame.line.text, frame.place + 1):
        return False
    return bool(_FROM.search(frame.label_text)) or (
        frame.lead_text == "、" and frame.number > 0 and was_before(frame.line.frames[frame.number - 1])
    )


def came_from(frame: Frame) -> bool:
    """Whether the figure right before is said to be what it was before."""
    before = frame.line.frames[frame.number - 1] if frame.number else None
    return before is not None and was_before(before) and before.place == frame.lead - 1


@once
def of_another_year(frame: Frame) -> bool:
    """Whether words before a figure name another year, but not within the name of a row: 上年结转.

    One that was before can be of a year that a clause before names: 与上年相比，由58件降至46件.
    """
    line, start = frame.line, frame.lead if was_before(frame) else frame.label
    return any(line.text[place] in "ＬＯＮ" and place not in line.taken for place in range(start, frame.place))


@dataclass(eq=False)
class Line:
    """A passage read: its text with figures and years as one letter each, its words and frames.

    at: where each letter stands in the passage; breaks: places of marks; far: how far apart they set the
    first letter and each of them; quotes: what `quote` has returned.
    """

    passage: Passage
    text: str
    at: Sequence[int]
    breaks: Sequence[int]
    far: Sequence[float]
    hits: Words
    starts: Sequence[int]
    frames: list[Frame] = field(default_factory=list)
    quotes: dict[tuple[int, int], str] = field(default_factory=dict)

    @cached_property
    def taken(self) -> frozenset[int]:
        """Places of years that stand within a word that names cells."""
        hits = [hit for hit in self.hits if "row" in hit.meanings or "verb" in hit.meanings]
        return frozenset([place for hit in hits for place in range(hit.start, hit.end)])

    def quote(self, start: int, end: int) -> str:
        """Return what stands between two places, as written."""
        if (start, end) not in self.quotes:
            self.quotes[start, end] = self.passage.quote(self.at[start], self.at[end])
        return self.quotes[start, end]

    def between(self, start: int, end: int) -> Words:
        """Return the words that start between two places."""
        return self.hits[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def unknown(self, start: int, end: int, hits: Sequence[Hit] | None = None) -> str:
        """Return the letters between two places that no word explains and that carry weight."""
        if start >= end:
            return ""
        text, place, left = self.text, start, ""
        for hit in self.between(start, end) if hits is None else hits:
            if hit.start > place:
                left += text[place : min(hit.start, end)]
            place = max(place, hit.end)
        return _SMALL.sub("", left + text[place:end])

    def distance(self, start: int, end: int) -> float:
        """Return how far apart two places are."""
        return self.far[bisect_left(self.breaks, end)] - self.far[bisect_left(self.breaks, start)]


@cache
def _pattern() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(lexicon().years, key=len, reverse=True)))
    first = "".join(
        sorted({word[0] for word in lexicon().years} | set(NUMERALS + "未没无每任何逐同这某各另作过大半百今本当"))
    )
    return re.compile(
        rf"(?=[\d{first}])(?:"
        r"(?P<until>(?:(?<=截至)|(?<=截止)|(?<=[至止]到))(?:(?P<of>20\d\d)年|[今本当]年)?"
        r"(?:1[01]|0?[1-9]|[一二三四五六七八九]|十一?)月(?:份|底|末|[上中下]旬|\d{1,2}日)?|12月(?:[上中]旬|[12]?\d日))|"
        r"(?P<months>(?<!\d)\d{1,2}(?:月)?(?:—|~|至|到|-)(?P<till>\d{1,2})月(?!\d)|(?<![年\d])(?<!截至)(?<!截止)\d{1,2}月(?:份)?(?![份底末\d]))"
        rf"|(?P<year>(?<!\d)(?:19|20)\d\d)(?:年度?|(?=(?:[—~至到、-]{{1,2}}(?:19|20)\d\d)+年))|(?P<spelt>[一二][〇零一二三四五六七八九]{{3}})年度?|(?P<word>{words})|(?P<quantity>{quantity_pattern()}))"
    )


def read_line(passage: Passage, year: int, words: Lexicon | None = None) -> Line:
    """Read a passage of a report on a year, its words only if it holds figures or may state something without one.

    words: those of the package by default.
    """
    pieces, at, found, place, text = list[str](), list[int](), list[tuple[int, Quantity]](), 0, passage.text
    uncounted = units("uncounted")
    for match in _pattern().finditer(text):
        start, end = match.span()
        start += len(match["negated"] or "")
        pieces.append(text[place:start])
        at.extend(range(place, start))
        place = end
        letter = NO_FIGURE
        if match.lastgroup != "quantity":
            letter = _year(match, year)
        elif match["none"] is None:
            quantity = quantity_of(text, match)
            letter = _OTHER.get(quantity.unit) or (NO_FIGURE if quantity.unit in uncounted else COUNT)
            if letter != NO_FIGURE:
                found.append((len(at), quantity))
        pieces.append(letter)
        at.append(start)
    pieces.append(text[place:])
    at.extend(range(place, len(text) + 1))
    line = "".join(pieces)
    breaks = [match.start() for match in _BREAK.finditer(line)]
    far = [0.0, *accumulate(BREAKS[line[place]] for place in breaks)]
    known = words or lexicon()
    hits = list(known.find(line)) if found or known.stating.search(line) else []
    read = Line(passage, line, at, breaks, far, hits, [hit.start for hit in hits])
    read.frames = list(_frames(read, found))
    for frame in read.frames:
        _multiply(frame)
        _distribute(frame)
    return read


def _multiply(frame: Frame) -> None:
    """Count a figure as often as there is something that each has it: 2份各400元, 重复申请和大量申请各1件."""
    if not frame.label_text.endswith("各"):
        return
    before = frame.line.frames[frame.number - 1] if frame.number else None
    names = [name for name in re.split("[、和及与]", frame.label_text) if name]
    near = before is not None and before.is_count and before.place == frame.place - 2
    times = before.quantity.value if before is not None and near else len(names)
    value, low, high = (times * amount for amount in frame.quantity[2:5])
    frame.counted = frame.quantity._replace(value=value, low=low, high=high)


def _distribute(first: Frame) -> None:
    """Give each of several figures its own label: 予以公开、部分公开分别为33件、8件."""
    line, handed_out = first.line, ("分别", "依次", "各为")
    if not any(word in first.label_text for word in handed_out):
        return
    word = next((h for h in first.labelled if line.text.startswith(handed_out, h.start)), None)
    if word is None:
        return
    run = run_of(first)
    marks = re.finditer("[、和及与]", line.text[first.label : word.start])
    starts = [first.label, *(first.label + match.end() for match in marks)]
    if len(starts) == len(run) > 1:
        for frame, start, end in zip(run, starts, [*starts[1:], word.start], strict=True):
            frame.label_text = line.text[start:end].strip("、和及与") + line.text[word.end : first.place]
            share = [word] * ("share" in word.meanings)
            frame.labelled = [*line.between(start, end), *share, *line.between(word.end, first.place)]
            frame.span = start, end


def _goes_on(frame: Frame) -> bool:
    """Whether a figure is one more of several that belong to those before them: 分别增长5%、下降3%."""
    before = frame.line.frames[frame.number - 1]
    return before.kind == frame.kind and _GROWS.sub("", frame.lead_text) in JOINS


def run_of(frame: Frame, goes_on: Callable[[Frame], bool] = _goes_on) -> list[Frame]:
    """Return the figures around a figure of which each but the first goes on from the one before it."""
    frames, start, end = frame.line.frames, frame.number, frame.number + 1
    while start and end - start < MOST_BESIDE and goes_on(frames[start]):
        start -= 1
    while end < len(frames) and end - start < MOST_BESIDE and goes_on(frames[end]):
        end += 1
    return frames[start:end]


def distributed(frame: Frame) -> Frame | None:
    """Return the figure that one in 分别占…, 分别增长… belongs to: they belong to those before them, in order."""
    run = run_of(frame)
    first = run[0]
    before = frame.line.frames[: first.number - (first.lead_text == "的")]
    here = [f for f in before if (f.sentence, f.bracket) == (first.sentence, first.bracket) and f.is_count]
    parts = here[-len(run) :]
    return parts[frame.number - first.number] if MOST_BESIDE > len(parts) == len(run) > 1 else None


def _year(match: re.Match[str], year: int) -> str:
    kind, told = match.lastgroup, match["of"] or match["year"]
    if kind == "word":
        return lexicon().years[match["word"]]
    if kind == "until" and told in (None, str(year)):
        return PART_OF_YEAR
    if kind == "months":
        return NO_FIGURE if re.match("1[月—~至到-]", match["months"]) and match["till"] == "12" else PART_OF_YEAR
    said = int(told or "".join(str(CHINESE_DIGITS.get(letter, 0)) for letter in match["spelt"]))
    return {-1: YEARS["last"], 0: YEARS["this"], 1: YEARS["next"]}.get(said - year, YEARS["other"])


def _frames(line: Line, found: Sequence[tuple[int, Quantity]]) -> Iterator[Frame]:
    text, breaks, opened, mark, start, stop, before = line.text, line.breaks, list[int](), 0, 0, 0, -1
    for number, (at, quantity) in enumerate(found):
        while mark < len(breaks) and breaks[mark] < at:
            letter = text[breaks[mark]]
            if letter in "。！？":
                start, opened = breaks[mark] + 1, []
            elif letter == "（":
                opened.append(breaks[mark])
            elif letter == "）" and opened:
                opened.pop()
            mark += 1
        if at >= stop:
            stop = next((place + 1 for place in breaks[mark:] if text[place] in "。！？"), len(text))
        end = breaks[mark] if mark < len(breaks) else len(text)
        following = found[number + 1][0] if number + 1 < len(found) else stop
        pause = text.find("、", at + 1, following if following < end else at + 2)
        since = max(start, before + 1)
        label = _label(line, mark, since, at)
        if label == since and before >= start:
            label = next((place + 1 for place in range(since, at) if text[place] in "、）"), since)
        bracket = opened[-1] if opened else -1
        among = _AMONG.match(text, at + 1, end)
        end = among.end() if among else pause if pause >= 0 else min(end, following)
        yield Frame(number, at, quantity, bracket, (start, stop), since, label, end, line)
        before = at


def _label(line: Line, mark: int, since: int, at: int) -> int:
    """Return where the label of a figure begins: behind the nearest mark, brackets that are closed left aside."""
    text, skipped = line.text, at
    for place in reversed(line.breaks[:mark]):
        if place < since:
            break
        if place < skipped and not (text[place] == "：" and place == at - 1):
            opening = text.rfind("（", since, place) if text[place] == "）" else -1
            if opening < 0:
                return place + 1
            skipped = opening
    return since
