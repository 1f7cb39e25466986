"""How soon the preview shows what was saved: from the save of a filing's prose until the new page is at hand.

    python tests/benchmarks/preview.py [--saves 50]

It runs `govreport preview` on an agency of the sample city and asks for the page as a browser does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.projects import COMMAND, FAULTY, YEAR, make_project  # noqa: E402

PAUSE = 0.5
"""Seconds between two saves."""


async def measured(address: str, narrative: Path, saves: int) -> list[float]:
    """Return the seconds of each save."""
    connection = await websocket_connect(f"{address.replace('http', 'ws', 1)}live")
    while not json.loads(await connection.read_message() or "{}").get("page"):
        pass
    written, seconds = narrative.read_text(encoding="utf-8"), []
    for number in range(saves):
        await asyncio.sleep(PAUSE)
        narrative.write_text(f"{written}\n补写的第{number}句。\n", encoding="utf-8")
        start = time.perf_counter()
        while True:
            await connection.read_message()
            page = await AsyncHTTPClient().fetch(f"{address}page")
            if f"补写的第{number}句" in page.body.decode():
                break
        seconds.append(time.perf_counter() - start)
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--saves", type=int, default=50)
    saves = parser.parse_args().saves
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder) / "project", FAULTY)
        command = [COMMAND, "preview", FAULTY, str(YEAR), "--no-open", "--quiet"]
        with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            address = process.stdout.readline().strip().partition("：")[2]
            narrative = project / "data" / FAULTY / str(YEAR) / "narrative.md"
            seconds = asyncio.run(measured(address, narrative, saves))
            process.send_signal(signal.SIGINT)
    print(f"{saves} saves, from save to page: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
