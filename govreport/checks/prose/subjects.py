"""Subjects: which cells, or sums of cells, a figure can speak of, what that costs, and when and whose it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from govreport.checks.prose.beside import COLUMNS, beside, words_of_growth
from govreport.checks.prose.discourse import WHEN, State, Subject
from govreport.checks.prose.frames import PART_OF_YEAR, SHARE, Frame, Line, was_before
from govreport.checks.prose.lexicon import Hit, Words, first_of, has, meanings_of, of_class
from govreport.checks.prose.lists import COURTS, Lists
from govreport.checks.prose.own_columns import OwnNames
from govreport.checks.prose.own_subjects import OwnSubjects
from govreport.checks.prose.packaged import packaged
from govreport.checks.prose.quantities import units
from govreport.checks.prose.values import Cells, rank, rows_of

SECTIONS = {3: "applications", 4: "disputes"}
"""What the parts of a report are about."""
FLOWS: tuple[Cells, ...] = (("new",), ("total",), ("new", "carried_in"))
"""Rows that verbs of receiving and answering name."""
RESULT = 2
"""The rank of rows of results."""
ITEMS, DOCUMENTS = {"items_last_year", "change", "-change"}, {"normative", "rules"}
"""Columns of items, and how many fewer they are; rows of documents."""
OF_OTHER_YEARS = {"items_last_year": "last", "disclosed_total": "cumulative"}
"""Columns of the table that are not of its year."""
ANY_FLOW: tuple[Cells, ...] = (("new",), ("new", "carried_in"), ("total",))
COSTS: dict[str, float] = packaged("costs")["subjects"]

Reading = tuple[tuple[Cells, ...], tuple[Cells, ...], float]
"""Options, rows and cost."""

_MARKS = re.compile(f"[。；！？（）ＬＴＮＯＳ{PART_OF_YEAR}]|全年|年底|年末")
_OF_BASE = re.compile("[中里内](?:有|的)?$")
_BEHIND = re.compile("（[^）#]*）")
_SOME = re.compile("(?:涉及|关于|针对|有关)[^，。；：#]{2,20}的(?:政府)?(?:信息)?(?:公开)?申请[件中里]*，[^；]*$")
_INCLUDED = re.compile(
    "（[^（）#不未]{0,6}?(?:含|包括)[^（）#]{0,9}?(?:[结接]转|转[入来]|遗留|在办|未办?结)(?![至到入]?Ｎ)[^（）]*）"
)
"""A bracket that says that those carried in are included."""
_COUNTED_AS = re.compile("[^，。；、#（）]{0,8}[（，]?[均都]?(?:计入|归入|列入)([^，。；、）#]+)[，。；、）]")
_LIGHT = re.compile("其中|[答办处][复理](?:结果|意见)[为是]|余下|剩余|其余|另外|上述|以上|除|[，有其中的共还仅、另]")
_DOCUMENTS = re.compile(
    "主动公开[^，。；、#]{0,5}#[、，]依申请公开[^，。；、#]{0,5}#(?:[、，]不予?公开[^，。；、#]{0,5}#)?"
)
"""Documents by whether they may be published, which no table counts."""
_YEARS, _SPAN = re.compile("[ＬＯＮ]"), re.compile("[ＬＯ][—~至到-]+[ＬＯＴＳ]")


def subjects_of(
    line: Line, section: int, lists: Lists, names: frozenset[str], named: OwnNames | None = None
) -> tuple[dict[int, Subject], dict[int, Subject], dict[int, State]]:
    """Return the subjects of a line's figures and of its shares by number, and the state at words of none and all.

    section: the part that the line stands in; names: of the form's cells; named: the tables of one's own.
    """
    found, shares, said = dict[int, Subject](), dict[int, Subject](), dict[int, State]()
    state = State(line, section, names, found, lists.parents)
    own = OwnSubjects(line, named, lists, found) if named else None
    if topic := SECTIONS.get(section):
        state.said["topic"] = topic, 0
    events = [(match.start(), 0, 0) for match in _MARKS.finditer(line.text)]
    bases = {hit.start for frame in line.frames if frame.kind == SHARE for hit in base_words(frame)}
    events += [(h.start, 1, number) for number, h in enumerate(line.hits) if "told" in h.meanings]
    events += [(frame.place, 2, frame.number) for frame in line.frames]
    documents = {place for match in _DOCUMENTS.finditer(line.text) for place in range(*match.span())}
    for place, kind, number in sorted(events):
        if kind == 0:
            state.mark(place)
        elif kind == 1:
            hit = line.hits[number]
            if not hit.meanings.keys().isdisjoint(("none", "all", "share", "growth")):
                said[place] = State(line, section, names, found, lists.parents, dict(state.said))
            if hit.start not in bases:
                state.take(hit)
        elif place not in documents and (
            subject := _likelier(subject_of(line.frames[number], state, lists), own, line.frames[number], state)
        ):
            (found if line.frames[number].is_count else shares)[number] = subject
    return found, shares, said


def _likelier(statutory: Subject | None, own: OwnSubjects | None, frame: Frame, state: State) -> Subject | None:
    """Return the cheaper of what a figure can speak of in the form and in tables of one's own."""
    subject = own.of(frame) if own and state.of("scope") in ("", "own") else None
    if subject is None or (statutory and (statutory.limited, statutory.cost) <= (False, subject.cost)):
        return statutory
    return subject._replace(when=_when(frame, state))


