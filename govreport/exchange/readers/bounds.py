"""Bounds of foreign files, far beyond what reports have, so that a hostile file costs bounded time and memory."""

from __future__ import annotations

import io

MEGABYTE = 1_000_000
LIMIT = 50 * MEGABYTE
"""Bytes of a file, of a part of it unpacked, of a stream of a PDF; reports have a hundredth, a scanned page half."""
MOST_UNPACKED = 1_000 * MEGABYTE
"""Bytes of all streams of a PDF; a report of thirty scanned pages has most of them."""
MOST_RATIO = 300
"""Bytes of a part larger than a megabyte to each packed one; reports have tens at most."""
MOST_CHARACTERS = 9_500_000
"""Characters of a page; beyond ten million the parser would stop within a text in silence."""
MOST_TAGS = 500_000
"""Tags of a page, of a part, of all parts of a workbook; a report pasted from Word has thirty thousand."""
MOST_ATTRIBUTES = 300
"""Attributes of a tag, of which the parser compares each with all others; pages have a dozen."""
DEEPEST = 150
"""Elements within each other that are read one by one, since each takes six calls of the thousand that Python lets
stand; what lies deeper is read as text. Pages have thirty."""
MOST_RULES = 20
"""Rules of a page's style sheets for one class or id; pages have one to three."""
MOST_ITEMS = 100_000
"""Places of tables, texts that cells share, lines of a text, and texts that are kept with what was found of them, which
are those of one document; reports have a hundredth."""
MOST_PARTS = 10_000
"""Files in a container and streams of a PDF; a report of thirty scanned pages has a hundredth."""
CHUNK = io.DEFAULT_BUFFER_SIZE
"""Bytes that are looked at together: unpacked at once, at a PDF's ends, at the beginning of a part or a style sheet."""
