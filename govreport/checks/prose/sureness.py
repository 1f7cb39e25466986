"""How sure a finding is: one quantity, weighed from what its reading is like, decides what is told and how gravely."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from fractions import Fraction

from govreport.checks.prose.claims import AGREES, DISAGREES, OPEN, Claim
from govreport.checks.prose.frames import Frame
from govreport.checks.prose.packaged import packaged
from govreport.core import Figure

SEVERITIES = ("notice", "warning", "error")
FARTHEST = 2.5
"""The most that a figure is told to be away from the expected one; e to this is twelve times as much."""
CROWDED = 0.1
"""The share of the numbers from half a figure to twice it that may be figures, too, for one of them to be telling."""
DOUBTS = ("very far", "expected none", "result", "part")
"""Traits that say less of a figure whose reading is plain."""
OTHERWISE = (
    "told again", "of others", "same cells told", "a part is the cell", "odd one out", "with its neighbours",
    "another cell",
)  # fmt: skip
"""Traits of a figure that other figures explain."""
Traits = Mapping[str, float]


def apart(stated: Figure, expected: Figure) -> dict[str, float]:
    """Return what tells a slip of the pen from another thing that is counted: how far a figure is from the expected."""
    far = abs(math.log((abs(float(stated)) + 1) / (abs(float(expected)) + 1)))
    return {
        "far": min(far, FARTHEST),
        "very far": float(far > 1),
        "less": float(stated < expected),
        "more expected": rare(float(expected)) * float(float(expected) > float(stated) > 0),
        "expected none": float(expected == 0),
        "slip": float(_is_slip(str(stated), str(expected))),
        "digits": math.log10(abs(float(stated)) + abs(float(expected)) + 1),
    }


def rare(figure: float) -> float:
    """Return how telling it is that two figures are the same: nothing for 0, about one for hundreds."""
    return min(math.log2(abs(figure) + 1) / 8, 1.5)


def coincidence(figure: Fraction | int, others: Set[Fraction | int], *, plain: bool) -> float:
    """Return how telling it is that a figure is one of others, too.

    plain: whether its words name what it is; then it is not telling at all where many of the others are about as large.
    """
    near = sum(figure <= 2 * other <= 4 * figure for other in others) if plain else 0
    return rare(float(figure)) if figure in others and near <= CROWDED * (1.5 * float(figure) + 1) else 0.0


def _is_slip(stated: str, expected: str) -> bool:
    """Whether one digit is another, one too many or too few, or two neighbours are swapped."""
    shorter, longer = sorted((stated, expected), key=len)
    if len(longer) < 2 or len(longer) > len(shorter) + 1:
        return False
    if len(longer) > len(shorter):
        return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))
    other = [n for n, digits in enumerate(zip(stated, expected, strict=True)) if len(set(digits)) > 1]
    return len(other) == 1 or (len(other) == 2 and other[1] - other[0] == 1 and sorted(stated) == sorted(expected))


def weigh(claims: Sequence[Claim], frames: Sequence[Frame]) -> list[Claim]:
    """Return the claims of a passage, those that disagree with the severity that they are sure enough for, or open.

    frames: the figures of the passage.
    """
    wrong = [claim for claim in claims if claim.verdict == DISAGREES]
    right = [claim for claim in claims if claim.verdict == AGREES and claim.figures]
    return [_decided(c, _beside(c, wrong, right, frames)) if c.verdict == DISAGREES else c for c in claims]


def sureness(rule: str, traits: Traits) -> float:
    """Return how likely it is that a finding is right, between 0 and 1."""
    known = packaged("sureness")[rule]
    return 1 / (1 + math.exp(-sum(known.get(name, 0.0) * value for name, value in traits.items())))


def _plainly(traits: Traits) -> Traits:
    """Return traits with what some say besides where the reading is plain and nothing explains it otherwise.

    That some cell has a 1, too, explains nothing.
    """
    if not traits.get("plain"):
        return traits
    plain = float(not any(traits.get(name, 0.0) > rare(1) for name in OTHERWISE))
    return {**traits, "plain": plain, **{f"plain, {name}": plain * traits.get(name, 0.0) for name in DOUBTS}}


def _decided(claim: Claim, beside: Traits) -> Claim:
    traits = _plainly({name: float(value) for name, value in {"": 1, **claim.traits, **beside}.items()})
    sure, least = sureness(claim.rule, traits), packaged("sureness")["least"]
    severity = next((name for name in reversed(SEVERITIES) if sure >= least[name]), "")
    if not severity:
        return claim._replace(verdict=OPEN, reading=f"{claim.reading}；不够确定", traits=traits)
    severity = min(severity, claim.severity, key=SEVERITIES.index)
    message = f"{claim.message}{claim.ask * (severity != 'error')}。"
    return claim._replace(severity=severity, message=message, traits=traits)


def _beside(claim: Claim, wrong: Sequence[Claim], right: Sequence[Claim], frames: Sequence[Frame]) -> dict[str, float]:
    """Return what the other claims and figures of the passage say of a finding."""
    figures = [frame.quantity.value for frame in frames]
    mine, others = set(claim.figures), [other for other in wrong if other.message != claim.message]
    near, right_near = ([other for other in those if other.quote == claim.quote] for those in (others, right))
    cells_near = [other for other in right_near if other.rule == "N1"]
    shared = [other for other in others if not mine.isdisjoint(other.figures)]
    cells = {other.figures[0]: other.cells for other in right if other.rule == "N1"}
    borne_out = sum(number in cells for number in claim.figures)
    lists = [other.figures for other in right if other.rule == "N2"]
    astray = {other.figures[0] for other in wrong if other.rule == "N1"}
    told = [float(figure) for number, figure in enumerate(figures) if number not in mine]
    expected = float(claim.expected or 0)
    return {
        "figures": math.log(1 + len(set(figures))),
        "share right": (len(cells) + 1) / (len(cells) + sum(other.rule == "N1" for other in wrong) + 1),
        "expected is told": rare(expected) * (expected in told),
        "others right near": math.log(1 + len(right_near)),
        "also wrong": bool(shared),
        "mended alike": any(
            _mend(claim, number, figures) == _mend(other, number, figures)
            for other in shared
            for number in mine.intersection(other.figures)
        ),
        "in a list that fits": bool(mine) and any(claim.figures[0] in figures for figures in lists),
        "odd one out": bool(mine) and any(mine == astray.intersection(figures) for figures in lists),
        "all borne out": bool(mine) and borne_out == len(claim.figures),
        "share borne out": borne_out / max(len(claim.figures), 1),
        "swapped": any(
            (other.rule, other.stated, other.expected) == (claim.rule, claim.expected, claim.stated) for other in others
        ),
        "right near": math.log(1 + len(cells_near)),
        "wrong near": math.log(1 + len(near)),
        "plain ones wrong near": math.log(1 + sum(bool(other.traits.get("plain")) for other in near)),
        "share right near": (len(cells_near) + 1) / (len(cells_near) + sum(other.rule == "N1" for other in near) + 1),
        "of its table right near": math.log(1 + sum(_table(other) == _table(claim) for other in cells_near)),
        "shares right near": math.log(1 + sum(other.rule == "N3" for other in right_near)),
        "shares wrong near": math.log(1 + sum(other.rule in ("N3", "N4") for other in near)),
        "sentences": math.log(1 + len({frame.sentence for frame in frames})),
        "a part wrong": not astray.isdisjoint(claim.figures[1:]),
        "total that fits": any(figures[0] in mine for figures in lists),
        "same cells told": any(set(claim.cells) & set(other.cells) for other in right),
    }


def _table(claim: Claim) -> str:
    """Return the table of the cells that a claim is about."""
    return claim.cells[0].lstrip("-").partition(".")[0] if claim.cells else ""


def _mend(claim: Claim, number: int, figures: Sequence[Fraction | int]) -> Fraction | int | None:
    """Return what a figure must be for a finding to go; None where that is not one number."""
    if claim.rule not in ("N1", "N2") or claim.expected is None or claim.stated is None:
        return None
    if claim.figures[0] == number:
        return Fraction(claim.expected)
    return figures[number] + Fraction(claim.stated) - Fraction(claim.expected)