def base_words(share: Frame) -> Words:
    """Return the words that tell what a share is of: 占办结总数的5%."""
    of = first_of(share.labelled, "share", "of")
    return share.line.between(of.end, share.place) if of else ()


# ---- the subject of a figure -----------------------------------------------------------------------------------------


def subject_of(frame: Frame, state: State, lists: Lists) -> Subject | None:
    """Return what a figure can speak of in the form."""
    share_of_one = frame.is_count and frame.quantity.decimals and frame.quantity.scale == 1 and not frame.is_money
    if share_of_one or frame.label_text.endswith("各"):
        return None
    if taken := beside(frame, state, lists):
        return taken
    parent, found = lists.parents.get(frame.number), state.found
    above = found.get(parent.number) if parent else None
    hits, cost, start, end = _words(frame)
    only = "Ｔ" in frame.label_text and not _LIGHT.sub("", frame.label_text).strip("Ｔ年度")
    ours = has(frame.labelled, "about", "disclosure") and not has(frame.labelled, "name")
    if above and frame.is_count and (only or (ours and above.topic == "disputes")):
        cost = COSTS["not of disclosure"] if ours and "respondent" in state.said else above.cost
        return Subject(above.options, above.topic, above.rows, cost, "", above.scope, limited=False)
    topic, key = _counted(frame, hits, state, parent, above)
    makers = {"applications": _applications, "disputes": _disputes, "proactive": _proactive}
    if topic not in makers or (reading := makers[topic](frame, hits, state, above)) is None:
        return None
    options, rows, more = reading
    known = tuple([option for option in options if state.names.issuperset([name.lstrip("-") for name in option])])
    if not known or (topic == "applications" and known[0] != options[0]):
        return None
    behind = _BEHIND.match(frame.line.text, frame.place + 1)
    if behind and len(frame.line.unknown(frame.place + 1, behind.end())) > 2:
        cost += COSTS["bracket behind"]
    cost += more + _unknown(frame.line, hits, start, end, key)
    cost += COSTS["letter behind"] * (topic == "disputes" and has(hits, "proactive"))
    scopes = meanings_of(hits, "scope")
    inherited = state.of("scope") or (above.scope if above else "")
    scope = "another" if "another" in scopes else scopes[-1] if scopes else inherited
    column = known[0][0].rpartition(".")[2] if topic == "proactive" else ""
    items, when = column in ITEMS, _when(frame, state)
    if when and ((items and not state.of("when")) or when == OF_OTHER_YEARS.get(column)):
        when = ""
    limited = not items and _limited(frame, hits)
    if topic == "applications":
        limited = limited or bool(_SOME.search(frame.line.text, frame.sentence[0], frame.label))
    if topic == "disputes" and "因" in frame.label_text:  # 因工伤认定引发的行政复议
        limited = limited or len(frame.line.unknown(frame.label, frame.place)) > 2
    if (before := found.get(frame.number - 1)) and frame.lead_text.startswith("、") and before.topic == topic:
        cost, limited = max(cost, before.cost), limited or (before.limited and topic == "disputes")
    return Subject(known, topic, rows, cost, when, scope, limited)


