"""Fixtures for all tests: a project folder of fictional agencies whose filings add up."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from govreport import cli
from govreport.core.textfile import write_text
from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.filing.narrative import Narrative, Part
from govreport.filing.project import Project
from tests.support.browser import CHROMIUM, Browser
from tests.support.strategies import consistent_filing

settings.register_profile(
    "govreport", max_examples=50, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("govreport")


@pytest.fixture(autouse=True)
def kept_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back what a command that ran in this process left in the environment, as its end would have."""
    for name in ("GOVREPORT_PROJECT", "GOVREPORT_DEBUG"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


REPO = Path(__file__).resolve().parent.parent
AGENCIES = {
    "shili-archive": "示例市档案局",
    "shili-forestry": "示例市林业局",
    "shili-museum": "示例市博物馆",
}
OVERVIEW = """主动公开方面：按时公布各类文件和办事指南，内容完整准确。

依申请公开方面：全年新收政府信息公开申请{{ applications.new.total }}件。

政府信息管理方面：文件公开前逐件审核。

政府信息公开平台建设方面：完善网站栏目，方便公众查询。

监督保障方面：开展工作考核和社会评议，未发生责任追究的情形。"""
PARTS = {
    1: OVERVIEW,
    2: "主动公开的事项见下表。",
    3: "申请的办理情况见下表。",
    4: "行政复议和行政诉讼情况见下表。",
    5: "栏目更新还不够及时，明年将按月检查。",
    6: "本年度没有发出收费通知，未收取信息处理费。",
}

MakeProject = Callable[..., Project]


@pytest.fixture(scope="session")
def repo() -> Path:
    """The repository's root folder."""
    return REPO


class Answer(NamedTuple):
    """What a command gave."""

    code: int
    out: str
    err: str


Typed = Callable[..., Answer]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Call the command line in a folder, in this process, which spares its start; the output is that of a pipe."""
    for name in ("GOVREPORT_PROJECT", "GOVREPORT_DEBUG"):
        monkeypatch.setenv(name, "")  # so that what the command sets is undone

    def call(folder: Path, *arguments: str) -> Answer:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["govreport", *arguments])
        with pytest.raises(SystemExit) as ending:
            cli.main()
        printed = capsys.readouterr()
        return Answer(int(ending.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Make project folders: a register, filings that add up from year to year, and the repository's notebooks."""
    made = 0

    def make(agencies: Sequence[str] = ("shili-archive",), years: Sequence[int] = (2022, 2023)) -> Project:
        nonlocal made
        made += 1
        root = tmp_path / f"project{made}"
        register = [
            f"{slug},{AGENCIES[slug]},{AGENCIES[slug].removeprefix('示例市')},,department,own" for slug in agencies
        ]
        write_text(root / "data/agencies.csv", "\n".join(["slug,name,short_name,parent,kind,scope", *register, ""]))
        shutil.copytree(REPO / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
        for slug in agencies:
            last: Filing | None = None
            for year in years:
                chance = Random(f"{slug}/{year}")
                last = replace(consistent_filing(year, chance.randint, last), agency=slug, name=AGENCIES[slug])
                narrative = Narrative(parts={number: Part("", text) for number, text in PARTS.items()})
                write_filing(replace(last, narrative=narrative), root / "data" / slug / str(year))
        return Project(root)

    return make


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI must have a chromium"
        pytest.skip("no chromium on this machine")
    with Browser(tmp_path_factory.mktemp("profile"), REPO / "govreport/core/fonts") as browser:
        yield browser


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script; the package that ships it is not imported, since only its file is of use here."""
    found = importlib.util.find_spec("selenium_axe_python")
    if found is None or not found.submodule_search_locations:
        assert not os.environ.get("CI"), "CI must have axe-core"
        pytest.skip("axe-core is not installed: pip install '.[test]'")
    return (Path(found.submodule_search_locations[0]) / "axe-core/axe.min.js").read_text(encoding="utf-8")
