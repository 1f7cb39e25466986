"""How well a reader reads the corpus of published reports: what it gave beside what it had to give."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from govreport.core.errors import GovReportError
from govreport.exchange.recognise.published import read_published

CORPUS = Path(__file__).resolve().parents[1] / "published"


@dataclass(frozen=True)
class Answer:
    """What a reader gave: the JSON of a filing, the printed name and title, and the cells that its notes name."""

    document: Mapping[str, Any]
    name: str
    title: str
    noted: frozenset[str]


@dataclass
class Score:
    """Counts over cells, names and sentences, and a line for each that is not right.

    Figures: right; missed (not given, but listed as unreadable); silent (not given, not listed); wrong (another
    figure, a note names the cell); unnoted (another figure, no note). Lost cells: listed, unlisted, invented (a figure
    where none can be read). Blanks: blank, doubted (listed as unreadable), filled (a figure). A cell where a figure and
    a doubt are both honest counts as right or tolerated.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.counts += other.counts
        self.problems += other.problems

    def share(self, good: str, *others: str) -> float:
        """The share of the good ones among them and the others; 1 where there are none."""
        total = self.counts[good] + sum(self.counts[other] for other in others)
        return self.counts[good] / total if total else 1.0

    @property
    def figures(self) -> float:
        return self.share("right", "missed", "silent", "wrong", "unnoted")

    @property
    def lost(self) -> float:
        return self.share("listed", "unlisted", "invented")

    @property
    def sentences(self) -> float:
        return self.share("placed", "misplaced")


def expectations() -> list[dict[str, Any]]:
    """What must be read from each file, in the order of their names."""
    files = sorted((CORPUS / "expected").glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal) for file in files]


