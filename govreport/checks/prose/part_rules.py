"""Rules N6, N7, N9 and T4: what the form and the project ask of the parts' headings and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest

from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.passages import ESCAPED, shown, without_marks
from govreport.filing import ORDINALS, Filing
from govreport.forms import Aspect, Fees, Heading, words_of

LONGEST_QUOTE = 60
_SPACE = re.compile(r"[ \t\u00a0\u3000]+")
_MARKS = re.compile(r"<!--[^<>]*-->|^[ \t]*#.*$|!\[[^\[\]]*\]", re.MULTILINE)
_BARE_HEADING = re.compile(r"^#.*$(?=\s*(?:^#|\Z))", re.MULTILINE)
"""A heading that nothing stands under."""
_MARKDOWN = re.compile(r"<!--[^<>]*-->|[*`>|]|^#+|(?<=\d)[,，](?=\d{3})", re.MULTILINE)
_ORDINAL = re.compile(rf"[（(]?([{ORDINALS}]+)[）)、.．，,：:]+")
_SENTENCE = re.compile(r"[^。！？!?]+")
_CLAUSE = re.compile(r"[^，；;]+")


def check_parts(filing: Filing, prose: Mapping[int, str], most: Mapping[int, int] | None = None) -> list[Finding]:
    """Return the findings of rules N6, N7, N9 and T4; none for a filing without narrative.

    prose: the parts by number, figures filled in; a part that it lacks is taken as written.
    most: most characters of a part by its number.
    """
    parts = filing.narrative.parts
    if not parts:
        return []
    texts = {number: ESCAPED.sub(shown, prose.get(number, part.text)) for number, part in parts.items()}
    if not any(has_words(text) for number, text in texts.items() if number):
        told = f"{ORDINALS[len(filing.form.parts) - 1]}个部分都没有文字；请按格式编写。"
        return [_finding(filing, "N7", "error", told)]
    stated = [*_check_presence(filing, texts), *_check_aspects(filing, texts), *_check_fees(filing, texts)]
    return [*stated, *_check_length(filing, texts, most or {})]


def _finding(filing: Filing, rule: str, severity: str, message: str, quote: str | None = None) -> Finding:
    return Finding(filing.agency, filing.year, severity, message, (Identity(rule, ()),), quote=quote)


def has_words(text: str) -> bool:
    """Whether a text has words besides headings and marks."""
    return bool(re.search(r"\w", _MARKS.sub("", text)))


def _part(number: int) -> str:
    return f"第{ORDINALS[number - 1]}部分"


# ---- T4 --------------------------------------------------------------------------------------------------------------


def _check_length(filing: Filing, texts: Mapping[int, str], most: Mapping[int, int]) -> Iterator[Finding]:
    """Yield a T4 warning for each part with more characters than its most; spaces and Markdown's marks are none."""
    for number, text in texts.items():
        body = _MARKS.sub("", text).strip()
        found = len("".join(without_marks(body).split()))
        if found > most.get(number, found):
            message = f"{_part(number)}有{found}字（含标点），多于本项目规定的{most[number]}字；请精简。"
            yield _finding(filing, "T4", "warning", message, body.partition("\n")[0][:LONGEST_QUOTE])


# ---- N7 --------------------------------------------------------------------------------------------------------------


def _check_presence(filing: Filing, texts: Mapping[int, str]) -> Iterator[Finding]:
    """Yield an N7 error for each part that is missing, out of order, empty, or under another part's heading."""
    headings, printing = words_of(filing.form).headings, {table.part for table in filing.form.tables.values()}
    for number, (title, heading) in enumerate(zip_longest(filing.form.parts, headings[: len(filing.form.parts)]), 1):
        part = filing.narrative.parts.get(number)
        if part is None:
            yield _finding(filing, "N7", "error", f"缺少{_part(number)}“{title}”；请补上标题和内容。")
            continue
        if problem := _misfit(part.heading, number, headings):
            message = f"{_part(number)}的标题“{part.heading}”{problem}；应为“{title}”。"
            yield _finding(filing, "N7", "error", message, part.heading)
        if (heading.prose if heading else number not in printing) and not has_words(texts[number]):
            message = f"{_part(number)}“{part.heading or title}”没有内容；请补写，没有的写明没有。"
            yield _finding(filing, "N7", "error", message, part.heading or None)
    for before, after in pairwise(filter(None, filing.narrative.parts)):
        if before > after:
            message = f"{_part(before)}排在{_part(after)}之前；{ORDINALS[len(filing.form.parts) - 1]}个部分应依次排列。"
            yield _finding(filing, "N7", "error", message, filing.narrative.parts[before].heading or None)


def _misfit(written: str, number: int, headings: Sequence[Heading]) -> str:
    """Return what is wrong with a part's heading, as a clause; empty where it fits or nothing is known."""
    heading = _SPACE.sub("", written)
    ordinal = _ORDINAL.match(heading)
    text = heading[ordinal.end() :] if ordinal else heading
    if ordinal and ordinal[1] != ORDINALS[number - 1]:
        return "与部分的序号不符"
    fitting = [n for n, other in enumerate(headings, 1) if other.pattern.search(text)]
    if not text or number in fitting or number > len(headings):
        return ""
    return f"像是{_part(fitting[0])}的标题" if fitting else "与这一部分的内容不符"


