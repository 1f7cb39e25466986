"""Rule N5: "none received", "all completed", "all upheld" and the like agree with the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from govreport.checks.prose.claims import OPEN, Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.discourse import State
from govreport.checks.prose.frames import COUNT, SHARE, Frame
from govreport.checks.prose.lexicon import Hit, Words, first_of, has, meanings_of, of_class
from govreport.checks.prose.values import Cells, rows_of

MOST_UNKNOWN = 1
"""Letters that no word explains in what is said not to be there."""
LONGEST_OBJECT = 60
"""Letters of what is said not to be there."""
FAR = 24
"""Letters behind "all" in which what they all are is looked for."""
CARRIED_OUT: Cells = ("applications.carried_out.total",)
TOTALS = ("disputes.reconsideration.total", "disputes.litigation.total")
OUTCOMES = ("upheld", "corrected", "other")
USUAL = {"normative": "issued|made", "rules": "issued|made", "fees": "amount", "procurement": "projects"}
"""Columns of the proactive table that "none" speaks of; decisions where nothing else is said."""
CLAUSES = "。！？；"
"""Marks that end what a statement is about."""
_LAWSUIT = re.compile("[^，；。、]*诉")
_END = re.compile(r"[，；。：！？（）]")
_IN_TIME, _DONE = re.compile("[按限期依]"), re.compile("[已毕完结妥]")
"""In what says how all are answered, and in what says that they have been."""


def statement_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each statement without a figure of its own that speaks of cells."""
    line = context.line
    for hit in line.hits:
        granted = hit.meanings.get("row") == "granted" and line.text.startswith("全部", hit.start)
        if "none" in hit.meanings and not line.text.startswith("经复议", hit.end):
            yield from _none(context, hit)
        elif granted or hit.meanings.get("all") == "all":
            yield from _all(context, hit)
    for frame in line.frames:
        rate = re.search("(?:办结|答复|办复)率[^，。；]{0,4}$", frame.label_text) if frame.kind == SHARE else None
        if rate and frame.quantity.value == 1 and not re.search("[按及限]", frame.label_text):
            yield from _finished(context, frame.label, frame.place + 1)


# ---- none ------------------------------------------------------------------------------------------------------------


def _none(context: Context, hit: Hit) -> Iterator[Claim]:
    line, state = context.line, context.said[hit.start]
    stop = _END.search(line.text, hit.end)
    start = max(context.clause(hit.start), hit.start - LONGEST_OBJECT)
    end = min(stop.start() if stop else len(line.text), hit.end + LONGEST_OBJECT)
    organs = [f for f in line.frames if start <= f.place < hit.start and f.quantity.unit in ("个", "家")]
    ahead = line.between(hit.end, end)
    leads_over = any(row.startswith("carried") for row in meanings_of(ahead, "row"))
    carried = leads_over and bool(re.search("Ｌ[亦也均]?$", line.text[start : hit.start]))
    row = "row" in hit.meanings and line.text[hit.end : hit.end + 1] in "或、和，。；"
    if organs or row or (state.of("when") and not carried) or state.of("scope") == "another":
        return
    told = any(has(ahead, kind) for kind in ("name", "all", "limit"))
    behind = hit.meanings["none"] == "after" or not (line.unknown(hit.end, end) or told)
    first, last = (start, hit.start) if behind else (hit.end, end)
    if not behind:
        following = next((other.start for other in line.between(first, last) if "none" in other.meanings), last)
        mark = line.text.rfind("、", first, following) if following < last else -1
        last = mark if mark >= 0 else following
    hits, text = line.between(first, last), line.text[first:last]
    hits = [*(of_class(line.between(start, hit.start), "column") if not behind else ()), *hits]
    rows = {h.end for h in of_class(hits, "row")}
    limits = any(
        "limit" in h.meanings and h.meanings.keys().isdisjoint(("row", "column")) and h.start not in rows for h in hits
    )
    if COUNT in text or SHARE in text or limits or len(line.unknown(first, last).strip("任何过曾一")) > MOST_UNKNOWN:
        return
    for option in _objects(context, hit.start, hits, text, state, one=hit.meanings["none"] == "one", last_year=carried):
        yield from _zero(context, option, start if behind else hit.start, hit.end if behind else last)