def _words(frame: Frame) -> tuple[Words, float, int, int]:
    """Return the words that tell what a figure counts, what it costs to go by them, and where they stand.

    They stand right before it; right behind it where nothing does; else in the clause before.
    """
    if grown := words_of_growth(frame):
        return grown
    label, tail = has(frame.labelled, "name"), of_class(frame.tailed, "name")
    behind = frame.tailed, 0.0, frame.place + 1, frame.end
    counted = _COUNTED_AS.match(frame.line.text, frame.place + 1)
    if counted and has(named := frame.line.between(*counted.span(1)), "name"):
        return named, 0.0, *counted.span(1)
    if label and tail:
        word, right_behind = tail[0].meanings, not frame.tail_text[: tail[0].start - frame.place - 1].strip("被为")
        if frame.label_text.endswith("的") and "noun" in word and not has(frame.labelled, "noun"):
            return [*frame.labelled, tail[0]], COSTS["noun behind"], frame.label, frame.place
        if right_behind and _OF_BASE.search(frame.label_text):
            return behind
        kinds = {"group"} if "outcome" in word else {"flow"}
        flows = all(not kinds.isdisjoint(hit.meanings) for hit in of_class(frame.labelled, "name"))
        if right_behind and flows and "flow" not in word:
            return [*frame.labelled, *frame.tailed], 0.0, frame.label, frame.end
    if label:
        return frame.labelled, 0.0, *frame.span
    if tail and frame.tail_text[:1] != "中" and not frame.line.unknown(frame.label, frame.place):
        return behind
    if has(frame.led, "name") and not has(frame.labelled, "open", "remainder"):
        here = frame.lead + frame.lead_text.rfind("；") + 1
        return [hit for hit in frame.led if hit.start >= here], COSTS["clause before"], frame.lead, frame.place
    if tail:
        return frame.tailed, COSTS["clause before"], *behind[2:]
    return frame.labelled, 0.0, frame.label, frame.place


def _when(frame: Frame, state: State) -> str:
    label, start = frame.label_text, frame.label
    if was_before(frame):
        return "other" if "Ｏ" in frame.lead_text else "last"
    if _SPAN.search(label):
        return "cumulative"
    when = state.of("when")
    for match in _YEARS.finditer(label):
        if start + match.start() not in frame.line.taken:
            before = frame.line.text[max(0, start + match.start() - 2) : start + match.start()]
            base = before.endswith(("较", "比", "与", "同")) and bool(label[match.end() :].strip("的同期度"))
            when = when if base else WHEN[match[0]]
    if "累计" in label and "cumulative" in state.said and state.far("cumulative", frame.place) <= 5:
        when = "cumulative"
    return "plan" if has(frame.tailed, "time", "plan") else when


def _limited(frame: Frame, hits: Words) -> bool:
    """Whether words make a figure a subset, or a difference."""
    but = ("row", "column", "share") if frame.kind == SHARE else ("row", "column")
    reason = frame.line.text.find("因", hits[0].start - 1 if hits else 0)
    reason = reason if reason >= 0 and has(hits, "row", "carried_out") else -1
    limits = any(
        "limit" in hit.meanings and hit.meanings.keys().isdisjoint(but) and not 0 <= reason < hit.start for hit in hits
    )
    return limits or (hits is frame.labelled and has(hits, "growth"))


