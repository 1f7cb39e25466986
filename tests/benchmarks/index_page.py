"""How the index page of a large city behaves in a browser: its size, how soon it can be used, filter, search, sort.

    python tests/benchmarks/index_page.py [--rows N] [--rounds N] [--slow N]

Times are from the event to the first frame after the change, medians over rounds, in headless Chromium; those of
search hold the pause after the last key that the page waits for. ``--slow 4`` makes the browser four times slower.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from govreport.publish.index import index_page  # noqa: E402
from tests.support.browser import Browser  # noqa: E402
from tests.support.cities import entries_of, register_of  # noqa: E402

YEARS = range(2019, 2029)
PAUSE = 80
FRAME = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
COUNT = "document.getElementById('shown').textContent"
CHOOSE = "(e => { e.value = %s; e.dispatchEvent(new Event('%s')); })(document.getElementById('%s'))"
SORT = "document.querySelector('th[data-key=%s] button').click()"
STEPS = {
    "filter by state": CHOOSE % ('"不一致"', "change", "state"),
    "filter off": CHOOSE % ('""', "change", "state"),
    "filter by year": CHOOSE % ('"2024"', "change", "year"),
    "filter by year off": CHOOSE % ('""', "change", "year"),
    "search": CHOOSE % ('"林业局"', "input", "q"),
    "search off": CHOOSE % ('""', "input", "q"),
    "sort by name": SORT % "name",
    "sort by errors": SORT % "error",
    "sort by publication": SORT % "late",
    "sort by year": SORT % "year",
}
NAVIGATION = "JSON.stringify(performance.getEntriesByType('navigation')[0])"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def timed(browser: Browser, action: str) -> float:
    """Milliseconds from an action to the first frame after the page has followed it."""
    wait = f"new Promise(done => setTimeout(done, {PAUSE + 1}))" if "input" in action else "0"
    steps = f"const t = performance.now(); {action}; await {wait}; await {FRAME}; return performance.now() - t;"
    return float(browser.run(f"(async () => {{ {steps} }})()"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow", type=float, default=1)
    options = parser.parse_args()
    register = register_of(max(1, options.rows // len(YEARS)))
    entries = entries_of(register, YEARS)
    start = time.perf_counter()
    page = index_page(entries, register)
    print(f"{len(entries)} rows, {len(page.encode()) / 1e6:.2f} MB, written in {time.perf_counter() - start:.2f} s")
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file, profile = Path(folder) / "index.html", Path(folder) / "profile"
        file.write_text(page, encoding="utf-8")
        profile.mkdir()
        with Browser(profile, ROOT / "govreport/core/fonts") as browser:
            browser.call("Emulation.setCPUThrottlingRate", rate=options.slow)
            for _ in range(options.rounds):
                browser.open(file)
                opened = json.loads(browser.run(NAVIGATION))
                times.setdefault("first contentful paint", []).append(browser.run(PAINT))
                times.setdefault("interactive (DOMContentLoaded)", []).append(opened["domContentLoadedEventEnd"])
                for name, action in STEPS.items():
                    times.setdefault(name, []).append(timed(browser, action))
                first = times["interactive (DOMContentLoaded)"][-1] + times["filter by state"][-1]
                times.setdefault("interactive, and first filter", []).append(first)
    for name, measured in times.items():
        print(f"{name:32} {statistics.median(measured):7.0f} ms   (most {max(measured):.0f})")


if __name__ == "__main__":
    main()
