"""Rule N3: shares follow from the figures that they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from govreport.checks.prose.claims import AGREES, DISAGREES, OPEN, Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.discourse import Subject
from govreport.checks.prose.frames import SHARE, Frame, has
from govreport.checks.prose.lexicon import Hit
from govreport.checks.prose.lists import distributed
from govreport.checks.prose.quantities import Quantity
from govreport.checks.prose.subjects import FLOWS
from govreport.checks.prose.values import Cells, rows_of
from govreport.core import round_half_up

Bases = tuple[list["Base"], list["Base"]]
"""What a share should be of, and what else it could be of."""
Base = tuple[Fraction | int, str | Cells]
"""A figure that a share can be of, and what it is: as printed, or cells."""
MOST_NEAR = 16
"""Figures of a sentence that a share can be of."""
WHOLES: tuple[Cells, ...] = (
    ("applications.new.total",), ("applications.new.total", "applications.carried_in.total"),
    ("applications.total.total",),
)  # fmt: skip
"""What applications can be a share of."""
_COUNTED = re.compile("[两二三四五六七八九几·各][项类者种家个部]")
_SEVERAL = re.compile("合计|[两三四各]类|节约")
_BARE = re.compile("[，（]?(?:已|约)?(?:超过|超|近|达到?|接近|不足|不到|约|刚好|正好|恰好)?")


def _holds(quantity: Quantity, actual: Fraction) -> bool:
    """Whether a share is what is stated, or off by less than one in the last printed digit."""
    if quantity.exact:
        return abs(quantity.value - actual) * 100 < Fraction(1, 10**quantity.decimals)
    return quantity.low <= actual <= quantity.high


def share_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each share of a figure, or of cells that words name."""
    frames = context.line.frames
    stated = [frame for frame in frames if frame.kind == SHARE and not has(frame.labelled, "growth")]
    if not stated:
        return
    parts = {frame.number: _parts(context, frame) for frame in stated}
    taken = {part.number for found in parts.values() for part in found}
    agreed: dict[int, Base] = {}
    bases = {
        frame.number: _bases(context, found[-1], frame, taken) for frame in stated if (found := parts[frame.number])
    }
    for frame in (frame for frame in stated if frame.number in bases):
        _of_parts(context, frame, parts[frame.number], bases[frame.number], agreed)
    for frame in stated:
        if frame.number in bases:
            yield _of_parts(context, frame, parts[frame.number], bases[frame.number], agreed)
        elif claim := _cell_share(context, frame, context.shares.get(frame.number)):
            yield claim


def _of_parts(context: Context, frame: Frame, parts: Sequence[Frame], bases: Bases, agreed: dict[int, Base]) -> Claim:
    """Return the claim of a share of figures: of one, or of those that 、 joins to it where that alone fits."""
    claim = _share(context, frame, _printed(parts), sum(f.quantity.value for f in parts), bases, agreed, parts=parts)
    both = _joined(parts[0]) if claim.verdict == DISAGREES and len(parts) == 1 else []
    if len(both) > 1:
        made = sum(part.quantity.value for part in both)
        sums = _share(context, frame, _printed(both), made, bases, agreed, parts=both)
        return sums if sums.verdict == AGREES else claim
    return claim


def _joined(last: Frame) -> list[Frame]:
    """Return the figures up to one that 、 joins to it."""
    run = [last]
    while run[0].number and run[0].lead_text[:1] == "、":
        run.insert(0, last.line.frames[run[0].number - 1])
    return run