def _objects(
    context: Context, place: int, hits: Words, text: str, state: State, *, one: bool, last_year: bool
) -> Iterator[Cells]:
    """Yield for each thing that is said not to be there the cells that must then be 0."""
    nouns, topic = meanings_of(hits, "noun"), state.of("topic")
    kinds = "group", "outcome", "row", "column", "proactive"
    groups, outcomes, rows, columns, proactive = (meanings_of(hits, kind) for kind in kinds)
    rows = [row.removesuffix("|carried_in") for row in rows]
    results = [row for row in rows if "|" not in row]
    known, ours = state.of("proactive"), rows and topic == "applications"
    if "repealed" in meanings_of(hits, "verb") and known in ("normative", "rules") and not groups:
        proactive = [known]
    elif not results and ("other" in nouns or "publication" in nouns):
        return
    if groups:
        yield from ((f"disputes.{group}.{outcomes[0] if outcomes else 'total'}",) for group in dict.fromkeys(groups))
    elif proactive:
        special = [verb for verb in meanings_of(hits, "verb") if verb in ("repealed", "in_force")]
        for row in dict.fromkeys(proactive):
            for said in special or [USUAL.get(row, "decisions")]:
                names = (f"proactive.{row}.{column}" for column in said.split("|"))
                yield from [(name,) for name in names if name in context.filing.form.names][:1]
    elif outcomes and not rows:
        yield from ((f"disputes.{group}.{outcomes[0]}",) for group in _groups(context, place, state))
    elif results and has(hits, "all", "rest"):
        return
    elif results and (not has(hits, "all", "leftover") or "carried_out" in results):
        groups_named = {row.rpartition(".")[0] for row in results}
        petition = results[0].startswith("not_processed.p") and not re.search("申请|处理|类", text)
        if not petition and (topic not in ("other", "publication") or "applications" in nouns):
            each = list(dict.fromkeys(row for row in results if row not in groups_named))
            apart = "、" in text or len(results) == 1
            for named in each if apart else [" ".join(rows_of(tuple(results))[0])]:
                row = "carried_in" if last_year and named == "carried_out" else named
                yield tuple(f"applications.{name}.{(columns or ['total'])[-1]}" for name in row.split())
    elif "applications" in nouns or (columns and one) or (ours and not columns and "flow" in hits[-1].meanings):
        several = columns and ("natural" not in columns or len(columns) == 1)
        yield from ((f"applications.new.{column}",) for column in (columns if several else ["total"]))
    elif topic == "applications" and any(word in text for word in ("积压", "遗留", "跨年")):
        yield CARRIED_OUT


def _zero(context: Context, option: Cells, start: int, end: int) -> Iterator[Claim]:
    filing, at = context.filing, context.line.at[start]
    said, value = context.begin(start, end, CLAUSES), filing.of(option)
    if value is None:
        yield Claim(*said, "表中未填", OPEN, at)
    elif not value:
        yield context.right(said[1], at, "N5", lambda: (said[2], context.in_words(option)))
    else:
        message, expected = f"“{said[2]}”，表格中{context.in_words(option, '为')}", filing.in_unit(option[0], value)
        told, traits = context.in_words(option), _traits(context, start, end)
        yield context.wrong(said, told, at, "N5", message, 0, expected, option, traits=traits)


# ---- all -------------------------------------------------------------------------------------------------------------


