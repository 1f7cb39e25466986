"""The preview: a report's review copy in the browser, which follows every save and leaves nothing behind."""

from __future__ import annotations

import asyncio
import datetime
import json
import re
import signal
import subprocess
import sys
import webbrowser
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.websocket import WebSocketClientConnection, websocket_connect

from govreport.batch import pool
from govreport.batch.job import Outcome
from govreport.batch.pool import local_executor
from govreport.batch.preview import Preview
from govreport.checks.report_states import FAILED
from govreport.checks.signoff import sign
from govreport.filing.project import Project
from tests.support.patience import PATIENCE, wait_for
from tests.support.projects import COMMAND, GOOD, YEAR, append_to, environment, govreport, make_project, replace_in

ASKED = ("preview", GOOD, str(YEAR), "--no-open")
TERMINATED_AS_A_THREAD_STARTS = """
import signal, sys, threading
from govreport.cli import main

start = threading.Thread.start

def start_and_terminate(thread):
    start(thread)
    if thread.name == "AnyIO worker thread":
        signal.raise_signal(signal.SIGTERM)

threading.Thread.start = start_and_terminate
main()
"""
"""The command, to which the signal comes at the worst moment: nobody knows yet that the new thread is to be ended."""


@contextmanager
def preview(project: Path, temporary: Path, *command: str | Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the command until the block ends. Yield the preview's address, and the process."""
    temporary.mkdir()
    command, told = (*(command or (COMMAND,)), *ASKED), environment(TMPDIR=str(temporary))
    output, errors = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, cwd=project, env=told, stdout=output, stderr=errors, text=True) as process:
        try:
            assert process.stdout
            yield re.findall(r"http://\S+/", process.stdout.readline())[0], process
        finally:
            process.kill()


@asynccontextmanager
async def browser_at(address: str) -> AsyncIterator[WebSocketClientConnection]:
    connection = await websocket_connect(f"{address.replace('http', 'ws', 1)}live")
    yield connection
    connection.close()