def _parts(context: Context, frame: Frame) -> list[Frame]:
    """Return the figures whose share is stated, several where the share names several: 图解和视频占比."""
    of = next((hit for hit in frame.labelled if "share" in hit.meanings), None)
    said = frame.line.text[frame.label : of.start].strip("，；。：、（）其中") if of else ""
    before = frame.line.frames[: frame.number]
    said_before = frame.line.passage.text[frame.line.at[max(0, frame.label - 1)] : frame.quantity.start]
    lead = frame.line.passage.text[frame.line.at[before[-1].lead] : before[-1].quantity.start] if before else ""
    if several := re.match("[，。）]*([两二三四五])[家者类项个](?!分别)[^，]{0,4}占", lead):
        return [f for f in before[:-1] if f.is_count][-"零一二三四五".find(several[1].replace("两", "二")) :]
    if "分别" not in said_before and (
        several := re.match("[，；]?([两二三四五])(?:个?[项类者]|个[^，]{2})(?:合计|共|总计|总共)?占", said_before)
    ):
        return [f for f in before if f.is_count][-"零一二三四五".find(several[1].replace("两", "二")) :]
    names = [name for name in re.split("[和及与、]", said) if len(name) > 1]
    if len(names) > 1:
        near = [
            f
            for f in frame.line.frames[max(0, frame.number - 12) : frame.number]
            if f.is_count and f.sentence == frame.sentence
        ]
        named = [f for name in names if (f := next((f for f in reversed(near) if name in f.label_text), None))]
        return named if len(set(map(id, named))) == len(names) else []
    part = _part(
        context, frame, said, is_rate=of is not None and (of.meanings["share"] == "rate" or "比例" in frame.label_text)
    )
    return [part] if part else []


def _part(context: Context, frame: Frame, said: str, *, is_rate: bool) -> Frame | None:
    frames, number, lead = context.line.frames, frame.number, frame.lead_text
    behind = frames[number + 1] if number + 1 < len(frames) else frame
    if behind.is_count and behind.bracket == frame.place + 1 and behind.lead_text == "（":
        return behind
    before = frames[number - 1] if number else None
    before_subject = context.subjects.get(number - 1)
    if before is not None and has(before.labelled, "growth") and number > 1:
        before, before_subject = frames[number - 2], context.subjects.get(number - 2)
    plan = has(context.line.between(frame.sentence[0], frame.place), "time", "plan")
    if before is None or plan or (before_subject and before_subject.when not in ("", "last")):
        return None
    run = number
    while run and frames[run].kind == SHARE and re.fullmatch("[、，和及]+", frames[run].lead_text):
        run -= 1
    if re.search("分别|依次", frames[run].lead_text) and has(frames[run].led, "share", "of"):
        return distributed(frames, run, number)
    if re.fullmatch("）?的约?", lead) and number > 1 and before.is_count:
        return frames[number - 2] if frames[number - 2].is_count else None
    if frame.bracket > before.bracket and frame.bracket != before.place + 1:
        return None
    if lead.startswith("）"):
        before = next((f for f in reversed(frames[:number]) if f.bracket == frame.bracket), before)
    if not before.is_count or (before.sentence != frame.sentence and not said):
        return None
    if lead == "（" or _BARE.fullmatch(lead):
        return before
    if "节约" in said or "合计" in said or "分别" in frame.lead_text or re.search("[两三四各]类", frame.label_text):
        return None
    if is_rate:
        subject = context.shares.get(number)
        if subject and before_subject and subject.options[0] == before_subject.options[0]:
            return before if frame.quantity.value != 1 else None
        fits = (
            said
            and frame.quantity.value != 1
            and (said in before.label_text + before.tail_text or _alike(said, before.label_text))
        )
        return before if fits else None
    if not has(frame.labelled, "share"):
        return None
    if not said or lead.lstrip("，；。）").rpartition("，")[2].startswith("占"):
        return before
    near = reversed(frames[max(0, number - 4) : number])
    return next((f for f in near if f.is_count and _alike(said, f.label_text)), None)


def _alike(said: str, label: str) -> bool:
    """Whether what a share is of names a figure: the last letters of its label stand in it."""
    core, said = re.sub("[，；。：、（）其中的共有]|信息$", "", label), re.sub("[的信息类]", "", said)
    return bool(core) and len(said) > 1 and (core[-4:] in said or said in core)


