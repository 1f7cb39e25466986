"""The server of `govreport preview`: a report's review copy in the browser, made anew at every save.

It listens on this machine only, and its address holds a secret word.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import signal
import tempfile
import webbrowser
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from rich.markup import escape
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

from govreport import batch
from govreport.cli.terminal import notes, out, styled_state
from govreport.core import ProjectError, os_reason
from govreport.filing import Project

HOST = "127.0.0.1"
LOOK, STEP = 1000, 20
"""Milliseconds after which the inputs are compared even if the system tells of no change, as network drives do; and
milliseconds that a save may take."""


class Shown:
    """What browsers see: the page, sentences about what went wrong, whether the next page is being made.

    made: number of pages so far. browsers: the connections that wait for the next.
    """

    def __init__(self) -> None:
        self.page, self.made, self.is_busy = "", 0, True
        self.sentences: list[str] = []
        self.browsers: set[_Live] = set()

    def begin(self) -> None:
        """Tell all browsers that a page is being made."""
        self.is_busy = True
        self._tell()

    def update(self, page: str, sentences: list[str]) -> None:
        """Show a page to all browsers. Without a new page, the last one stays."""
        self.made += bool(page)
        self.page, self.sentences, self.is_busy = page or self.page, sentences, False
        self._tell()

    def _tell(self) -> None:
        for browser in self.browsers:
            browser.tell()


class _Page(RequestHandler):
    def initialize(self, page: Callable[[], str]) -> None:
        self.page = page

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")

    def get(self) -> None:
        self.write(self.page())


class _Live(WebSocketHandler):
    def initialize(self, shown: Shown) -> None:
        self.shown = shown

    def open(self, *names: str, **values: str) -> None:
        self.shown.browsers.add(self)
        self.tell()

    def on_close(self) -> None:
        self.shown.browsers.discard(self)

    def tell(self) -> None:
        shown = self.shown
        self.write_message(json.dumps({"sentences": shown.sentences, "page": shown.made, "busy": shown.is_busy}))


async def _keep_current(preview: batch.Preview, shown: Shown) -> None:
    """Make the review copy, wait for a change, and so on until this task is cancelled."""
    from watchfiles import awatch  # noqa: PLC0415

    with batch.local_executor(1) as executor:
        while True:
            shown.begin()
            outcome = await asyncio.wrap_future(preview.make(executor))
            shown.update(preview.page, list(outcome.errors))
            told = "；".join(outcome.errors) or outcome.summary
            notes.print(f"{styled_state(outcome.state)}  {escape(told)}  {outcome.seconds:.2f}秒")
            while not preview.is_outdated():
                changes = awatch(
                    *preview.folders(),
                    watch_filter=None,
                    step=STEP,
                    rust_timeout=LOOK,
                    yield_on_timeout=True,
                    recursive=False,
                )
                await anext(changes)
                await changes.aclose()


async def _serve(preview: batch.Preview, port: int, is_opened: bool) -> None:
    shown, word = Shown(), secrets.token_urlsafe(16)
    frame = (files("govreport.cli") / "preview.html").read_text(encoding="utf-8")
    pages: dict[str, Callable[[], str]] = {"": lambda: frame, "page": lambda: shown.page}
    routes = [(f"/{word}/{name}", _Page, {"page": page}) for name, page in pages.items()]
    application = Application([*routes, (f"/{word}/live", _Live, {"shown": shown})])
    try:
        sockets = bind_sockets(port, HOST)
    except OSError as error:
        raise ProjectError(f"端口 {port} 不能使用（{os_reason(error)}）；请换一个 --port，或不写。") from None
    server = HTTPServer(application)
    server.add_sockets(sockets)
    address = f"http://{HOST}:{sockets[0].getsockname()[1]}/{word}/"
    out.print(f"预览：{address}", soft_wrap=True)
    notes.print("保存资料、笔记本、规则后页面自动更新；按 Ctrl-C 结束。")
    if is_opened:
        webbrowser.open(address)
    try:
        await _keep_current(preview, shown)
    finally:
        server.stop()
        await server.close_all_connections()


def serve_preview(project: Project, agency: str, year: int, port: int, is_opened: bool) -> None:
    """Serve the preview of a report until the user interrupts it. Nothing is left behind.

    port: 0 for any that is free; is_opened: whether the browser opens.
    Raises ProjectError for an unknown agency or year, a port that is taken, and without `watchfiles`.
    """
    try:
        import watchfiles  # noqa: F401, PLC0415
    except ImportError:
        raise ProjectError("没有安装 watchfiles；请运行 pip install 'govreport[preview]'。") from None
    with tempfile.TemporaryDirectory(prefix="govreport-preview-") as folder:
        preview = batch.Preview(project, agency, year, Path(folder).resolve())
        # as Ctrl-C, which asyncio takes between steps: an interrupt amid any line leaves watchfiles' threads to nobody
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        logging.getLogger("tornado.access").setLevel(logging.ERROR)
        try:
            asyncio.run(_serve(preview, port, is_opened))
        except KeyboardInterrupt:
            notes.print("预览已结束。")