def _counted(
    frame: Frame, hits: Words, state: State, parent: Frame | None, above: Subject | None
) -> tuple[str, Hit | None]:
    """Return the table that a figure is of, and the word that says so: the last noun counts, verbs need one."""
    unit, nouns, beside = frame.quantity.unit, of_class(hits, "noun"), (*frame.led, *frame.tailed)
    key, topic = (nouns[-1], nouns[-1].meanings["noun"]) if nouns else (None, "")
    if key and key.meanings.get("row", "").startswith("not_processed.p") and not above:
        before, last = state.found.get(frame.number - 1), frame.line.frames[frame.number - 1]
        among = before and before.rows and rank(before.rows[0][0]) == RESULT and last.sentence == frame.sentence
        near = has(hits, "topic", "applications") or has(beside, "row", "not_processed")
        near = near or bool(among and len(of_class(hits, "name")) == 1)  # 无法提供7件、信访2件
        topic = topic if near or "类" in frame.label_text or "属于" in frame.label_text else "other"
    bare = not has(hits, "name") and not frame.line.unknown(frame.lead, frame.place)
    topic = state.of("topic") if frame.is_money and bare else topic  # 集中采购7个项目，38万元
    verbs = [hit for hit in hits if not hit.meanings.keys().isdisjoint(("row", "column", "outcome", "bare"))]
    if not key and (verbs or has(hits, "verb")):
        topic = above.topic if above else state.of("topic") or ("applications" if verbs else "")
        key = (verbs or of_class(hits, "verb"))[-1]
        if topic == "publication" and has(hits, "row"):  # nobody answers a publication
            topic = state.of("table")
        known = "proactive" in state.said or (state.section < 3 and has(hits, "verb", "fees"))
        if not verbs and topic in ("", "publication") and known and not (parent and above is None):
            topic = "proactive"
    persons = topic == "applications" and unit in units("persons") and has(hits, "column")
    if topic in ("applications", "disputes") and unit not in units("dealt") and not persons:
        return "", key
    if topic == "applications" and parent and above is None:
        told = {*meanings_of(parent.labelled, "noun"), *meanings_of(parent.tailed, "noun")}
        if told and all(noun in ("publication", "other") for noun in told):
            return "", key
    return topic, key


def _unknown(line: Line, hits: Words, start: int, end: int, key: Hit | None) -> float:
    """Return what the letters cost that no word explains: behind the noun they change what is counted."""
    named = min([hit.end for hit in (*of_class(hits, "column"), *([key] if key else []))], default=end)
    first = next((hit.start for hit in hits if len(hit.meanings) > 1 or "filler" not in hit.meanings), end)
    right, left = len(line.unknown(max(named, start), end, hits)), len(line.unknown(first, named, hits))
    head = len(line.unknown(start, min(first, named, end), hits))
    at_head = min(COSTS["letter before"] * head, COSTS["letters at the head"])
    return COSTS["letter behind"] * right + COSTS["letter before"] * left + at_head


# ---- applications ----------------------------------------------------------------------------------------------------