def _printed(frames: Sequence[Frame]) -> str:
    return "＋".join(frame.printed for frame in frames)


def _bases(context: Context, part: Frame, share: Frame, taken: set[int]) -> Bases:
    """Return what a share should be of, and what else it could be of."""
    frames, parents = context.line.frames, context.lists.parents
    near = [f for f in reversed(frames[: part.number]) if f.is_count and f.is_money == part.is_money]
    apart = bool(re.search("分别|依次", "".join(f.lead_text for f in frames[part.number + 1 : share.number + 1])))
    likely = [f for f in frames[part.number + 1 : share.number] if f.is_count and not apart]
    likely += [parents[part.number]] if part.number in parents else []
    likely += [
        f for f in near if f.sentence == part.sentence and f.number not in taken | parents.keys() and f not in likely
    ]
    likely = likely or [
        f for f in near[:1] if f.number not in taken and (has(f.labelled, "noun") or has(f.labelled, "flow"))
    ]
    larger = [f for f in likely if f.quantity.value >= part.quantity.value]
    larger = larger or [parents[part.number]] if part.number in parents else larger
    named = rows_of([hit.meanings["row"] for hit in _behind_share(share) if "row" in hit.meanings])
    if named:
        told = [f for f in near if f.number in context.subjects and context.subjects[f.number].rows[:1] == named[:1]]
        cells = [tuple(f"applications.{row}.total" for row in option) for option in named]
        known: list[Base] = [(f.quantity.value, f.printed) for f in told if f.quantity.value]
        return known + [(value, one) for one in cells if (value := context.filing.of(one))], []
    others: list[Base] = [(f.quantity.value, f.printed) for f in near if f not in likely and f.quantity.value]
    beside = [f for f in frames if f.number in taken and f.sentence == part.sentence]
    others += [(sum(f.quantity.value for f in beside), _printed(beside))] * (len(beside) > 1)
    others += [(value, cells) for cells in WHOLES if (value := context.filing.of(cells))]
    return [(f.quantity.value, f.printed) for f in larger if f.quantity.value], others


def _behind_share(share: Frame) -> Sequence[Hit]:
    """Return the words between 占 and a share, which name what it is of."""
    of = next((hit for hit in share.labelled if hit.meanings.get("share") == "of"), None)
    return share.line.between(of.end, share.place) if of else ()


def _share(
    context: Context, frame: Frame, told: str, figure: Fraction | int, bases: Bases, agreed: dict[int, Base],
    *, cells: Cells = (), parts: Sequence[Frame] = (),
) -> Claim:  # fmt: skip
    """Return the claim of a share; `agreed` gathers what shares of the line turn out to be of."""
    quantity, place, (own, others) = frame.quantity, frame.quantity.start, bases
    said = context.part, frame.quote, f"{told}占{frame.printed}"
    numbers = frame.number, *(part.number for part in parts)
    near = [agreed[n] for n in agreed if n != frame.number and context.line.frames[n].sentence == frame.sentence]
    usual = [base for base in near if near.count(base) > 2]
    for base in (*own, *others):
        if usual and base not in (*own, *usual):
            continue
        share = Fraction(figure) / base[0]
        if _holds(quantity, share):
            agreed[frame.number] = base
            actual = _percent(share, quantity)
            cut = "" if not quantity.exact or actual == quantity.value * 100 else "，正文"
            cut += ("未进位（截断）" if quantity.value * 100 < actual else "末位多1") * bool(cut)
            whole = _named(context, base)
            return Claim(*said, f"{told}÷{whole}＝{plain(actual)}%{cut}", AGREES, place, "N3", figures=numbers)
    of_others = quantity.decimals and not cells and frame.number not in context.shares
    is_part = bool(parts) and parts[-1].number in context.lists.parents
    of_others = of_others and _is_of_others(context, frame, [base[0] for base in own], least=2 if is_part else 1)
    own = [base for base in own if base[0] >= figure or quantity.value > 1]
    likely = own or usual or [base for base in agreed.values() if base in others]
    if not likely:
        return Claim(*said, "不知占什么的比例", OPEN, place)
    value, name = likely[0][0], _named(context, likely[0])
    actual = _percent(Fraction(figure) / value, quantity)
    stated = plain(
        Fraction(round_half_up(Fraction(quantity.value * 100), 1)) if quantity.spoken else quantity.value * 100
    )
    message = f"“{told}占{frame.printed}”：{told}÷{name}＝{plain(actual)}%，正文为{frame.printed}"
    before = parts[-1] if parts else None
    text = frame.lead_text
    traits = {
        "of other figures": of_others,
        "several parts": len(parts) > 1,
        "base of all": bool(near) and likely[0] in near,
        "number between": 0 if before is None else min(abs(frame.number - before.number) - 1, 4),
        "another sentence": before is not None and before.sentence != frame.sentence,
        "says rate": has(frame.labelled, "share", "rate"),
        "decimals": quantity.decimals,
        "respectively": "分别" in text or "依次" in text,
    }
    told_ = {trait: float(value) for trait, value in traits.items()}
    return context.wrong(
        said, f"{told}÷{name}", place, "N3", message, stated, plain(actual), cells, figures=numbers, traits=told_
    )