def _all(context: Context, hit: Hit) -> Iterator[Claim]:
    line = context.line
    stop = _END.search(line.text, hit.end)
    end = stop.start() if stop else len(line.text)
    if COUNT in line.text[hit.end : end]:
        end = line.text.index(COUNT, hit.end)
        if line.text[end - 1] != "中":
            return
    hits = [hit] if "row" in hit.meanings else line.between(hit.end, min(end, hit.end + FAR))
    done = first_of(hits, "all", "done")
    named = (h for h in hits if not h.meanings.keys().isdisjoint(("row", "column", "outcome")))
    words = [h for h in named if "outcome" in h.meanings or "flow" not in h.meanings]
    if has(hits, "none"):
        return
    if words and (done is None or words[0].start < done.start):
        yield from _alike(context, hit, words, end)
    elif done is not None:
        yield from _finished(context, hit.start, done.end)


def _before(context: Context, place: int, marks: str = "。！？") -> list[Frame]:
    """Return the figures before a place in its sentence that speak of cells."""
    start = context.sentence(place, marks)[0]
    return [f for f in context.line.frames if start <= f.place < place and f.number in context.subjects]


def _spoken_of(context: Context, place: int) -> list[Frame]:
    """Return the figures that a statement is about: the last before it, totals of disputes side by side together.

    Of these only those that its own clause names, if it names any: 复议8件、诉讼2件，复议均已审结.
    """
    line, subjects, parents = context.line, context.subjects, context.lists.parents
    totals = [f.number for f in line.frames if (s := subjects.get(f.number)) and s.options[0][0] in TOTALS]
    run = _before(context, place)[-1:]
    alone = any(run[0].place < frame.place < place for frame in line.frames) if run else True
    while not alone and re.fullmatch("[、和与及，][^，；。]*", run[0].lead_text):
        number = run[0].number
        if not {number - 1, number} <= set(totals) or parents.get(number - 1) is not parents.get(number):
            break
        run.insert(0, line.frames[number - 1])
    groups = meanings_of(line.between(context.clause(place), place), "group")
    named = tuple(groups) or ("litigation",) * bool(_LAWSUIT.match(line.text, place))
    return [frame for frame in run if any(row[0].startswith(named) for row in subjects[frame.number].rows)] or run


def _groups(context: Context, place: int, state: State | None) -> list[str]:
    """Return the groups of disputes that a statement is about, without figures those spoken of last."""
    last, line = state.of("group") if state else "", context.line
    subjects = [context.subjects[frame.number] for frame in _spoken_of(context, place)]
    groups = [row[0] for subject in subjects if subject.topic == "disputes" for row in subject.rows]
    named = meanings_of(line.between(context.clause(place), place), "group")
    return groups if last in ("", *groups) else named or [last]


def _finished(context: Context, start: int, end: int) -> Iterator[Claim]:
    line, frames = context.line, context.line.frames
    state = next((context.said[place] for place in range(start, end) if place in context.said), None)
    earlier = _before(context, start)
    subject = context.subjects[earlier[-1].number] if earlier else None
    ours = subject is not None and subject.topic == "applications" and subject.cost < 2
    if not ours and (state is None or state.of("topic") != "applications"):
        return
    other = subject and (subject.topic != "applications" or subject.limited or (ours and subject.when))
    if other or (state and state.of("when")):
        return
    rows = [context.subjects[f.number].rows for f in _before(context, start, CLAUSES)]
    last = next((f for f in reversed(frames) if f.place < start and f.sentence[0] <= start < f.sentence[1]), None)
    stranger = last and last.number not in context.subjects and "申请" not in line.text[last.place : start]
    only_carried = bool(rows) and all(row == (("carried_in",),) for row in rows)
    unlike = bool(earlier) and ours and context.fit(earlier[-1], context.subjects[earlier[-1].number]) is None
    rest = has(line.between(context.sentence(start, CLAUSES)[0], start), "all", "rest")
    if stranger or only_carried or unlike or rest:
        return
    how = line.text[start:end]
    if _IN_TIME.search(how) and not _DONE.search(how):
        return
    told = any(s.rows[:1] == (("carried_out",),) and frames[n].quantity.value for n, s in context.subjects.items())
    columns = meanings_of(line.between(context.clause(start), start), "column")
    left: Cells = (f"applications.carried_out.{columns[-1]}",) if columns else CARRIED_OUT
    if not told or context.filing.of(left) is None:
        yield from _zero(context, left, start, end)


