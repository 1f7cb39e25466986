"""Pictures of outputs and attachments: checked, bounded, and in a format that browsers, Typst and Word all take."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from lxml import etree
from PIL import Image, ImageOps

from govreport.core import Picture

SVG = "image/svg+xml"
RASTER = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MOST_PIXELS = 50_000_000
MOST_BYTES = 50_000_000
POINTS = {"": 0.75, "px": 0.75, "pt": 1, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72, "em": 12, "rem": 12, "%": 4.422}
"""Units of length in points (CSS Values 4, 6); a percentage is one of the width of the page's text, 156 mm."""
LOST = b"<!-- shown by browsers alone: removed -->"
"""Ends a drawing from which text or pictures had to be taken away."""
_LENGTH = re.compile(rf"\s*(\d+(?:\.\d+)?)\s*({'|'.join(POINTS)})\s*", re.IGNORECASE)

Find = Callable[[str], tuple[str, bytes]]
"""Finds a picture's media type and bytes by its address, or raises PictureError."""

_DATA = re.compile(r"(?is)data:image/[a-z0-9.+-]+(;[a-z0-9=-]+)*?(?P<base64>;base64)?,(?P<data>.*)")
_PROLOG = re.compile(rb"^\s*<\?xml[^>]*>")
_RISKS = (b"<!doctype", b"<!entity", b"<?", b"script", b"foreignobject", b" on", b"\ton", b"\non", b"\ron")
_LOADS = re.compile(r"@import\b[^;}]*;?|(?:url|image-set)\((?![\s'\"]*(?:#|data:image/))[^)]*\)?|\\.", re.IGNORECASE)
"""What a style loads from elsewhere, or may write so that nobody sees it."""
_UNWANTED = etree.XPath(
    "//@*[starts-with(translate(name(), 'ON', 'on'), 'on') or"
    " local-name() = 'href' and not(starts-with(., '#') or starts-with(., 'data:image/'))]"
)
_ENDLESS = etree.XPath("boolean(//*[local-name() = 'text'][string-length() > 5000])")
"""Whether a drawing has a text so long that Typst would take very long."""
_USING = etree.XPath("//*[local-name() = 'use']/ancestor-or-self::*/@id")
_AT_RANDOM, MICROSECONDS = re.compile(rb"<dc:date>[^<]*|\b[a-z][0-9a-f]{10}\b"), len(".123456")


class PictureError(ValueError):
    """A picture cannot be shown: it is broken, too large or of an unknown kind."""


def picture(data: str | bytes) -> tuple[str, bytes]:
    """Return a picture's media type and bytes.

    data: an SVG as text, or the bytes of a picture in any usual format. PNG and JPEG are kept as they are; of
    others, and of moving ones, the first frame is made a PNG. Raises PictureError when it cannot be shown.

    >>> picture('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    ('image/svg+xml', b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    """
    raw = data.encode(errors="replace") if isinstance(data, str) else data
    try:
        return (SVG, _drawing(raw)) if raw.lstrip()[:1] == b"<" else _raster(raw)
    except (OSError, ValueError, SyntaxError, OverflowError, EOFError, Image.DecompressionBombError) as error:
        raise PictureError from error


def encoded_picture(text: str) -> tuple[str, bytes]:
    """Return the media type and bytes of a picture in base64, as notebooks keep it.

    Raises PictureError when it cannot be shown.
    """
    try:
        return picture(base64.b64decode("".join(text.split()), validate=True))
    except ValueError as error:
        raise PictureError from error


def linked_picture(address: str) -> tuple[str, bytes]:
    """Return the media type and bytes of a picture that an address holds in itself (``data:``).

    Raises PictureError for any other address and when it cannot be shown.
    """
    found = _DATA.fullmatch(address.strip())
    if not found:
        raise PictureError
    plain = unquote_to_bytes(found["data"])
    return encoded_picture(plain.decode("ascii", "replace")) if found["base64"] else picture(plain)


@dataclass
class ProjectPictures:
    """Finds pictures by their addresses: those that an address holds in itself, and files within a project.

    folders: where relative addresses begin, tried in order; roots: folders in which a file must lie.
    found: what files hold, in the form of a notebook's attachments, by their addresses.
    """

    folders: Sequence[Path]
    roots: Sequence[Path]
    found: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, address: str) -> tuple[str, bytes]:
        """Return a picture's media type and bytes. Raises PictureError."""
        if address.startswith("data:"):
            return linked_picture(address)
        name, roots = unquote(address), [root.resolve() for root in self.roots]
        try:
            files = ((folder / name).resolve() for folder in self.folders)
            file = next(file for file in files if file.is_file() and any(map(file.is_relative_to, roots)))
            media, data = picture(file.read_bytes() if file.stat().st_size < MOST_BYTES else b"")
        except (OSError, StopIteration, ValueError) as error:
            raise PictureError from error
        self.found[name] = {media: base64.b64encode(data).decode()}
        return media, data


