"""Hostile notebooks: each becomes a harmless page or fails with one sentence, in every format, within its bounds."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from itertools import product
from pathlib import Path

import docx
import nbformat
import pikepdf
import pytest
from nbconvert.exporters import get_exporter

from tests.support.analyst import RECEIVED, code, markdown, notebook, shown
from tests.support.browser import Browser
from tests.support.docx_order import misplaced
from tests.support.hostile import DONE, NOTEBOOKS, WRITERS
from tests.support.laws import broken
from tests.support.ofd import broken_rules
from tests.support.projects import REPOSITORY, environment

MOST_KILOBYTES = 1_500_000
SENTENCE = re.compile("[^\n]*[\u4e00-\u9fff][^\n]*。")
MUST_SHOW = (
    "script-",
    "links",
    "typst",
    "markdown",
    "invisible",
    "lone",
    "nested",
    "wrong-types",
    "pictures",
    "closing",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every page of every notebook, made in a process of its own that may neither hang nor grow."""
    folder = tmp_path_factory.mktemp("hostile")
    program = [sys.executable, "-m", "tests.support.hostile", str(folder)]
    variables = environment(PYTHONPATH=str(REPOSITORY))
    made = subprocess.run(program, env=variables, capture_output=True, text=True, check=False)
    assert made.returncode == 0, f"{made.stdout.split()[-1:]} took too long, or failed: {made.stderr[-2000:]}"
    return folder


def page(pages: Path, name: str, kind: str) -> bytes:
    """A page, or nothing where it failed with its sentence."""
    broke = pages / f"{name}.{kind}.broke"
    assert not broke.exists(), broke.read_text(encoding="utf-8")
    told = pages / f"{name}.{kind}.told"
    if told.exists():
        assert SENTENCE.fullmatch(told.read_text(encoding="utf-8"))
        assert not name.startswith(MUST_SHOW), told.read_text(encoding="utf-8")
        return b""
    return (pages / f"{name}.{kind}").read_bytes()


def test_all_of_them_together_need_no_more_memory_than_a_small_machine_has(pages: Path) -> None:
    assert 0 < int((pages / DONE).read_text()) < MOST_KILOBYTES


def test_a_notebook_becomes_a_page_or_one_sentence(pages: Path) -> None:
    def law(name: str, kind: str) -> None:
        assert page(pages, name, kind) or (pages / f"{name}.{kind}.told").exists()

    assert broken(law, product(NOTEBOOKS, WRITERS)) == []


def keys_of(item: object) -> set[str]:
    return set(item.keys()) if isinstance(item, pikepdf.Dictionary) else set()


def test_a_pdf_runs_nothing_and_leads_only_to_the_web(pages: Path) -> None:
    def law(name: str) -> None:
        if data := page(pages, name, "pdf"):
            with pikepdf.open(io.BytesIO(data)) as pdf:
                items = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
                actions = [item["/A"] for item in items if "/A" in item and keys_of(item["/A"]) >= {"/S"}]
                assert all(action["/S"] == "/URI" for action in actions)
                assert all(re.match(b"(?i)https?://|mailto:", bytes(action["/URI"])) for action in actions)
                assert not any(keys_of(item) & {"/JS", "/AA", "/Launch", "/XFA"} for item in items)

    assert broken(law, ((name,) for name in NOTEBOOKS)) == []


def test_a_word_document_opens_and_leads_nowhere(pages: Path) -> None:
    def law(name: str) -> None:
        if data := page(pages, name, "docx"):
            docx.Document(io.BytesIO(data))
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                names = package.namelist()
                assert not any(b"TargetMode" in package.read(n) for n in names if n.endswith(".rels"))
                assert not any("vba" in n.lower() or "embeddings" in n for n in names)
            assert misplaced(data) == []

    assert broken(law, ((name,) for name in NOTEBOOKS)) == []


def test_an_ofd_obeys_the_standard(pages: Path) -> None:
    def law(name: str) -> None:
        if data := page(pages, name, "ofd"):
            assert broken_rules(data) == []

    assert broken(law, ((name,) for name in NOTEBOOKS)) == []


RISKS = """(() => {
  const all = [...document.querySelectorAll('*')];
  return {
    scripts: [...document.scripts].map(s => s.type).filter(t => t !== 'application/json'),
    elements: all.map(e => e.localName).filter(n => /^(iframe|object|embed|form|input|svg|math|base)$/.test(n)),
    handlers: all.filter(e => [...e.attributes].some(a => /^on/i.test(a.name))).map(e => e.outerHTML.slice(0, 99)),
    links: [...document.links].map(a => a.href).filter(h => !/^(https?:|mailto:|file:[^#]*#)/.test(h)),
    pictures: [...document.images].filter(i => !/^data:image\\/(svg.xml|png|jpeg);/.test(i.src)).map(i => i.alt),
    missing: document.querySelectorAll('main').length !== 1 || document.querySelectorAll('style').length !== 1,
    hidden: getComputedStyle(document.querySelector('h1')).display === 'none',
    data: (s => s && typeof JSON.parse(s.textContent))(document.getElementById('govreport-filing')),
  };
})()"""


@pytest.mark.browser
def test_a_browser_runs_nothing_asks_for_nothing_and_complains_of_nothing(pages: Path, browser: Browser) -> None:
    def law(name: str, kind: str) -> None:
        if not page(pages, name, kind):
            return
        view = browser.open(pages / f"{name}.{kind}")
        assert [url for url in view.requests if not url.startswith("data:image/") and url != view.address] == []
        assert view.complaints == []
        found = browser.run(RISKS)
        assert found.pop("data") in ("object", None)
        assert not any(found.values()), found

    assert broken(law, product(NOTEBOOKS, ("html", "review.html"))) == []


def test_a_script_in_a_drawing_would_not_run_even_if_it_were_left_in(tmp_path: Path, browser: Browser) -> None:
    """What keeps it from running is the img element, which the page's policy only seconds."""
    text = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='alert(1)'><script>alert(2)</script></svg>"
    )
    (tmp_path / "page.html").write_text(
        f'<!DOCTYPE html><img id="a" src="data:image/svg+xml,{text}">', encoding="utf-8"
    )
    view = browser.open(tmp_path / "page.html")
    assert browser.run("document.getElementById('a').naturalWidth") == 9 and view.complaints == []


@pytest.mark.parametrize("kind", ["html", "pdf", "docx", "ofd"])
@pytest.mark.parametrize("minor", range(6))
def test_notebooks_of_every_minor_format_are_exported(tmp_path: Path, minor: int, kind: str) -> None:
    made = notebook(markdown("# 分析\n\n一段话。"), code(shown(RECEIVED))) | {"nbformat_minor": minor}
    if minor == 5:
        made["cells"] = [cell | {"id": f"c{n}"} for n, cell in enumerate(made["cells"])]
    (tmp_path / "a.ipynb").write_text(json.dumps(made), encoding="utf-8")
    nbformat.read(tmp_path / "a.ipynb", as_version=4)
    page, _ = get_exporter(f"govreport-{kind}")().from_filename(str(tmp_path / "a.ipynb"))
    assert len(page) > 1_000
