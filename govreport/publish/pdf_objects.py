"""The objects of a PDF packed together (ISO 32000-1, 7.5.7 and 7.5.8), which Typst writes one by one, uncompressed."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Mapping

AT_ONCE = 2_000
"""Objects in a stream: to see one of them, a reader decompresses all."""
_ENTRY = re.compile(rb"(\d{10}) \d{5} [nf]")
_SIZE = re.compile(rb"/Size \d+")
_REFERENCE = re.compile(rb"/([\w.-]+)[ \[](\d+) 0 R")
_PLACE = struct.Struct(">BIH")


def packed(pdf: bytes, rewritten: Callable[[bytes], bytes]) -> bytes:
    """Return a PDF of Typst's with all objects but streams in object streams, a third smaller.

    rewritten: changes an object before that.
    """
    objects, header, trailer = read_objects(pdf)
    texts = {number: rewritten(body) for number, body in objects.items() if not body.endswith(b"endstream")}
    out, places = bytearray(header), {0: (0, 0, 0)}  # by number: kind of place, offset or stream, place in that

    def write(number: int, body: bytes) -> None:
        places[number] = (1, len(out), 0)
        out.extend(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    for number in sorted(objects.keys() - texts.keys()):
        write(number, objects[number])
    numbers, free = list(texts), max(objects) + 1
    for start in range(0, len(numbers), AT_ONCE):
        some, index, length = numbers[start : start + AT_ONCE], b"", 0
        for place, number in enumerate(some):
            places[number] = (2, free, place)
            index += b"%d %d " % (number, length)
            length += len(texts[number]) + 1
        keys = b"/Type/ObjStm/N %d/First %d" % (len(some), len(index))
        write(free, _stream(keys, index + b"\n".join(texts[number] for number in some)))
        free += 1
    at = len(out)
    places[free] = (1, at, 0)
    table = b"".join(_PLACE.pack(*places[number]) for number in range(free + 1))
    write(free, _stream(_SIZE.sub(b"/Type/XRef/Size %d/W[1 4 2]" % len(places), trailer), table))
    return bytes(out) + b"startxref\n%d\n%%%%EOF" % at


def read_objects(pdf: bytes) -> tuple[Mapping[int, bytes], bytes, bytes]:
    """Return a PDF's objects by number, in their order, what stands before them, and the keys of its trailer."""
    start = int(pdf.rpartition(b"startxref\n")[2].split()[0])
    table, _, trailer = pdf[start:].partition(b"trailer\n<<")
    offsets = {number: int(entry[1]) for number, entry in enumerate(_ENTRY.finditer(table))}
    del offsets[0]  # the head of the list of free objects
    in_order = sorted(offsets, key=offsets.__getitem__)
    ends = [*(offsets[number] for number in in_order[1:]), start]
    bodies = (pdf[offsets[number] : end] for number, end in zip(in_order, ends, strict=True))
    cut = (body.partition(b" obj\n")[2].rpartition(b"\nendobj")[0] for body in bodies)
    return dict(zip(in_order, cut, strict=True)), pdf[: offsets[in_order[0]]], trailer.partition(b">>\nstartxref")[0]


def stream_of(body: bytes) -> bytes:
    """Return the data of a stream of Typst's, which is compressed or plain."""
    keys, _, rest = body.partition(b"stream\n")
    data = rest.removesuffix(b"endstream").removesuffix(b"\n")
    return zlib.decompress(data) if b"/Filter/FlateDecode" in keys else data


def references(body: bytes) -> dict[str, int]:
    """Return the numbers of the objects to which an object refers, by their keys.

    >>> references(b"<</Parent 7 0 R/Font<</f0 43 0 R>>>>")
    {'Parent': 7, 'f0': 43}
    """
    return {key.decode(): int(number) for key, number in _REFERENCE.findall(body)}


def _stream(keys: bytes, data: bytes) -> bytes:
    compressed = zlib.compress(data)
    return b"<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (keys, len(compressed), compressed)