async def next_page(connection: WebSocketClientConnection, address: str, text: str) -> dict[str, object]:
    """Wait for a page with a text; return what came with it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            told = json.loads(await connection.read_message() or "{}")
            if told["busy"]:
                continue
            page = (await AsyncHTTPClient().fetch(f"{address}page")).body.decode()
            if text in page or text in "".join(told["sentences"]):
                return told


def test_the_preview_follows_every_save_and_leaves_nothing_behind(tmp_path):
    """Also through an error, which shows as its sentence while the last page stays."""
    project = make_project(tmp_path / "project", GOOD)
    narrative = project / "data" / GOOD / str(YEAR) / "narrative.md"
    written, temporary = narrative.read_text(encoding="utf-8"), tmp_path / "temporary"

    async def look(address: str) -> None:
        async with browser_at(address) as connection:
            assert (await next_page(connection, address, "未发现问题"))["sentences"] == []
            narrative.write_text(f"{written}\n后来补写的一句。\n", encoding="utf-8")
            assert (await next_page(connection, address, "后来补写的一句"))["sentences"] == []
            aside = narrative.with_name("另存.md")
            aside.write_text("没有标题。", encoding="utf-8")
            aside.replace(narrative)  # as editors save
            told = await next_page(connection, address, "narrative.md")
            assert told["page"] and len(told["sentences"]) >= 1
            narrative.write_text(written, encoding="utf-8")
            assert (await next_page(connection, address, "未发现问题"))["sentences"] == []
        for other in (address.rstrip("/")[:-1], address.rpartition("/")[0].rpartition("/")[0]):
            with pytest.raises(HTTPClientError, match="404"):
                await AsyncHTTPClient().fetch(f"{other}/page")

    with preview(project, temporary) as (address, process):
        assert address.startswith("http://127.0.0.1:")
        asyncio.run(look(address))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert not (project / "output").exists()
    wait_for(lambda: not any(temporary.iterdir()), "the end of all temporary files")


def test_a_preview_that_is_terminated_leaves_nothing_behind(tmp_path):
    temporary = tmp_path / "temporary"

    async def look(address: str) -> None:
        async with browser_at(address) as connection:
            await next_page(connection, address, "未发现问题")

    with preview(make_project(tmp_path / "project", GOOD), temporary) as (address, process):
        asyncio.run(look(address))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert not (tmp_path / "project/output").exists()
    wait_for(lambda: not any(temporary.iterdir()), "the end of all temporary files")


def test_a_preview_that_is_terminated_as_a_thread_starts_does_not_wait_for_it(tmp_path):
    """Before, the main thread waited for the new one without end: an interrupt amid a line had left it to nobody."""
    command = (sys.executable, "-c", TERMINATED_AS_A_THREAD_STARTS)
    with preview(make_project(tmp_path / "project", GOOD), tmp_path / "temporary", *command) as (_, process):
        assert process.wait(PATIENCE) == 0
    assert not any((tmp_path / "temporary").iterdir())


def test_what_cannot_be_made_is_said_once_and_made_again_after_the_next_change(tmp_path, monkeypatch):
    project, folder = make_project(tmp_path / "project", GOOD), tmp_path / "made"
    sign(Project(project), GOOD, YEAR, "李审核", datetime.date(2024, 1, 25))
    folder.mkdir()
    shown = Preview(Project(project), GOOD, YEAR, folder)
    with local_executor(1) as executor:

        def made() -> str:
            told = "".join(shown.make(executor).result().errors)
            assert not shown.is_outdated(), "no second try without a change"
            return told

        assert made() == "" and "govreport-answer" not in shown.page, "a form would be lost with the next save"
        for name, text, sentence in (
            ("notebooks/annual_report.ipynb", "{", "notebooks/annual_report.ipynb 无法读取"),
            ("data/agencies.csv", "x", "data/agencies.csv 第1行"),
        ):
            written = (project / name).read_bytes()
            (project / name).write_text(text, encoding="utf-8")
            assert shown.is_outdated() and sentence in made()
            (project / name).write_bytes(written)
            assert shown.is_outdated() and made() == ""
        comments, told = project / "data" / GOOD / str(YEAR) / "comments.toml", 'by = "李审核"\ndate = 2024-01-25\n'
        for text in ("请写明口径。", "请补充。"):
            comments.write_text(f'[[comment]]\ntext = "{text}"\n{told}', encoding="utf-8")
            assert shown.is_outdated() and made() == "" and text in shown.page
        monkeypatch.setattr("govreport.batch.preview.produce_in_worker", lambda job: Outcome(job, FAILED, lost=True))
        append_to(project / "data" / GOOD / str(YEAR) / "narrative.md", "\n后来补写的一句。\n")
        assert shown.is_outdated() and made() == ""


def test_a_first_page_whose_worker_is_lost_is_told_as_it_was_and_made_after_the_next_save(tmp_path, monkeypatch):
    project, folder = make_project(tmp_path / "project", GOOD), tmp_path / "made"
    folder.mkdir()
    shown = Preview(Project(project), GOOD, YEAR, folder)
    with local_executor(1) as executor:
        with monkeypatch.context() as killed:
            begin = pool._start_process
            killed.setattr(pool, "_start_process", lambda: (process := begin(), process.end())[0])
            (told,) = shown.make(executor).result().errors
        assert "意外终止" in told and "重试" not in told, "nobody has tried again"
        assert not shown.is_outdated() and project / "data" / GOOD / str(YEAR) in shown.folders()
        append_to(project / "data" / GOOD / str(YEAR) / "narrative.md", "\n后来补写的一句。\n")
        assert shown.is_outdated() and not shown.make(executor).result().errors
        assert "后来补写的一句" in shown.page


def test_the_page_keeps_its_place_when_it_is_made_anew(tmp_path, browser):
    project, frame = make_project(tmp_path / "project", GOOD), "document.querySelector('iframe')"
    with preview(project, tmp_path / "temporary") as (address, _):
        browser.call("Page.navigate", url=address)
        wait_for(lambda: browser.run(f"{frame}?.contentDocument?.body?.innerText.includes('未发现问题')"), "the page")
        browser.run(f"{frame}.contentWindow.scrollTo(0, 700)")
        append_to(project / "data" / GOOD / str(YEAR) / "narrative.md", "\n后来补写的一句。\n")
        wait_for(
            lambda: browser.run(f"{frame}?.contentDocument?.body?.innerText.includes('后来补写的一句')"), "the new page"
        )
        place = f"document.querySelectorAll('iframe').length == 1 && {frame}.contentWindow.scrollY"
        assert wait_for(lambda: browser.run(place), "one page") == 700
        replace_in(project / "data" / GOOD / str(YEAR) / "disputes.csv", "row,", "行,")
        wait_for(lambda: "disputes.csv 第1行" in browser.run("document.body.innerText"), "the sentence")
        assert browser.run(f"{frame}.contentWindow.scrollY") == 700


def test_a_run_opens_the_page_of_one_report_and_else_the_index(sample, tmp_path, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    city = sample.copy(tmp_path / "city")
    append_to(city.root / "data" / GOOD / str(YEAR) / "narrative.md", "\n后来补写的一句。\n")
    for _ in range(2):
        govreport(city.root, "run", GOOD, str(YEAR), "--formats", "html", "--open")
    pages = (city.folder(GOOD) / "report.html", city.root / "output/index.html")
    assert opened == [page.as_uri() for page in pages]
    assert all(page.is_file() for page in pages)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no-such", "2023"], "no-such"),
        ([GOOD, "1999"], "1999"),
        ([GOOD], "应写明一个机构和一个年度"),
        ([GOOD, "2023", "--port", "70000"], "--port"),
    ],
)
def test_what_cannot_be_previewed_is_said_in_one_sentence(tmp_path, arguments, sentence):
    ended = govreport(make_project(tmp_path / "project", GOOD), "preview", *arguments, "--no-open")
    assert ended.returncode == 2
    assert sentence in ended.stderr and len(ended.stderr.strip().splitlines()) == 1


def test_without_watchfiles_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    ended = govreport(make_project(tmp_path / "project", GOOD), "preview", GOOD, "2023", "--no-open")
    assert ended.returncode == 2
    assert "govreport[preview]" in ended.stderr