# ---- N9 --------------------------------------------------------------------------------------------------------------


def _check_aspects(filing: Filing, texts: Mapping[int, str]) -> Iterator[Finding]:
    """Yield one N9 notice that lists what part one does not speak of."""
    text = _BARE_HEADING.sub("", _SPACE.sub("", texts.get(1, "")))
    missing = [told for aspect in words_of(filing.form).aspects for told in _missing(aspect, text)]
    if missing and has_words(text):
        yield _finding(filing, "N9", "notice", f"{_part(1)}没有说到：{'、'.join(missing)}；请补充，没有的写明没有。")


def _missing(aspect: Aspect, text: str) -> list[str]:
    if not aspect.pattern.search(text):
        return [aspect.name]
    return [f"{aspect.name}中的{told}" for item in aspect.topics for told in _missing(item, text)]


# ---- N6 --------------------------------------------------------------------------------------------------------------


def _check_fees(filing: Filing, texts: Mapping[int, str]) -> Iterator[Finding]:
    """Yield an N6 warning where no part tells of the fee, or a notice where what one tells is not whole."""
    fees = words_of(filing.form).fees
    if not fees or filing.year < fees.since or fees.part not in texts:
        return
    words = fees.words
    found = [pair for number, text in texts.items() for pair in _fee_sentences(text, fees, number == fees.part)]
    told = [sentence for sentence, _ in found]
    if any(words["none"].search(sentence) for sentence in told):
        return
    counted = filter(words["within"].search, told)
    counts = [_value(match) for sentence in counted for match in words["count"].finditer(sentence)]
    amounts = _amounts(told, words)
    if not counts and not any(amounts.values()):
        asked = "应写明收费通知的件数、总金额和实际收取的金额，没有的写明未收取"
        yield _finding(filing, "N6", "warning", f"{_part(fees.part)}没有说明信息处理费：{asked}。")
    elif problem := _fee_problem(counts, amounts):
        yield _finding(filing, "N6", "notice", f"信息处理费的说明{problem}。", found[0][1])


def _fee_sentences(text: str, fees: Fees, own: bool) -> Iterator[tuple[str, str]]:
    """Yield the sentences that tell of the fee: without titles, dates and the like, and as written.

    own: whether it is the part that is to tell of the fee, where plainer words suffice. A line that does not
    end a sentence, such as a heading, belongs to the next; a sentence on amounts may follow.
    """
    following = False
    for sentence in _SENTENCE.findall(text) if own or fees.words["subject"].search(text) else ():
        plain = re.sub(r"\s*\n\s*", "，", _SPACE.sub("", _MARKDOWN.sub("", sentence)).strip())
        said = fees.words["never"].sub("", plain)
        bare = fees.words["titles"].sub("", said)
        named = fees.words["subject"].search(said) or (own and fees.words["within"].search(bare))
        following = bool(named or (following and fees.words["money"].search(bare)))
        if following:
            yield bare, sentence.strip().rsplit("\n", 1)[-1]


def _amounts(told: Sequence[str], words: Mapping[str, re.Pattern[str]]) -> dict[str, list[float | None]]:
    """Return the amounts in 元 by what is said before them in their clause: charged, received, or neither."""
    found: dict[str, list[float | None]] = {"charged": [], "received": [], "": []}
    for clause in _CLAUSE.findall("；".join(told)):
        for match in words["money"].finditer(clause):
            before = clause[: match.start()]
            kind = next((key for key in ("received", "charged") if words[key].search(before)), "")
            value, scale = _value(match), {"万": 1e4, "亿": 1e8}.get(match["scale"] or "", 1)
            found[kind].append(value and value * scale)
    return found


def _fee_problem(counts: Sequence[float | None], amounts: Mapping[str, Sequence[float | None]]) -> str:
    """Return what is doubtful about the fee's figures, as a clause; empty where nothing is."""
    every = [value for values in amounts.values() for value in values]
    charged, received = (next(iter(amounts[key]), None) for key in ("charged", "received"))
    if not any(value != 0 for value in (*counts, *every)):
        return ""
    if not counts:
        return "没有写明收费通知的件数"
    if not every:
        return "没有写明金额"
    if charged is not None and received is not None and received > charged:
        return f"中实际收取{received:,.10g}元，多于收费总金额{charged:,.10g}元，请核对"
    return "" if any(value != 0 for value in counts) else "中收费通知为0件而金额不为0，请核对"


def _value(match: re.Match[str]) -> float | None:
    """Return a figure's value, None where it is in Chinese numerals other than zero."""
    figure = match["figure"]
    return float(figure) if figure[0].isdecimal() and figure[-1].isdecimal() else None if figure.strip("〇零") else 0
