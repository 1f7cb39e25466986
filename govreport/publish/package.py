"""What goes out: reports' pages and data under official names in one ZIP, with a cover list and checksums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from unicodedata import normalize
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from govreport.checks import Account
from govreport.core import sha256, written_whole
from govreport.filing import ENCLOSED_FILES
from govreport.publish.html_writer import template
from govreport.publish.pdf_writer import attachments

COVER, CHECKSUMS = "说明.txt", "SHA256SUMS.txt"
LONGEST = 60
"""Letters of an official name: file systems allow 255 bytes, Chinese letters have three."""
_FORBIDDEN = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")
"""What Windows allows in no file name, and what looks the same."""


def safe_name(text: str) -> str:
    """Return a text as it may stand in the name of a file on any system.

    >>> safe_name("示例市A/B局 ")
    '示例市A／B局'
    """
    return "".join(filter(str.isprintable, normalize("NFC", text).translate(_FORBIDDEN))).strip(" .")


def official_name(account: Account, twin: str = "") -> str:
    """Return the name of a page's files, without ending: that of the report, of other pages the title.

    twin: what tells an agency from another of the same name.

    >>> official_name(Account(("示例市", "2023年汇总")))
    '示例市2023年汇总'
    """
    title = f"{account.year}年{account.filing.form.title}" if account.filing else "".join(account.title)
    name = safe_name(account.name)[: LONGEST - len(title)] if account.filing else ""
    marks = f"{f'（{twin}）' if twin else ''}{'（草稿）' if account.is_draft else ''}"
    return f"{name}{safe_name(title)[:LONGEST]}{marks}"


def data_files(account: Account) -> dict[str, bytes]:
    """Return the filing's JSON and tables, as the PDF has them, and the analyst's, by what their names end in."""
    tables = account.filing.form.tables.values() if account.filing else ()
    ends = {ENCLOSED_FILES["filing"]: "（全部数据）.json"} | {f"{t.key}.csv": f"（{t.name}）.csv" for t in tables}
    own = account.filing.tables.values() if account.filing else ()
    made = {ends[file.name]: file.data for file in attachments(account) if file.name in ends}
    return made | {f"（{table.key}）.csv": table.text.encode("utf-8-sig", "replace") for table in own}


def write_package(path: Path, title: str, reports: Iterable[tuple[str, Mapping[str, bytes]]]) -> int:
    """Write a ZIP file whole or not at all, and return the number of its files; the same reports give the same bytes.

    title: of such reports; reports: of each its official name, and its files by what their names end in.
    """
    listed, sums = list[tuple[str, Mapping[str, int]]](), list[str]()
    with written_whole(path) as aside, ZipFile(aside, "w") as archive:

        def add(name: str, data: bytes) -> None:
            entry = ZipInfo(name)  # of 1 January 1980
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, data)
            sums.append(f"{sha256(data)}  {name}\n")

        for name, files in reports:
            listed.append((name, {f"{name}{end}": len(data) for end, data in files.items()}))
            for end, data in files.items():
                add(f"{name}/{name}{end}", data)
        cover = template("package.txt").render(reports=listed, title=title, checksums=CHECKSUMS)
        add(COVER, cover.replace("\n", "\r\n").encode("utf-8-sig"))
        add(CHECKSUMS, "".join(sums).encode())
    return len(sums)
