"""Zip containers (DOCX, XLSX, OFD) read within bounds whatever their headers say, and XML without declarations."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile

from lxml import etree

from govreport.core import FilingError
from govreport.exchange.readers.bounds import LIMIT, MEGABYTE, MOST_PARTS, MOST_RATIO, MOST_TAGS, at_most, damage_told

_ENTRY = b"PK\x01\x02"
_DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_OTHER_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"'](?!(?:utf-?8|us-ascii)[\"'])", re.IGNORECASE)


def part_at(name: str, target: str) -> str:
    """Return the part that another part refers to, from the container's root or from the other's folder.

    >>> part_at("Doc_0/Document.xml", "Res/a.xml"), part_at("Doc_0/Document.xml", "/Doc_0/a.xml")
    ('Doc_0/Res/a.xml', 'Doc_0/a.xml')
    """
    place = posixpath.join("/", posixpath.dirname(name), target.strip().replace("\\", "/"))
    return posixpath.normpath(place).lstrip("/")


class Container:
    """The parts of a zip container, unpacked one by one within bounds.

    file: the file's name in messages. names: the parts' names.
    """

    def __init__(self, data: bytes, file: str) -> None:
        """Open a container; raises FilingError when it is cut off, broken, locked, or has too many entries."""
        self._file, self._unpacked = file, 0
        at_most(data.count(_ENTRY), MOST_PARTS, f"{file} 里的文件超过 {MOST_PARTS:,} 个")
        with damage_told(file, "压缩文件"):
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._entries = {info.filename.replace("\\", "/").lstrip("/"): info for info in self._zip.infolist()}
        self.names = tuple(self._entries)
        if any(info.flag_bits & 1 for info in self._entries.values()):
            raise FilingError([f"{file} 是加密的压缩文件，无法读取；请解除密码后另存，再导入。"])

    def read(self, name: str) -> bytes:
        """Return a part's bytes; raises FilingError when it is missing, broken or larger than allowed."""
        with damage_told(self._file, "压缩文件"):
            info = self._entries[name]
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile
            most = min(LIMIT, 2 * LIMIT - self._unpacked, max(MEGABYTE, MOST_RATIO * info.compress_size))
            with self._zip.open(info) as part:
                data = part.read(most + 1)
        self._unpacked += len(data)
        if len(data) > most:
            raise FilingError([f"{self._file} 解压后过大，像是压缩炸弹，已停止读取；请向提供者要原始文件。"])
        return data

    def markup(self, name: str) -> bytes:
        """Return an XML part's bytes; raises FilingError when it declares entities or has too much in it."""
        data = self.read(name)
        if b"\0" in data or _OTHER_ENCODING.match(data) or _DECLARED.search(data):
            raise FilingError([f"{self._file} 里有不该有的实体声明或编码，不予读取；请用生成它的软件另存。"])
        at_most(data.count(b"<"), MOST_TAGS, f"{self._file} 的内容过多（超过 {MOST_TAGS:,} 个标记）")
        return data

    def xml(self, name: str) -> etree._Element:
        """Return an XML part, parsed without network or entities; raises FilingError as `markup` does."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        with damage_told(self._file, "压缩文件"):
            return etree.fromstring(self.markup(name), parser)

    def related(self, name: str) -> dict[str, str]:
        """Return the parts that a part refers to, by kind (``styles``); what lies outside the file is left out.

        name: the part, or empty for the whole container.
        """
        rels = part_at(name, f"_rels/{posixpath.basename(name)}.rels")
        if rels not in self._entries:
            return {}
        found: dict[str, str] = {}
        for relation in self.xml(rels).iterchildren("{*}Relationship"):
            target, kind = relation.get("Target", ""), relation.get("Type", "").rpartition("/")[2]
            place = part_at(name, target)
            if relation.get("TargetMode") != "External" and place in self._entries:
                found.setdefault(kind, place)
        return found
