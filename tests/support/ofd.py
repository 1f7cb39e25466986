"""OFD files taken apart: what stands on their pages, and which rules of the standard (GB/T 33190-2016) they break."""

from __future__ import annotations

import io
import math
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import ofdkit
from fontTools.ttLib import TTFont
from lxml import etree

OFD = "{http://www.ofdspec.org/2016}"
POINT = 25.4 / 72
NUMBER = r"-?\d+(?:\.\d+)?"
KINDS = {
    "id": r"[1-9]\d*",
    "name": r"[A-Za-z_][\w.-]*",
    "text": r".*",
    "number": NUMBER,
    "box": rf"{NUMBER} {NUMBER} (?!0 )\d+(?:\.\d+)? (?!0$)\d+(?:\.\d+)?",
    "matrix": rf"{NUMBER}(?: {NUMBER}){{5}}",
    "array": rf"{NUMBER}(?: {NUMBER})*",
    "colour": r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?: (?:25[0-5]|2[0-4]\d|1?\d?\d)){2}",
    "byte": r"25[0-5]|2[0-4]\d|1?\d?\d",
    "truth": "true|false",
    "size": r"\d+(?:\.\d+)?",
    "date": r"\d{4}-\d\d-\d\d",
    "path": rf"(?:[ML] {NUMBER} {NUMBER}|B {NUMBER}(?: {NUMBER}){{5}}|Q {NUMBER}(?: {NUMBER}){{3}}|C| )+",
    "place": r"[^\s?*<>:|]+",
}
SEEN = "Actions? Clips?"
UNIT = "ID=id Boundary=box CTM=matrix? LineWidth=size? Cap=name? Join=name? DashOffset=number? DashPattern=array?"
RULES = {
    "OFD": ("DocBody+", "Version=1.0 DocType=OFD"),
    "DocBody": ("DocInfo DocRoot Versions? Signatures?", ""),
    "DocInfo": (
        "DocID Title? Author? Subject? Abstract? CreationDate? ModDate? DocUsage? Cover? Keywords? Creator?"
        " CreatorVersion? CustomDatas?",
        "",
    ),
    "DocID": ("=[0-9a-f]{32}", ""),
    "CreationDate": ("=date", ""),
    "Keywords": ("Keyword+", ""),
    "DocRoot": ("=place", ""),
    "Document": (
        "CommonData Pages Outlines? Permissions? Actions? VPreferences? Bookmarks? Annotations? CustomTags?"
        " Attachments? Extensions?",
        "",
    ),
    "CommonData": ("MaxUnitID PageArea PublicRes* DocumentRes* TemplatePage* DefaultCS?", ""),
    "MaxUnitID": ("=id", ""),
    "PageArea": ("PhysicalBox ApplicationBox? ContentBox? BleedBox?", ""),
    "PhysicalBox": ("=box", ""),
    "Pages": ("Page+", ""),
    "Outlines": ("OutlineElem+", ""),
    "OutlineElem": ("Actions? OutlineElem*", "Title=text Count=number"),
    "Actions": ("Action+", ""),
    "Action": ("Region? (Goto|URI)", "Event=DO|PO|CLICK"),
    "Goto": ("(Dest|Bookmark)", ""),
    "Dest": ("", "Type=XYZ|Fit PageID=id Left=number? Top=number? Zoom=number?"),
    "URI": ("", "URI=text"),
    "Content": ("Layer+", ""),
    "Layer": ("(TextObject|PathObject|ImageObject|CompositeObject|PageBlock)*", "ID=id Type=name?"),
    "TextObject": (f"{SEEN} FillColor? StrokeColor? (CGTransform* TextCode)+", f"{UNIT} Font=id Size=size"),
    "TextCode": ("=text", "X=number Y=number DeltaX=array? DeltaY=array?"),
    "PathObject": (
        f"{SEEN} StrokeColor? FillColor? AbbreviatedData",
        f"{UNIT} Stroke=truth? Fill=truth? Rule=NonZero|Even-Odd?",
    ),
    "AbbreviatedData": ("=path", ""),
    "FillColor": ("", "Value=colour Alpha=byte?"),
    "StrokeColor": ("", "Value=colour Alpha=byte?"),
    "ImageObject": (f"{SEEN} Border?", f"{UNIT} ResourceID=id"),
    "Clips": ("Clip+", ""),
    "Clip": ("Area+", ""),
    "Res": ("(ColorSpaces|DrawParams|Fonts|MultiMedias|CompositeGraphicUnits)*", "BaseLoc=place"),
    "Fonts": ("Font+", ""),
    "Font": ("FontFile?", "ID=id FontName=text FamilyName=text? Bold=truth? Italic=truth?"),
    "MultiMedias": ("MultiMedia+", ""),
    "MultiMedia": ("MediaFile", "ID=id Type=Image|Audio|Video Format=text?"),
    "CustomTag": ("SchemaLoc? FileLoc", "NameSpace=text"),
    "Attachment": ("FileLoc", "ID=name Name=text Format=text? Size=size? Visible=truth?"),
    "ObjectRef": ("=id", "PageRef=id"),
}
"""For each element its children in order, or ``=`` and the kind of its text, and its attributes with their kinds."""
BY_PLACE = {
    "Page": {"Pages": ("", "ID=id BaseLoc=place"), "": ("Template* PageRes* Area? Content? Actions?", "")},
    "CustomTags": {"Document": ("=place", ""), "": ("CustomTag*", "")},
    "Attachments": {"Document": ("=place", ""), "": ("Attachment*", "")},
    "Area": {
        "Page": ("PhysicalBox ApplicationBox? ContentBox? BleedBox?", ""),
        "Clip": ("(Path|Text)", "DrawParam=id? CTM=matrix?"),
    },
    "Path": {"Area": ("StrokeColor? FillColor? AbbreviatedData", "Boundary=box Stroke=truth? Fill=truth?")},
}
"""The same, for elements that have other rules within others."""
REFERENCES = {"Font": "Font", "ResourceID": "MultiMedia", "PageID": "Page", "PageRef": "Page"}
NO_CONTOURS = (b"", b"\0\0")
"""How the data of a glyph that draws nothing begin; they are not decoded, which takes longer than all other rules."""
LOCATIONS = ("DocRoot", "PublicRes", "DocumentRes", "CustomTags", "Attachments", "FileLoc", "FontFile", "MediaFile")


