"""OFD, the state's fixed-layout format (GB/T 33190-2016), read as laid-out pages."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from govreport.core import FilingError, apart
from govreport.exchange.readers.bounds import check_pages, damage_told
from govreport.exchange.readers.container import Container, part_at
from govreport.exchange.readers.foreign_document import ForeignDocument

ENTRY, LOCKED = "OFD.xml", "Encryptions.xml"
"""The part that lists a file's documents, and the one that tells how parts were encrypted (GM/T 0099-2020)."""


def read_ofd(data: bytes, file: str) -> ForeignDocument:
    """Return the document that an OFD file holds, or the documents as one, read in a process of its own.

    file: the file's name in messages. Raises FilingError when it is damaged, encrypted, pictures alone, or too much.
    """
    return apart(read_pages, data, file, file=file)


def documents_of(container: Container, file: str) -> Iterator[tuple[str, etree._Element]]:
    """Yield the part and the root element of each document in an OFD file.

    file: the file's name in messages. Raises FilingError when there is none, more than a file has pages, or one lacks.
    """
    roots = container.xml(ENTRY).findall("{*}DocBody/{*}DocRoot")
    check_pages(len(roots), (), file)
    for root in roots:
        place = part_at(ENTRY, root.text or "")
        yield place, container.xml(place)


def read_pages(data: bytes, file: str) -> ForeignDocument:
    """Return the document that an OFD file holds; see `read_ofd`."""
    from govreport.exchange.readers.ofd_page import pages_of  # noqa: PLC0415, half a second at its first import
    from govreport.exchange.readers.page_blocks import document_of  # noqa: PLC0415

    container = Container(data, file)
    if LOCKED in container.names:
        raise FilingError([f"{file} 是加密的 OFD；请用密码打开并另存为不加密的 OFD 后再导入。"])
    with damage_told(file, " OFD "):  # numbers may be none, and units contain themselves
        title = container.xml(ENTRY).findtext("{*}DocBody/{*}DocInfo/{*}Title") or ""
        return document_of(pages_of(container, tuple(documents_of(container, file)), file), title, file)
