"""A headless Chromium, spoken to in the DevTools protocol over a pipe: the standard library is enough for that."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.patience import PATIENCE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
# Chromium reads commands from descriptor 3 and answers on 4
START = "import os, sys; [os.dup2(int(sys.argv[n]), n + 2) for n in (1, 2)]; os.execv(sys.argv[3], sys.argv[3:])"
FONTS = """<?xml version="1.0"?>
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>{aliases}</fontconfig>
"""
ALIASES = {
    "Noto Serif CJK SC": "GovRpt Song",
    "Source Han Serif SC": "GovRpt Song",
    "Noto Sans CJK SC": "GovRpt Hei",
    "Source Han Sans SC": "GovRpt Hei",
}
"""The fonts that pages ask for, and the package's own cuts of them: what is measured is the same on every machine."""
ALIAS = '<alias binding="same"><family>{}</family><prefer><family>{}</family></prefer></alias>'
VIEWS = ((390, "light", True), (390, "dark", False), (1280, "light", False), (1280, "dark", True))
"""Windows and colour schemes in which axe looks for barriers, and whether at contrast too: once for each."""
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
KEYS = {"Escape": (27, ""), "Tab": (9, ""), "Enter": (13, "\r"), "ArrowDown": (40, "")}
FIRST_FREE = 20


@dataclass
class View:
    """What happened while a page was opened: requests by address, and everything the browser complained of."""

    address: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


class Browser:
    """A browser with one tab; a context manager.

    profile: a new empty folder; fonts: a folder of Chinese fonts, since a bare machine has none and then every
    character is narrower than it is for readers.
    """

    def __init__(self, profile: Path, fonts: Path) -> None:
        import fcntl  # noqa: PLC0415, not on Windows, where tests without a browser run

        settings = profile / "fonts.conf"
        settings.write_text(
            FONTS.format(
                fonts=fonts, cache=profile / "fonts", aliases="".join(ALIAS.format(*pair) for pair in ALIASES.items())
            ),
            encoding="utf-8",
        )
        read_commands, write_commands = os.pipe()
        read_answers, write_answers = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, FIRST_FREE) for end in (read_commands, write_answers)]
        arguments = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, *map(str, ends), *arguments],
            pass_fds=ends,
            env={**os.environ, "FONTCONFIG_FILE": str(settings)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (*ends, read_commands, write_answers):
            os.close(end)
        self._commands, self._answers = write_commands, read_answers
        self._buffer, self._number, self._session = b"", 0, ""
        self._events: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._session = ""
            self.call("Browser.close")
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._commands)
            os.close(self._answers)

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Give a command and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self._events.append(answer)

    def open(self, page: Path, width: int = 1280, height: int = 900) -> View:
        """Open a file as a phone or a screen of that width does, and wait until it is loaded."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self._events.clear()
        view = View(page.resolve().as_uri())
        self.call("Page.navigate", url=view.address)
        while not any(event.get("method") == "Page.loadEventFired" for event in self._events):
            self._events.append(self._receive())
        self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
        for event in self._events:
            _note(view, event.get("method", ""), event.get("params", {}))
        return view

    def run(self, expression: str) -> Any:
        """Return the value of an expression in the page; page policies do not bind the debugger."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def barriers(self, page: Path, axe: str, width: int, scheme: str, contrast: bool = True) -> tuple[int, list[Any]]:
        """Let axe-core look for barriers at WCAG 2.2 AA; return how many rules passed, and the violations.

        axe: its script; scheme: light or dark; contrast: whether to compute that of all texts, which takes longer
        than everything else.
        """
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.open(page, width)
        self.run(axe + "; 0")
        rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": contrast}}
        options = json.dumps({"runOnly": LEVELS, "rules": rules})
        found = "r => [r.passes.length, r.violations.map(v => [v.id, v.nodes[0].html])]"
        passed, violations = self.run(f"axe.run({options}).then({found})")
        self.call("Emulation.setEmulatedMedia", features=[])
        return passed, violations

    def press(self, key: str) -> None:
        """Press a key by its name, such as Tab or Enter."""
        code, text = KEYS[key]
        base = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **base)
        self.call("Input.dispatchKeyEvent", type="keyUp", **base)

    def _receive(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser does not answer")
            part = os.read(self._answers, 1 << 16)
            if not part:
                raise EOFError("the browser ended")
            self._buffer += part
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        if answer.get("method") == "Page.javascriptDialogOpening":
            raise AssertionError(f"the page opened a dialog: {answer['params']['message']}")
        return answer


def _note(view: View, method: str, parameters: dict[str, Any]) -> None:
    if method == "Network.requestWillBeSent":
        view.requests.append(parameters["request"]["url"])
    elif method == "Log.entryAdded":
        view.complaints.append(parameters["entry"]["text"])
    elif method == "Runtime.consoleAPICalled":
        view.complaints.append(str(parameters["args"]))
    elif method == "Runtime.exceptionThrown":
        view.complaints.append(parameters["exceptionDetails"]["text"])