def stated_width(data: bytes) -> float:
    """Return the width in points that a PNG states by its resolution, as matplotlib's do; 0 where it states none."""
    image = Image.open(io.BytesIO(data), formats=["PNG"])
    dpi = image.info.get("dpi", (0,))[0]
    return image.width / float(dpi) * 72 if dpi else 0.0


def length_in_points(text: object) -> float:
    """Return a length of HTML or CSS in points, 0 where it is none that is known.

    >>> length_in_points(60), length_in_points("2in"), length_in_points("auto")
    (45.0, 144.0, 0.0)
    """
    found = _LENGTH.fullmatch(str(text))
    return float(found[1]) * POINTS[found[2].lower()] if found else 0.0


def _drawing(data: bytes) -> bytes:
    """Return an SVG without scripts, handlers, pages within it and addresses of other files.

    A browser runs none of them in a picture; but a reader may save the picture and open it by itself, and
    Typst refuses a drawing that names a file.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    plain = _PROLOG.sub(b"", data)
    root = etree.fromstring(plain, parser)
    used = {address for use in root.iter("{*}use") for address in use.attrib.values()}
    multiplies = used & {f"#{name}" for name in _USING(root)}  # few elements that would draw billions
    is_drawing = etree.QName(root).localname == "svg" and next(root.iter(etree.Entity), None) is None
    if not is_drawing or multiplies or _ENDLESS(root):
        raise PictureError
    if _is_plain(plain.lower()):
        return plain
    is_lost = any("".join(page.itertext()).strip() for page in root.iter("{*}foreignObject"))
    etree.strip_elements(root, "{*}script", "{*}foreignObject", with_tail=False)
    for style in root.iter("{*}style"):
        plain_style = _LOADS.sub("", "".join(style.itertext()))
        is_lost |= plain_style != (style.text or "")
        style[:], style.text = [], plain_style
    for element in root.iter(etree.Element):
        for key, value in element.items():
            if "(" in value and _LOADS.search(value):
                is_lost = True
                element.set(key, _LOADS.sub("", value))
    for unwanted in _UNWANTED(root):
        is_lost |= etree.QName(unwanted.getparent()).localname == "image" and unwanted.attrname.endswith("href")
        del unwanted.getparent().attrib[unwanted.attrname]
    drawing = bytes(etree.tostring(root, encoding="utf-8", xml_declaration=False))
    return drawing + LOST if is_lost and LOST not in drawing else drawing


def _is_plain(text: bytes) -> bool:
    """Whether a drawing, in small letters, surely holds nothing unwanted, so that it is kept byte for byte."""
    inner = text.count(b'href="#') + text.count(b'href="data:image/')
    plain = inner == text.count(b"href") and not any(risk in text for risk in _RISKS)
    return plain and not _LOADS.search(text.decode("latin-1"))


def _raster(data: bytes) -> tuple[str, bytes]:
    image = Image.open(io.BytesIO(data), formats=RASTER)
    if image.width * image.height > MOST_PIXELS:
        raise PictureError
    image.load()
    moves, turned = getattr(image, "is_animated", False), image.getexif().get(0x0112, 1) != 1
    if image.format in ("PNG", "JPEG") and not moves and not turned and image.mode != "CMYK":
        return f"image/{image.format.lower()}", data
    target = io.BytesIO()
    kind = "JPEG" if image.format in ("JPEG", "MPO") else "PNG"
    ImageOps.exif_transpose(image).convert("RGB" if kind == "JPEG" else "RGBA").save(target, kind, quality=90)
    return f"image/{kind.lower()}", target.getvalue()


def is_same(picture: Picture, other: Picture) -> bool:
    """Whether two pictures are the same; matplotlib's drawings have another time, perhaps shorter, and other names."""
    is_as_long = abs(len(picture.data) - len(other.data)) <= MICROSECONDS
    return is_as_long and _AT_RANDOM.sub(b"", picture.data) == _AT_RANDOM.sub(b"", other.data)
