"""The server of `govreport preview`: a report's review copy in the browser, made anew at every save.

It listens on this machine only, and its address holds a secret word.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import tempfile
import webbrowser
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

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
    """What browsers see: the page, and what they are told beside it.

    told: sentences about what went wrong, the number of pages so far, and whether the next is being made.
    browsers: the connections that wait for the next.
    """

    def __init__(self) -> None:
        self.page = ""
        self.told: dict[str, Any] = {"sentences": [], "page": 0, "busy": True}
        self.browsers: set[_Live] = set()

    def tell(self, **changed: object) -> None:
        """Tell all browsers what has changed."""
        self.told |= changed
        for browser in self.browsers:
            browser.write_message(self.told)


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
        self.write_message(self.shown.told)

    def on_close(self) -> None:
        self.shown.browsers.discard(self)


async def _keep_current(preview: batch.Preview, shown: Shown) -> None:
    """Make the review copy, wait for a change, and so on until this task is cancelled."""
    from watchfiles import awatch  # noqa: PLC0415

    with batch.local_executor(1) as executor:
        while True:
            shown.tell(busy=True)
            outcome = await asyncio.wrap_future(preview.make(executor))
            page = preview.page  # without a new one, the last one stays
            shown.page = page or shown.page
            shown.tell(sentences=list(outcome.errors), page=shown.told["page"] + bool(page), busy=False)
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