def _alike(context: Context, hit: Hit, words: Words, end: int) -> Iterator[Claim]:
    """Yield claims that all reviews were upheld, all applications granted, all applicants natural persons."""
    state = context.said.get(hit.start)
    if state and (state.of("when") or context.of_others(state.of("scope"))):
        return
    frames, groups = _spoken_of(context, hit.start), _groups(context, hit.start, state)
    said = words[0].meanings.get("outcome") and meanings_of(words, "outcome")
    if said and groups and (said[0] == "closed" or not frames):
        others = ["pending"] if said[0] == "closed" else [one for one in OUTCOMES if one not in said]
        yield from _zero(context, tuple(f"disputes.{g}.{one}" for g in groups for one in others), hit.start, end)
        return
    for frame in frames:
        if not context.subjects[frame.number].when:
            yield from _all_of(context, frame, hit, words, end)


def _all_of(context: Context, frame: Frame, hit: Hit, words: Words, end: int) -> Iterator[Claim]:
    line, word, subject = context.line, words[0].meanings, context.subjects[frame.number]
    parent = context.lists.parents.get(frame.number)
    if parent and parent.number in context.subjects and "结果" in line.text[frame.place : hit.start]:
        frame, subject = parent, context.subjects[parent.number]
    between = line.between(frame.place, hit.start)
    if has(between, "outcome", "closed") or has(between, "all", "rest") or has(between, "row", "carried_in"):
        return
    options: list[Cells] = []
    if subject.topic == "disputes" and word.get("outcome", "closed") != "closed":
        groups = [name.removesuffix(".total") for name in subject.options[0] if not name.startswith("-")]
        outcomes = [outcome for outcome in dict.fromkeys(meanings_of(words, "outcome")) if outcome != "closed"]
        options = [tuple(f"{group}.{outcome}" for group in groups for outcome in outcomes)]
    elif subject.topic == "applications" and not subject.limited:
        if len(set(meanings_of(words, "column"))) == 1 and "column" in word:
            plain_rows = [rows for rows in subject.rows if not any(row.startswith("-") for row in rows)]
            options = [tuple(f"applications.{row}.{word['column']}" for row in rows) for rows in plain_rows]
        elif "|" not in word.get("row", "|") and subject.cost <= 1.5:
            options = [tuple(f"applications.{row}.total" for row in rows_of(tuple(meanings_of(words, "row")))[0])]
    values = [value for option in options if (value := context.filing.of(option)) is not None]
    if not values or (context.fit(frame, subject) is None and values[0] == context.filing.of(subject.options[0])):
        return
    whole = options[0][0].removesuffix("total")
    if any(name.startswith(whole) and name not in options[0] for name in subject.options[0]):
        return  # all of some of them: 信访类和重复申请9件，均不予处理
    said, place = context.begin(frame.place, end, CLAUSES), line.at[hit.start]
    told = context.in_words(options[0])
    ended = [one.total for one in context.lists.found if one.fits and one.parts[-1] is frame]
    if len(values) < len(options) or any(f.quantity.may_be(value) for f in (frame, *ended) for value in values):
        yield context.right(said[1], place, "N5", lambda: (said[2], told))
        return
    message, expected = f"“{said[2]}”，表格中{context.in_words(options[0], '为')}", plain(values[0])
    yield context.wrong(
        said, told, place, "N5", message, plain(frame.quantity.value), expected, options[0],
        traits=_traits(context, hit.start, end),
    )  # fmt: skip


def _traits(context: Context, start: int, end: int) -> dict[str, float]:
    """Return what tells whether a statement is of the cells that it is read as."""
    told = set(context.line.text[start:end])
    return {"or": bool(set("或和及、") & told), "in time": bool(set("按限及") & told)}
