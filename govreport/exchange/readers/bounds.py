"""Bounds of foreign files, far beyond what reports have, so that a hostile file costs bounded time and memory."""

from __future__ import annotations

import io

MILLION = 1_000_000
"""Bytes of a megabyte; characters of style sheets that are looked at; tags of a page or a part;
bytes of a part from which on their ratio to the packed ones counts."""
LIMIT = 50 * MILLION
"""Bytes of a file, of a part of it unpacked, of a stream of a PDF; reports have a hundredth, a scanned page half."""
MOST_UNPACKED = 1_000 * MILLION
"""Bytes of all streams of a PDF; a report of thirty scanned pages has most of them."""
MOST_CHARACTERS = 9_500_000
"""Characters of a page, or of an enclosed filing; beyond ten million the parser would stop within a text in silence."""
MOST_ITEMS = 100_000
"""Places of tables, texts that cells share, lines of a text, characters and drawings of a PDF, and texts that are kept
with what was found of them; reports have a hundredth. So many bytes or characters tell what kind of file it is."""
MOST_PARTS = 10_000
"""Files in a container, streams of a PDF, lines of tables, letters of a style."""
MOST = 300
"""Pages of a PDF, attributes of a tag, ratio of a part's size to its packed size: of each, reports have tens at most.
Half as deep down are elements read one by one; what lies deeper is read as text."""
MOST_CHAINED = 20
"""Styles of Word that are based on each other, and rules of a page's style sheets for one name."""
CHUNK = io.DEFAULT_BUFFER_SIZE
"""Bytes that are unpacked at once, and at a PDF's ends within which its marks stand."""