def _applications(frame: Frame, hits: Words, state: State, above: Subject | None) -> Reading | None:
    named = meanings_of(hits, "row")
    if not named:
        share = first_of(hits, "share") if frame.kind == SHARE else None
        said = frame.line.text[frame.label : share.start] if share else frame.label_text
        word = _LIGHT.sub("", said) or frame.tail_text
        named = [h.meanings["bare"] for h in of_class(hits, "bare") if frame.line.text[h.start : h.end] == word]
    led = [row for row in meanings_of(frame.led, "row") if rank(row) == RESULT and not has(hits, "verb")]
    cost = COSTS["clause before"] * (not named and len(led) == 1)
    named = named or led * (len(led) == 1)
    columns = list(dict.fromkeys(meanings_of(hits, "column")))
    if "legal_persons" in columns:  # of them and some of them, who is named last counts: 企业等法人, 法人中企业
        some = [column for column in columns if column != "natural"][-1] != "legal_persons"
        columns = [column for column in columns if column == "natural" or (column != "legal_persons") == some]
    if named and not columns and not any(rank(row) == 1 for row in named):
        parent = state.parents.get(frame.number, frame)
        near = above and above.cost < 1 and not set("；。") & set(frame.line.text[parent.place : frame.place])
        inherited = above.options[0][0].rpartition(".")[2] if above and near else ""
        columns = [column for column in (inherited or state.of("column"),) if column in COLUMNS]
    rows = rows_of(tuple(named), grouped="等" in frame.lead_text + frame.tail_text)
    cost += COSTS["and others"] * (has(hits, "open", "more") and (len(named) > 1 or "." in "".join(named)))
    if not rows and columns:
        taken = above.rows if above and above.rows and above.rows[0] != ("carried_in",) else ()
        rows = tuple(dict.fromkeys((*taken, *ANY_FLOW))) if not taken or taken[0] in ANY_FLOW else taken
        cost += 0.0 if taken else COSTS["column alone"]
    elif not rows and has(hits, "topic", "applications"):
        rows, cost = ANY_FLOW, COSTS["application alone"]
    if not rows or (above and rows[0] in FLOWS and above.rows[:1] and above.rows[0] not in ANY_FLOW):
        return None
    if not above and not has(hits, "noun", "applications") and all(rank(" ".join(row)) == 1 for row in rows):
        recalled = state.of("topic") == "applications"
        cost += min(state.far("topic", frame.place) * COSTS["topic recalled"], 1.5) if recalled else COSTS["no topic"]
    if rows == (("new",),) and above and above.rows[:1] == (("total",),):
        rows = ("new",), ("total", "-carried_in")
    if ("new", "carried_in") in rows and _INCLUDED.match(frame.line.text, frame.place + 1):
        rows = (("new", "carried_in"),)
    cost += COSTS["in tens of thousands"] * (frame.quantity.scale > 1)
    return _cells(rows, tuple(columns) or ("total",)), rows, cost


@lru_cache(maxsize=1024)
def _cells(rows: tuple[Cells, ...], columns: tuple[str, ...]) -> tuple[Cells, ...]:
    return tuple(tuple(_cell(row, column) for row in option for column in columns) for option in rows)


def _cell(row: str, column: str) -> str:
    return f"-applications.{row[1:]}.{column}" if row.startswith("-") else f"applications.{row}.{column}"


# ---- disputes and the proactive table --------------------------------------------------------------------------------


def _disputes(frame: Frame, hits: Words, state: State, above: Subject | None) -> Reading | None:
    groups = list(dict.fromkeys(meanings_of(hits, "group")))
    outcomes = list(dict.fromkeys(meanings_of(hits, "outcome")[-("等其" in frame.label_text) :]))  # 驳回等其他结果
    if groups and not outcomes and frame.lead_text.startswith("、"):  # 未审结的复议5件、诉讼9件
        before = frame.line.frames[frame.number - 1].labelled
        told = [hit for hit in before if hit.meanings.keys() & {"outcome", "group"}]
        outcomes = meanings_of(told[:1], "outcome") if has(told[1:], "group") else []
    if any(group.startswith("litigation.") for group in groups):
        groups = [group for group in groups if group.startswith("litigation.")]
    cost, recalled = 0.0, ""
    parent, last = state.parents.get(frame.number, frame), state.found.get(frame.number - 1)
    if "其中" in frame.lead_text and last and last.topic == "disputes":
        parent, above = frame.line.frames[frame.number - 1], last
    if not groups and above and above.topic == "disputes":
        pair = state.found.get(parent.number - 1) if parent.lead_text.startswith("、") else None
        both = (pair, above) if pair and pair.topic == "disputes" else (above,)  # 复议5件、诉讼2件，其中纠正1件
        groups = [row[0] for subject in both for row in subject.rows]
    elif not groups and outcomes and (recalled := _recalled(frame, state)):
        groups, cost = [recalled], min(state.far("group", frame.place) * COSTS["group recalled"], 2.0)
    if not groups:
        return None
    about = "disclosure" in state.said and state.far("disclosure", frame.place) < 4
    because = about and any("因" in frame.line.text[h.start : h.end] for h in hits)
    respondent, public = (state.said.get(slot, ("", -1))[1] for slot in ("respondent", "disclosure"))
    body, judge = (state.said.get(slot, ("", -2))[1] > respondent for slot in ("body", "organ"))
    organ = (body or (state.section != 4 and (judge or public < frame.sentence[0] <= respondent))) and not because
    cost += COSTS["as an organ"] if organ else COSTS["not of disclosure"] * (state.section != 4 and not about)
    each = [tuple(f"disputes.{group}.{outcome}" for outcome in outcomes or ["total"]) for group in groups]
    if recalled.startswith("litigation."):
        groups.append("litigation")
        each.append(tuple(f"disputes.litigation.{outcome}" for outcome in outcomes))
    if len(outcomes) > 1 and len(groups) == 1:
        each += [(f"disputes.{groups[0]}.{outcome}",) for outcome in outcomes]
        return tuple(each), ((groups[0],),), cost
    if "closed" in outcomes:
        each = [(f"disputes.{group}.total", f"-disputes.{group}.pending") for group in groups]
    if recalled.startswith("litigation."):
        return tuple(each), tuple((group,) for group in groups[:1]), cost
    together = tuple(name for option in each for name in option)
    return (together, *each) if len(each) > 1 else (together,), tuple((group,) for group in groups), cost