def _named(context: Context, base: Base) -> str:
    return base[1] if isinstance(base[1], str) else context.in_words(base[1])


def _is_of_others(context: Context, share: Frame, bases: Sequence[Fraction | int], *, least: int) -> bool:
    """Whether a share is what other figures of its sentence, or several of them together, are of another."""
    near = [f.quantity.value for f in context.line.frames if f.sentence == share.sentence and f.is_count][:MOST_NEAR]
    sums = (
        sum(near[start:end])
        for start in range(len(near))
        for end in range(start + least, min(start + 5, len(near) + 1))
    )
    return any(
        _holds(share.quantity, Fraction(part) / base) for part in sums for base in (*near, *bases) if base > part
    )


def _percent(share: Fraction, quantity: Quantity) -> Fraction:
    return Fraction(round_half_up(share * 100, 1 if quantity.spoken else quantity.decimals))


def _cell_share(context: Context, frame: Frame, subject: Subject | None) -> Claim | None:
    """Return the claim of a share of cells by their names: 自然人占95%, 维持率42.9%."""
    if (
        subject is None
        or subject.when
        or subject.limited
        or (subject.scope and not (subject.scope == "wide" and context.of_all(frame)))
        or subject.cost > 1
        or has(frame.led, "growth")
    ):
        return None
    first, part = subject.options[0], context.filing.of(subject.options[0])
    alone = not any(f.is_count and f.sentence == frame.sentence for f in context.line.frames)
    doubtful = subject.rows[:1] and (subject.rows[0] in FLOWS or "（含" in frame.lead_text or not alone)
    if subject.topic == "applications" and first[0].endswith(".total") and doubtful:
        return None
    if part is None or frame.quantity.value == 1 or subject.topic == "proactive":
        return None
    wholes = (
        WHOLES
        if first[0].rpartition(".")[2] in ("natural", "legal_persons", "business")
        else (*WHOLES[2:], *WHOLES[:2])
    )
    if subject.topic == "disputes":
        groups = list(dict.fromkeys(name.lstrip("-").rpartition(".")[0] for name in first))
        total = tuple(f"{group}.total" for group in groups)
        wholes = (*total, *(f"-{group}.pending" for group in groups)), total
    bases: list[Base] = [(value, cells) for cells in wholes if (value := context.filing.of(cells))]
    fits = [base for base in bases if _holds(frame.quantity, Fraction(part) / base[0])]
    likely = (fits or bases)[:1], list[Base]()
    return _share(context, frame, context.in_words(first), part, likely, {}, cells=first) if bases else None