def broken_rules(data: bytes) -> list[str]:
    """Return what of an OFD file breaks the standard, in words."""
    return [*OfdFile(data).broken()]


@dataclass(frozen=True)
class Shown:
    """A character on a page; lengths in points from the upper left corner, to its baseline."""

    character: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class OfdFile:
    """An OFD file. data: its bytes."""

    data: bytes

    @cached_property
    def entries(self) -> Mapping[str, bytes]:
        """The parts of the package."""
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            return {info.filename: package.read(info) for info in package.infolist()}

    @cached_property
    def parts(self) -> Mapping[str, etree._Element]:
        """Those that are XML, parsed."""
        return {name: etree.fromstring(part) for name, part in self.entries.items() if name.endswith(".xml")}

    @property
    def attachments(self) -> dict[str, bytes]:
        """Attached files by name."""
        listed = self.parts.get("Doc_0/Attachments.xml")
        files = () if listed is None else listed
        return {file.get("Name"): self.entries[f"Doc_0/{file[0].text}"] for file in files}

    @property
    def text_objects(self) -> Mapping[str, etree._Element]:
        """Text objects by their identifiers."""
        found = (element for part in self.parts.values() for element in part.iter(f"{OFD}TextObject"))
        return {element.get("ID"): element for element in found}

    def characters(self) -> Iterator[list[Shown]]:
        """Yield what stands on each page: texts and where they begin from ofdkit, the steps between from the file."""
        objects = self.text_objects
        with ofdkit.open(self.data) as opened:
            for page in opened.pages:
                shown = []
                for run in page.runs:
                    element = objects[run.object_id]
                    steps = [0.0, *map(float, (element[-1].get("DeltaX") or "").split())]
                    a, b, *_ = map(float, (element.get("CTM") or "1 0 0 1 0 0").split())
                    x, y = run.x, run.y
                    for character, step in zip(run.text, steps, strict=True):
                        x, y = x + a * step, y + b * step
                        shown.append(Shown(character, x / POINT, y / POINT, run.size / POINT))
                yield shown

    def broken(self) -> Iterator[str]:
        """Yield broken rules: of elements and attributes, of references, of the package."""
        yield from self._package()
        for name, part in self.parts.items():
            for element in part.iter(f"{OFD}*"):
                yield from (f"{name}: {told}" for told in _element(element))
        yield from self._references()
        yield from self._fonts()

    def _package(self) -> Iterator[str]:
        if next(iter(self.entries)) != "OFD.xml":
            yield "OFD.xml is not the first entry"
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            yield from (f"{i.filename} is dated" for i in package.infolist() if i.date_time != (1980, 1, 1, 0, 0, 0))
        named = set()
        for name, part in self.parts.items():
            folder = posixpath.dirname(name)
            within = posixpath.join(folder, part.get("BaseLoc") or "")
            for element in part.iter(*(f"{OFD}{tag}" for tag in LOCATIONS)):
                if len(element) == 0:
                    named.add(posixpath.join(within, element.text))
            named |= {posixpath.join(folder, page.get("BaseLoc")) for page in part.iter(f"{OFD}Page") if page.get("ID")}
        yield from (f"nothing is at {name}" for name in named - self.entries.keys())
        yield from (f"nothing leads to {name}" for name in self.entries.keys() - named - {"OFD.xml"})

    def _references(self) -> Iterator[str]:
        document = self.parts["Doc_0/Document.xml"]
        numbers = [e.get("ID") for part in self.parts.values() for e in part.iter() if (e.get("ID") or "").isdigit()]
        yield from (f"identifier {number} is given {n} times" for number, n in Counter(numbers).items() if n > 1)
        if int(document.findtext(f".//{OFD}MaxUnitID")) < max(map(int, numbers)):
            yield "MaxUnitID is less than an identifier"
        parts = self.parts.values()
        for attribute, kind in REFERENCES.items():
            given = {element.get("ID") for part in parts for element in part.iter(f"{OFD}{kind}")}
            asked = {str(number) for part in parts for number in part.xpath(f"//@{attribute}")}
            yield from (f"no {kind} has the identifier {number}" for number in asked - given)
        pages = {page.get("ID"): self.parts[f"Doc_0/{page.get('BaseLoc')}"] for page in document.iter(f"{OFD}Page")}
        objects = {number: {e.get("ID") for e in content.iter()} for number, content in pages.items()}
        for name, part in self.parts.items():
            for reference in part.iter(f"{OFD}ObjectRef"):
                if reference.text not in objects[reference.get("PageRef")]:
                    yield f"{name}: the page has no object {reference.text}"

    def _fonts(self) -> Iterator[str]:
        shown: dict[str, set[str]] = {}
        for element in self.text_objects.values():
            code = element.find(f"{OFD}TextCode")
            shown.setdefault(element.get("Font"), set()).update(code.text)
            if len((code.get("DeltaX") or "").split()) != len(code.text) - 1:
                yield f"{code.text} has another number of steps than it has characters"
        fonts = [*self.parts["Doc_0/PublicRes.xml"].iter(f"{OFD}Font")]
        names = Counter(font.get("FontName") for font in fonts)
        for font in fonts:
            loaded = TTFont(io.BytesIO(self.entries[f"Doc_0/Res/{font[0].text}"]))
            if "glyf" not in loaded:
                yield f"{font[0].text} is not TrueType"
            outlines, table = loaded["glyf"].glyphs, loaded.getBestCmap()
            for character in sorted(shown.get(font.get("ID"), ())):
                if ord(character) not in table:
                    yield f"{font.get('FontName')} has no {character}"
                elif names[font.get("FontName")] > 1:
                    continue  # a ligature is drawn as the first of its characters, in a face of its own
                elif getattr(outlines[table[ord(character)]], "data", b"")[:2] in NO_CONTOURS and character.strip():
                    yield f"{font.get('FontName')} draws nothing for {character}"


