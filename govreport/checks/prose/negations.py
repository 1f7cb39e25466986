"""Rule N5: "none received", "all completed", "all upheld" and the like agree with the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from govreport.checks.prose.claims import AGREES, DISAGREES, OPEN, Claim, plain
from govreport.checks.prose.context import Context, is_of_last_year
from govreport.checks.prose.mentions import Mention
from govreport.checks.prose.readings import (
    Cells,
    application_rows,
    base_value,
    proactive_reading,
    scale_of,
    topic_of,
)
from govreport.checks.prose.table_claims import sum_in_words
from govreport.checks.prose.words import words

_SENTENCE = re.compile(r"[^。！？；]*[。！？；]?")


def negation_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each statement without a figure of its own that speaks of cells."""
    text = context.passage.text
    for match in _SENTENCE.finditer(text):
        if words()["plan"].search(match[0]):
            continue
        yield from _nothing(context, match.start(), match[0])
        yield from _all_finished(context, match.start(), match[0])
        yield from _all_alike(context, match.start(), match[0])


def _other_time(context: Context, before: str) -> bool:
    """Whether a sentence speaks of another year up to here."""
    years = re.findall(r"(?:^|[，、；：）])(?:截至|在)?((?:19|20)\d\d)年", before)
    return is_of_last_year(before) or (bool(years) and int(years[-1]) != context.filing.year)


# ---- none ------------------------------------------------------------------------------------------------------------


def _nothing(context: Context, start: int, sentence: str) -> Iterator[Claim]:
    for match in words()["none"].finditer(sentence):
        before = sentence[: match.start()]
        last = re.search(rf"{words()['last year'].pattern}$", before)
        if _other_time(context, before.removesuffix(last[0] if last else "")):
            continue
        text = (last[0] if last else "") + (match["object"] or match["before"])
        for options in _objects(context, text):
            yield _zero(context, start, sentence, match, options)


def _zero(context: Context, start: int, sentence: str, match: re.Match[str], options: tuple[Cells, ...]) -> Claim:
    filing = context.filing
    quote = context.passage.quote(start, start + len(sentence))
    said = context.passage.quote(start + match.start(), start + match.end())
    values = [(option, value) for option in options if (value := base_value(filing, option)) is not None]
    base = (context.part, quote, said)
    if not values:
        return Claim(*base, "表中未填", OPEN, start + match.start())
    for option, value in values:
        if not value:
            return Claim(*base, sum_in_words(filing, option), AGREES, start + match.start(), "N5")
    option, value = values[0]
    message = f"“{said}”，表格中{sum_in_words(filing, option)}。"
    return Claim(
        *base, sum_in_words(filing, option), DISAGREES, start + match.start(), "N5", "warning", message, option,
        0, plain(value / scale_of(filing, option)),
    )  # fmt: skip


def _objects(context: Context, text: str) -> Iterator[tuple[Cells, ...]]:
    """Yield for each thing that is said not to be there the cells that must then be 0."""
    text = words()["end of object"].sub("", text)
    if words()["no object"].search(text):
        return
    disputes = [group for group in words().groups if group.fits(text)]
    if disputes:
        outcomes = words().outcomes_in(text)
        for group in disputes:
            for row in group.readings[0]:
                yield ((f"disputes.{row}.{outcomes[0] if outcomes else 'total'}",),)
        return
    if words()["ends in applications"].search(text):
        columns = words().columns_in(text)
        yield ((f"applications.new.{columns[0] if len(columns) == 1 else 'total'}",),)
        return
    for piece in re.split(r"[、和及与或]|以及", text):
        if named := _proactive(re.sub(r"(?:处理)?事项$", "", words()["end of object"].sub("", piece)), context):
            yield named
    if words()["row alone"].search(text):
        for piece in re.split(r"[、和及与]", text):
            if options := application_rows(piece)[0]:
                yield tuple(tuple(f"applications.{row}.total" for row in option) for option in options)