def plain(text: str) -> str:
    """A text without spaces, in one width of characters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def judge_cell(name: str, expected: Mapping[str, Any], answer: Answer) -> str:
    """Return what became of one cell: a key of `Score.counts`."""
    value, given = expected["cells"][name], answer.document["cells"].get(name)
    given = Decimal(str(given)) if given is not None else None
    listed = name in answer.document["unreadable"]
    tolerated = expected.get("tolerated", {})
    if name in tolerated and given is None and listed:
        return "tolerated"
    if name in expected["unreadable"]:
        return "invented" if given is not None else "listed" if listed else "unlisted"
    if value is None:
        return "filled" if given is not None else "doubted" if listed else "blank"
    if given is None:
        return "missed" if listed else "silent"
    if given == value:
        return "right"
    return "wrong" if name in answer.noted else "unnoted"


def score(expected: Mapping[str, Any], answer: Answer) -> Score:
    """Compare an answer with what had to be read."""
    result, file = Score(), expected["file"]

    def count(key: str, message: str = "") -> None:
        result.counts[key] += 1
        if message:
            result.problems.append(f"{file}: {message}")

    for name, value in expected["cells"].items():
        outcome = judge_cell(name, expected, answer)
        fine = outcome in ("right", "tolerated", "listed", "blank")
        count(outcome, "" if fine else f"{outcome} {name}: {answer.document['cells'].get(name)} for {value}")
    document = answer.document
    extra = set(document["cells"]) - set(expected["cells"])
    given = {
        "agency": plain(answer.name),
        "year": document["year"],
        "editions": dict(document["editions"]),
        "title": plain(answer.title),
    }
    for key, found in given.items():
        wanted = plain(expected[key]) if isinstance(expected[key], str) else expected[key]
        same = found == wanted
        count(f"{key} right" if same else f"{key} wrong", "" if same else f"{key}: {found} for {wanted}")
    for name in sorted(extra) if given["editions"] == expected["editions"] else ():
        count("unnoted", f"no such cell: {name}")
    texts = {part: plain(text) for part, text in document["narrative"].items()}
    for part, sentences in expected["narrative"].items():
        for sentence in sentences:
            there = any(plain(sentence) in texts.get(one, "") for one in part.split("/"))
            count("placed" if there else "misplaced", "" if there else f"not in part {part}: {sentence}")
    for stray in expected["absent"]:
        found_in = [part for part, text in texts.items() if plain(stray) in text]
        count("stray" if found_in else "kept out", f"in part {found_in[0]}: {stray}" if found_in else "")
    return result


def failed(expected: Mapping[str, Any], reason: str) -> Score:
    """The score of a file that could not be read."""
    empty = Answer(
        {"cells": {}, "unreadable": [], "year": 0, "editions": {}, "narrative": {}},
        name="",
        title="",
        noted=frozenset(),
    )
    result = score(expected, empty)
    result.problems = [f"{expected['file']}: {reason}"]
    return result


OUTCOMES = {
    "right": ("right",),
    "owned": ("tolerated", "listed"),
    "noted": ("wrong",),
    "unnoted": ("unnoted", "invented"),
    "told": ("missed",),
    "silent": ("silent", "unlisted"),
}
"""What became of the figures of a layout that was met: right; rightly given up (nobody could place them); wrong, and a
note tells it; wrong without a note; legible, but given up and told; lost silently."""
BLANKS = ("filled", "doubted")
BAD = (
    *(key for name in ("noted", "unnoted", "told", "silent") for key in OUTCOMES[name]),
    *BLANKS,
    "misplaced",
    *(f"{key} wrong" for key in ("agency", "year", "editions", "title")),
)


def by_layout(scores: Iterable[tuple[Mapping[str, Any], Score]]) -> str:
    """A table of the files in layouts that were met: a line for each layout, and shares weighed by how often it was."""
    groups: dict[str, tuple[int, int, Score]] = {}
    for expected, one in scores:
        if layout := expected.get("layout"):
            met, files, total = groups.get(layout, (expected["met"], 0, Score()))
            total.add(one)
            groups[layout] = met, files + 1, total
    columns = (*OUTCOMES, *BLANKS)
    lines = [f"{'layout':58} met files " + " ".join(f"{name:>7}" for name in columns) + "  named"]
    shares: Counter[str] = Counter()
    for layout, (met, files, total) in sorted(groups.items(), key=lambda item: (-item[1][0], item[0])):
        counts = {name: sum(total.counts[key] for key in keys) for name, keys in OUTCOMES.items()}
        shares.update({name: met * count / sum(counts.values()) for name, count in counts.items()})
        named = min(total.counts[f"{key} right"] for key in ("agency", "year", "editions"))
        cells = " ".join(f"{count:7}" for count in (*counts.values(), *(total.counts[key] for key in BLANKS)))
        lines.append(f"{layout:58} {met:3} {files:5} {cells} {named:6}")
    whole = sum(met for met, _, _ in groups.values())
    cells = " ".join(f"{shares[name] / whole:7.2%}" for name in OUTCOMES)
    return "\n".join([*lines, f"{'weighed by how often each was met':58} {whole:3}       {cells}"])


def read(expected: Mapping[str, Any], folder: Path = CORPUS / "files") -> Score:
    """The score of the reader on a file of the corpus."""
    try:
        imported = read_published(folder / expected["file"])
    except GovReportError as error:
        return failed(expected, str(error))
    filing = imported.filing
    noted = frozenset(cell for note in filing.notes for cell in note.cells)
    return score(expected, Answer(filing.to_json(), imported.name, "".join(filing.title), noted))


def known() -> dict[str, dict[str, int]]:
    """What is known to go wrong in the files of layouts that were met: counts of `BAD`, which may only fall."""
    state: dict[str, dict[str, int]] = json.loads((CORPUS / "known.json").read_text(encoding="utf-8"))
    return state


COLUMNS = ("right", "missed", "silent", "wrong", "unnoted", "listed", "unlisted", "invented", "filled", "doubted")


def by_phenomenon(scores: Iterable[tuple[Mapping[str, Any], Score]]) -> str:
    """A table of the scores: a line for each phenomenon, and one for the whole corpus."""
    groups: dict[str, tuple[Score, list[str]]] = {}
    for expected, one in scores:
        for phenomenon in [*sorted(expected["phenomena"]), "~ whole corpus"]:
            total, files = groups.setdefault(phenomenon, (Score(), []))
            total.add(one)
            files.append(expected["file"])
    lines = [f"{'phenomenon':44} files figures% " + " ".join(f"{name:>8}" for name in COLUMNS) + "  named prose%"]
    for name, (total, files) in sorted(groups.items()):
        named = min(total.counts[f"{key} right"] for key in ("agency", "year", "editions"))
        cells = " ".join(f"{total.counts[column]:8}" for column in COLUMNS)
        start = f"{name.removeprefix('~ '):44} {len(files):5} {total.figures:8.2%}"
        lines.append(f"{start} {cells}  {named:5} {total.sentences:6.1%}")
    return "\n".join(lines)