@dataclass(frozen=True)
class Rule:
    """What an element may hold: a text or children, and attributes; those that are needed."""

    is_text: bool
    content: re.Pattern[str]
    attributes: Mapping[str, re.Pattern[str]]
    needed: frozenset[str]


@cache
def _rule(tag: str, within: str) -> Rule:
    content, attributes = BY_PLACE.get(tag, {}).get(within) or RULES.get(tag) or ("=text", "")
    known = dict(told.split("=", 1) for told in attributes.split())
    kinds = {name: kind.removesuffix("?") for name, kind in known.items()}
    pattern = KINDS.get(content[1:], content[1:])
    if not content.startswith("="):
        pattern = re.sub(r"(\w+)", r"(?:\1 )", content).replace(" (?:", "(?:").replace(" (", "(")
    return Rule(
        content.startswith("="),
        re.compile(pattern, re.DOTALL),
        {name: re.compile(KINDS.get(kind, kind)) for name, kind in kinds.items()},
        frozenset(name for name, kind in known.items() if not kind.endswith("?")),
    )


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _element(element: etree._Element) -> Iterator[str]:
    tag, parent = _local(element), element.getparent()
    rule = _rule(tag, "" if parent is None else _local(parent))
    children = "".join(f"{_local(child)} " for child in element)
    if rule.is_text and (children or not rule.content.fullmatch(element.text or "")):
        yield f"{tag} holds {(children or element.text)!r}"
    elif not rule.is_text and not rule.content.fullmatch(children):
        yield f"{tag} holds {children.split()}, not {rule.content.pattern}"
    given = element.attrib
    yield from (f"{tag} has no {name}" for name in rule.needed if name not in given)
    for name, value in given.items():
        if name not in rule.attributes or not rule.attributes[name].fullmatch(value):
            yield f"{tag} has {name}={value!r}"


def distance(one: Shown, other: Shown) -> float:
    """Return the points between where two characters begin."""
    return math.hypot(one.x - other.x, one.y - other.y)