def _recalled(frame: Frame, state: State) -> str:
    """Return the group that outcomes are of: all lawsuits where both ways to court stand together before them."""
    told = [hit.meanings for hit in frame.line.between(frame.sentence[0], frame.place)]
    told = [meanings for meanings in told if "group" in meanings or "outcome" in meanings][:-1]
    courts = [number for number, meanings in enumerate(told) if meanings.get("group") in COURTS]
    together = len(courts) > 1 and courts[-1] - courts[-2] == 1 and frame.bracket < 0
    return "litigation" if together and state.of("group") in COURTS else state.of("group")


def _proactive(frame: Frame, hits: Words, state: State, above: Subject | None) -> Reading | None:
    verbs = meanings_of(hits, "verb")
    nouns = list(dict.fromkeys(meanings_of(hits, "proactive"))) or ["fees"] * ("fees" in verbs)
    row, cost = nouns[0] if nouns else state.of("proactive"), 0.0
    if not nouns:
        cost = min(state.far("proactive", frame.place) * COSTS["row recalled"], 3.0)
        cost += COSTS["in a bracket"] * (frame.bracket >= 0 and above is None)
    items = frame.quantity.unit == "项" and "决定" not in frame.label_text
    if row and len(nouns) < 2 and items and row not in DOCUMENTS | {"procurement"}:
        return _items(frame, row, verbs, cost)
    counted = units(row if row in packaged("figures")["units"] else "decisions")
    if not row or (len(nouns) > 1 and not DOCUMENTS.issuperset(nouns)) or frame.quantity.unit not in counted:
        return None
    columns = ["amount"] if frame.is_money else ["projects"] if row == "procurement" else ["decisions"]
    if row in DOCUMENTS:
        if not verbs:
            cost += COSTS["verb recalled"] + COSTS["row recalled"] * state.far("verb", frame.place)
            verbs = [state.of("verb")]
        special = [verb for verb in verbs if "|" not in verb]
        columns = (special or verbs)[-1].split("|")
        if verbs[-1].startswith("disclosed|") and f"proactive.{row}.disclosed" not in state.names:
            cost += COSTS["published"]
    elif not ITEMS.isdisjoint(verbs):
        return None
    return tuple(tuple(f"proactive.{row}.{column}" for row in nouns or [row]) for column in columns), (), cost


def _items(frame: Frame, row: str, verbs: Sequence[str], cost: float) -> Reading | None:
    """Return the items of a row: 行政许可事项上年18项, 本年减少2项."""
    last, change = f"proactive.{row}.items_last_year", f"proactive.{row}.change"
    if "change" in verbs or "-change" in verbs:
        if frame.label_text.endswith(("为", "至", "到")):
            return ((last, change),), (), cost
        return (((f"{'-' * ('-change' in verbs)}{change}",),), (), cost)
    return (((last,),) if "Ｌ" in frame.label_text else ((last, change), (last,))), (), cost
