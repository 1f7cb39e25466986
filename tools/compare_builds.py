"""Compare what two builds make of the sample data, file by file, byte by byte.

    python tools/compare_builds.py OLD_PYTHON NEW_PYTHON [PROJECT]

Each argument is a Python that has one build of govreport installed. Both make every page in every format, every
filing and all findings as JSON, and a fill-in workbook of every filing. Left out are times, digests and random ids,
which differ from run to run, and the version that made a page; members of a workbook are compared one by one. Two PDFs
are the same if they have the same pictures of pages, text at the same places, structure, bookmarks, attachments and
metadata, in whatever bytes. A further argument is a project's folder to use instead of the sample data.
Prints each file that differs and where, and ends with 1 if one does.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

REPOSITORY = Path(__file__).resolve().parent.parent
CALLS = """
import contextlib, json, sys
from govreport.cli import main
for arguments, file in json.load(sys.stdin):
    sys.argv = ["govreport", *arguments]
    with open(file, "w", encoding="utf-8") as out, contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main()
"""
"""Runs commands one after the other in one process, each with a file for what it prints."""
PACKING = {"/Length", "/Filter", "/DecodeParms"}
"""What a PDF says of how a stream is packed."""
VOLATILE = {
    "digest",
    "inputs",
    "stamps",
    "seconds",
    "versions",
    "version",
    "papermill",
    "execution",
    "id",
    "program",
    "steps",
}
"""Keys of JSON whose values differ between two runs of one build, or name the build."""
SHOWN = 10


def make(python: str, project: Path, root: Path) -> None:
    """Make everything that a build makes of a project's data, in a folder."""
    for name in ("data", "notebooks"):
        shutil.copytree(project / name, root / name, ignore=shutil.ignore_patterns(".*"))
    (root / "made").mkdir()
    calls = [(["run", "--formats", "html,pdf,docx"], "run.txt"), (["check", "--format", "json"], "made/findings.json")]
    for folder in sorted((root / "data").glob("*/*/")):
        report, name = [folder.parent.name, folder.name], f"{folder.parent.name}-{folder.name}"
        calls.append((["show", *report, "--json"], f"made/{name}.json"))
        calls.append((["form", *report, "-o", f"made/{name}.xlsx"], "form.txt"))
    subprocess.run([python, "-P", "-c", CALLS], cwd=root, input=json.dumps(calls), text=True, check=True)
    for name in ("output/run.json", "run.txt", "form.txt"):
        (root / name).unlink()


def settled(value: object) -> object:
    """Return JSON without what differs from run to run."""
    if isinstance(value, dict):
        return {key: settled(inner) for key, inner in value.items() if key not in VOLATILE}
    return [settled(inner) for inner in value] if isinstance(value, list) else value


def places(old: object, new: object, place: str = "") -> Iterator[str]:
    """Yield where two JSON values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from places(old.get(key), new.get(key), f"{place}/{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, pair in enumerate(zip(old, new, strict=True)):
            yield from places(*pair, f"{place}/{number}")
    elif old != new:
        yield f"{place}: {json.dumps(old, ensure_ascii=False)[:80]} | {json.dumps(new, ensure_ascii=False)[:80]}"


def differences(old: Path, new: Path) -> Iterator[str]:
    """Yield in words where two files differ."""
    if old.read_bytes() == new.read_bytes():
        return
    if old.suffix in (".json", ".ipynb"):
        yield from places(*(settled(json.loads(path.read_text(encoding="utf-8"))) for path in (old, new)))
    elif old.suffix == ".xlsx":
        with zipfile.ZipFile(old) as one, zipfile.ZipFile(new) as other:
            if one.namelist() != other.namelist():
                yield "other members"
            else:
                yield from (name for name in one.namelist() if undated(one.read(name)) != undated(other.read(name)))
    elif old.suffix == ".pdf":
        yield from pdf_differences(old, new)
    elif old.suffix != ".html" or unnamed(old.read_bytes()) != unnamed(new.read_bytes()):
        yield "other bytes"


def pdf_differences(old: Path, new: Path) -> Iterator[str]:
    """Yield in words in what two PDFs differ for a reader, a screen reader or a program."""
    with pikepdf.open(old) as one, pikepdf.open(new) as other:
        pages = [{page.objgen: number for number, page in enumerate(pdf.pages)} for pdf in (one, other)]
        for key in ("StructTreeRoot", "Outlines", "AF", "Names", "Metadata", "Lang", "MarkInfo", "ViewerPreferences"):
            before, after = (
                content(pdf.Root.get(f"/{key}"), known) for pdf, known in zip((one, other), pages, strict=True)
            )
            if before != after:
                yield key
        if content(one.docinfo, {}) != content(other.docinfo, {}):
            yield "Info"
    one, other = pypdfium2.PdfDocument(old), pypdfium2.PdfDocument(new)
    if len(one) != len(other):
        yield f"{len(one)} pages | {len(other)} pages"
    for number, (page, twin) in enumerate(zip(one, other, strict=False), 1):
        if signs(page) != signs(twin):
            yield f"text of page {number}"
        if page.render(scale=2).to_numpy().tobytes() != twin.render(scale=2).to_numpy().tobytes():
            yield f"picture of page {number}"


def signs(page: pypdfium2.PdfPage) -> list[tuple[str, tuple[float, ...]]]:
    """Return a page's characters in their order, each with its box in points."""
    text = page.get_textpage()
    count = text.count_chars()
    letters = text.get_text_range()
    return [(letters, ()), *(("", tuple(round(edge, 2) for edge in text.get_charbox(n))) for n in range(count))]


def content(thing: Any, pages: dict[tuple[int, int], int], above: frozenset[tuple[int, int]] = frozenset()) -> Any:
    """Return what an object of a PDF holds, with those that it names: a page as its number, a parent as nothing."""
    own = getattr(thing, "objgen", (0, 0))
    if own in pages or own in above:
        return pages.get(own)
    above |= {own} - {(0, 0)}
    if isinstance(thing, pikepdf.Stream):
        return thing.read_bytes(), {k: content(v, pages, above) for k, v in thing.items() if k not in PACKING}
    if isinstance(thing, pikepdf.Dictionary):
        return {key: content(value, pages, above) for key, value in thing.items() if key not in ("/P", "/Parent")}
    return [content(inner, pages, above) for inner in thing] if isinstance(thing, pikepdf.Array) else thing


def undated(member: bytes) -> bytes:
    """Return a workbook's member without the time at which it was written."""
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"", member)


def unnamed(page: bytes) -> bytes:
    """Return an HTML page without the version that it names as its maker's."""
    return re.sub(rb"govreport \d+\.\d+\.\d+", b"govreport", page)


def compare(old: Path, new: Path) -> int:
    """Print which files of two folders differ; return how many do."""
    files = {path.relative_to(root) for root in (old, new) for path in root.rglob("*") if path.is_file()}
    differing = 0
    for file in sorted(files):
        both = (old / file).exists() and (new / file).exists()
        if both and not (new / file).stat().st_size:
            sys.exit(f"{file} is empty")
        found = list(differences(old / file, new / file)) if both else ["only one build makes it"]
        if found:
            differing += 1
            print(f"{file}: {'; '.join(found[:SHOWN])}")
    print(f"{len(files)} files, {differing} differ")
    return differing


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        roots = Path(folder) / "old", Path(folder) / "new"
        project = Path(sys.argv[3]) if len(sys.argv) > 3 else REPOSITORY
        for python, root in zip(sys.argv[1:3], roots, strict=True):
            make(python, project, root)
        sys.exit(1 if compare(*roots) else 0)


if __name__ == "__main__":
    main()
