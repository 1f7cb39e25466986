"""Rule T2: title and signature name the agency; the agency that a text names, told apart from the register's others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.passages import passages
from govreport.checks.prose.words import words
from govreport.filing import Agency, Filing

SHORTEST = 2
"""Letters of a name or an abbreviation."""


def check_agency(filing: Filing, agency: Agency, register: Mapping[str, Agency]) -> Iterator[Finding]:
    """Yield the findings of rule T2.

    register: the agencies by slug; empty for a file, whose title has given the agency its name.
    """
    for what, text, signs in (("标题", filing.narrative.title if register else "", False),
                              ("署名", filing.narrative.signatories, True)):  # fmt: skip
        quote = "".join(text.split("\n"))
        named = named_agency(text, agency, register, signs=signs) if quote else agency
        if named != agency:
            told = f"写的是“{named.name}”" if named else "没有写明机构名称"
            message = f"{what}“{quote}”{told}，应是“{agency.name}”；请核对。"
            severity = "error" if named else "warning"
            yield Finding(filing.agency, filing.year, severity, message, (Identity("T2", ()),), quote=quote)


def named_agency(text: str, agency: Agency, register: Mapping[str, Agency], *, signs: bool = False) -> Agency | None:
    """Return the agency that a title or a signature names: this one, another of the register, or None.

    An agency has its name, its short name, those of agencies that it succeeds, and what abbreviates one of them;
    signs: a government's office may sign for it.

    >>> education = Agency("education", "示例市教育局", "示例教育局", "", "department", "own")
    >>> [bool(named_agency(text, education, {})) for text in ("示例市教育局2023年年报", "市教育局", "示例市民政局")]
    [True, True, False]
    """
    text = _alike(text)
    own = set(map(_alike, _names(agency, register)))
    others = {_alike(name): other for other in register.values() for name in (other.name, other.short_name)}
    found = [name for name in own | others.keys() if _stands(name, text, signs=signs and name in own)]
    best = max(found, key=len, default="")
    if any(name in own and (signs or name == best or name not in best) for name in found):
        return agency
    if best:
        return others[best]
    segments = words()["no part of a name"].sub(" ", "".join(c if "一" <= c <= "鿿" else " " for c in text)).split()
    return agency if any(_abbreviates(segment, name) for segment in segments for name in own) else None


@lru_cache(maxsize=10_000)
def _alike(text: str) -> str:
    return "".join(passage.uncovered for passage in passages(text.replace("\n", "")))


def _names(agency: Agency, register: Mapping[str, Agency]) -> Iterator[str]:
    """Yield the names of an agency and of those that it succeeds."""
    seen: set[str] = set()
    following: Agency | None = agency
    while following and following.slug not in seen:
        seen.add(following.slug)
        yield from filter(None, (following.name, following.short_name))
        following = register.get(following.succeeds)


def _stands(name: str, text: str, *, signs: bool) -> bool:
    """Whether a text holds a name that is not the beginning of a longer one."""
    return any(_ends(text, place + len(name), signs=signs) for place in _places(name, text))


def _places(name: str, text: str) -> Iterable[int]:
    place = text.find(name)
    while place >= 0:
        yield place
        place = text.find(name, place + 1)


def _ends(text: str, place: int, *, signs: bool) -> bool:
    office = words()["office of a government"].match(text, place) if signs else None
    return bool(words()["ends a name"].match(text, office.end() if office else place))


def _abbreviates(short: str, name: str) -> bool:
    """Whether a name's letters hold those of a shorter one in order, and its last not as a place's alone."""
    letters = iter(name)
    place = words()["place"].match(name)
    core = name[place.end() :] if place else name
    whole = short[-1] in core or (core == "人民政府" and name.removesuffix(core).endswith(short))
    return len(short) >= SHORTEST and whole and all(letter in letters for letter in short)