def _proactive(piece: str, context: Context) -> tuple[Cells, ...]:
    for unit in ("件", "元", "次"):
        for words_before in ("", "制发"):
            options = proactive_reading(words_before + piece, unit)
            if options and words()["proactive alone"].fullmatch(piece):
                return tuple(o for o in options if o[0] in context.filing.form.names)
    return ()


# ---- all -------------------------------------------------------------------------------------------------------------


def _subject(context: Context, place: int, prefix: str) -> Mention | None:
    """Return the mention that "all" speaks of: the last one before it that counts cells of a table."""
    for mention in reversed(context.mentions):
        if mention.quantity.start < place:
            reading = context.readings.get(mention.number)
            if reading and reading.options[0][0].startswith(prefix):
                return mention
    return None


def _all_finished(context: Context, start: int, sentence: str) -> Iterator[Claim]:
    carried_out = ("applications.carried_out.total",)
    for match in words()["all finished"].finditer(sentence):
        place = start + match.start()
        before = sentence[: match.start()]
        topic = topic_of(before) or topic_of(context.passage.text[:start])
        if topic != "applications" or words()["rest"].search(before) or _other_time(context, before):
            continue
        subject = _subject(context, place, "applications.")
        if subject and context.readings[subject.number].rows == (("carried_in",),):
            continue
        unknown = base_value(context.filing, carried_out) is None
        if unknown or not _carried_out_is_told(context):
            yield _zero(context, start, sentence, match, (carried_out,))


def _carried_out_is_told(context: Context) -> bool:
    """Whether the passage says itself how many are carried out."""
    return any(
        reading.rows == (("carried_out",),) and context.mentions[number].quantity.value
        for number, reading in context.readings.items()
    )


def _all_alike(context: Context, start: int, sentence: str) -> Iterator[Claim]:
    """Yield claims that all reviews were upheld, all applications granted, all applicants natural persons."""
    for match in words()["not one"].finditer(sentence):
        named = next(_objects(context, sentence[: match.start()] + match["what"]), None)
        if named:
            yield _zero(context, start, sentence, match, named)
    for match in words()["all alike"].finditer(sentence):
        place = start + match.start()
        rest = match["what"]
        if _other_time(context, sentence[: match.start()]):
            continue
        outcomes = words().outcomes_in(rest)
        subject = _subject(context, place, "disputes." if outcomes else "applications.")
        closed = outcomes and re.search(r"(?<!未)(?:审结|结案|办结)的[^，。；]{0,6}$", sentence[: match.start()])
        options = _alike(context, subject, rest, outcomes) if subject and not closed else []
        values = [value for option in options if (value := base_value(context.filing, option)) is not None]
        if not subject or not values:
            continue
        said = context.passage.quote(place, start + match.end())
        told = sum_in_words(context.filing, options[0])
        base = (context.part, context.passage.quote(start, start + len(sentence)), said, told)
        if len(values) < len(options) or any(subject.quantity.may_be(value) for value in values):
            yield Claim(*base, AGREES, place, "N5")
            continue
        message = f"“{context.passage.quote(subject.quantity.start, start + match.end())}”，表格中{told}。"
        stated, expected = plain(subject.quantity.value), plain(values[0])
        yield Claim(*base, DISAGREES, place, "N5", "warning", message, options[0], stated, expected)


def _alike(context: Context, subject: Mention, rest: str, outcomes: list[str]) -> list[Cells]:
    reading = context.readings[subject.number]
    if outcomes:
        groups = [name.rpartition(".")[0] for name in reading.options[0]]
        return [tuple(f"{group}.{outcomes[0]}" for group in groups)]
    columns = words().columns_in(rest)
    if columns:
        return [tuple(f"applications.{row}.{columns[0]}" for row in option) for option in reading.rows]
    rows, _ = application_rows(rest)
    if len(rows) == 1:
        return [tuple(f"applications.{row}.total" for row in rows[0])]
    return []
