"""The documentation says what the code does, and both languages say the same."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml

from govreport import __version__
from govreport.checks.edits.project_rules import project_rules
from govreport.checks.waivers import read_waivers
from govreport.cli.app import app
from govreport.filing.expressions import Scope, evaluate
from govreport.filing.narrative import parse_narrative
from govreport.filing.project import Project, read_register
from govreport.notebook.comparison_view import ComparisonView
from govreport.notebook.editing import EditableFiling
from govreport.notebook.report import Report
from govreport.notebook.summary import Summary
from tests.support.projects import append_to, govreport

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
PAGES = (*READMES, *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")))
EVERYWHERE = {"--quiet", "-q", "--verbose", "-v", "--debug", "--help"}
"""Options that every command has."""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample project, to be changed at will."""
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(".*"))
    return tmp_path


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text(name), re.DOTALL | re.MULTILINE)


def without_comments(code: str) -> list[str]:
    return [re.sub(r"\s+#.*", "", line) for line in code.splitlines()]


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_stand_near_the_top(name: str) -> None:
    top = "\n".join(text(name).splitlines()[:32])
    assert "\npip install . && govreport run\n" in top
    assert "\npip install '.[test]' && pytest\n" in top


def test_both_readmes_show_the_same_code_and_have_the_same_shape() -> None:
    english, chinese = READMES
    for language in ("sh", "python", "toml", "markdown"):
        assert [without_comments(code) for code in blocks(english, language)] == [
            without_comments(code) for code in blocks(chinese, language)
        ]
    shapes = [
        [
            re.match(r"#+|\||!\[|```|\$", line)[0]
            for line in text(name).splitlines()
            if re.match(r"#+ |\||!\[|```", line)
        ]
        for name in READMES
    ]
    assert shapes[0] == shapes[1]


def calls(name: str) -> Iterator[list[str]]:
    """The calls of govreport in a page's shell blocks, as words."""
    for code in blocks(name, "sh"):
        for line in without_comments(code):
            for part in line.split("&&"):
                words = shlex.split(part)
                if words[:1] in (["govreport"], ["cd"]):
                    yield words


@pytest.mark.parametrize("name", PAGES)
def test_every_command_of_a_page_exists_with_its_options(name: str) -> None:
    commands = typer.main.get_command(app).commands
    for _, command, *rest in (words for words in calls(name) if words[0] == "govreport"):
        if command.startswith("--"):
            continue
        known = {option for parameter in commands[command].params for option in parameter.opts} | EVERYWHERE
        assert {word for word in rest if word.startswith("-")} <= known, (command, rest)


def test_every_command_is_in_the_readme() -> None:
    mentioned = {words[1] for words in calls("README.md") if words[0] == "govreport"}
    assert mentioned == set(typer.main.get_command(app).commands)


def test_commands_that_pages_name_in_running_text_exist() -> None:
    commands = set(typer.main.get_command(app).commands)
    for name in PAGES:
        named = set(re.findall(r"`govreport ([a-z]+)", text(name)))
        assert named <= commands, name


def is_cheap(words: list[str]) -> bool:
    """Whether a call makes no report, packs none, needs no cluster and ends by itself: other tests run the others."""
    return words[1] not in ("run", "package", "preview") or {"--dry-run", "--help"} & set(words)


@pytest.mark.parametrize("name", {str([*calls(name)]): name for name in PAGES}.values())
def test_the_commands_of_a_page_run_one_after_the_other(name: str, sample: Path) -> None:
    folder = sample
    for first, *words in calls(name):
        if first == "cd":
            folder = folder / words[0]
            added = [line for code in blocks(name, "csv") if code.startswith("slug,") for line in code.splitlines()[1:]]
            append_to(folder / "data/agencies.csv", "".join(f"{line}\n" for line in added))
            continue
        if words[0] == "--version" or is_cheap([first, *words]):
            answer = govreport(folder, *words)
            expected = (0, 1) if words[0] == "check" else (0,)
            assert answer.returncode in expected and "错误：" not in answer.stderr, (words, answer)


@pytest.mark.parametrize("name", PAGES)
def test_the_python_of_a_page_runs(name: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample)
    for code in blocks(name, "python"):
        exec(code, {"report": Report.open("shili-meteorology", 2023)})


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("docs/rules.md", "docs/zh/settings.md")])
def test_the_waivers_and_rules_of_a_page_can_be_read(name: str, tmp_path: Path) -> None:
    for number, code in enumerate(blocks(name, "toml")):
        folder = tmp_path / str(number)
        folder.mkdir()
        is_waiver = "[[waiver]]" in code
        (folder / ("waivers.toml" if is_waiver else "rules.toml")).write_text(code, encoding="utf-8")
        assert read_waivers(folder, "data/x/2023") if is_waiver else project_rules(folder)


def test_the_waivers_of_the_page_on_signing_accept_the_finding_that_they_are_of(sample: Path) -> None:
    (code,) = blocks("docs/zh/sign.md", "toml")
    (sample / "data/shili-meteorology/2023/waivers.toml").write_text(code, encoding="utf-8")
    findings = Report.open("shili-meteorology", 2023, sample).findings
    assert [bool(finding.waived) for finding in findings if finding.rule == "Y1"] == [True]
    assert [finding.message for finding in findings if finding.rule == "F1"] == []


@pytest.mark.parametrize("name", PAGES)
def test_the_json_of_a_page_is_json(name: str) -> None:
    for code in blocks(name, "json"):
        json.loads(code)


def test_the_register_of_the_first_page_can_be_read() -> None:
    (code,) = blocks("docs/zh/start.md", "csv")
    assert [agency.name for agency in read_register(code).values()] == ["示例市档案局"]


def test_the_narrative_of_the_page_on_filling_in_can_be_read() -> None:
    (code,) = blocks("docs/zh/fill-in.md", "text")
    narrative = parse_narrative(code, "narrative.md")
    assert list(narrative.parts) == [0, 1, 2] and narrative.published and narrative.signature == "示例市民政局"


def test_the_documentation_builds_strictly_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (built.returncode, built.stdout) == (0, ""), built.stdout + built.stderr
    html = "".join(page.read_text(encoding="utf-8") for page in (tmp_path / "site").rglob("*.html"))
    assert not re.findall(r"<(?:script|img)[^>]* src=\"(?:https?:)?//|<link[^>]* href=\"(?:https?:)?//", html)
    assert {path.stem for path in (ROOT / "docs").rglob("*.md")} == {
        page.stem for page in (tmp_path / "site").rglob("*.html") if page.stem != "404"
    }


def test_the_architecture_page_has_every_room() -> None:
    told = {module for row in re.findall(r"^\| (`.*?) \|", text("docs/architecture.md"), re.MULTILINE)
            for module in re.findall(r"`(\w+)`", row)}  # fmt: skip
    rooms = {path.parent.name for path in (ROOT / "govreport").glob("*/__init__.py")}
    assert rooms <= told, rooms - told


def test_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "docs/images").iterdir()) < 300_000


def test_extras_that_the_readme_names_exist() -> None:
    extras = set(re.findall(r"'\.\[(\w+)\]'", text("README.md")))
    assert extras <= set(tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"])


@pytest.mark.parametrize("name", [*READMES, "docs/zh/fill-in.md"])
def test_the_expressions_of_a_page_can_be_evaluated(name: str) -> None:
    project = Project(ROOT)
    scope = Scope(project.filing("shili-housing", 2023), project.filing("shili-housing", 2022))
    expressions = [e for code in blocks(name, "markdown") for e in re.findall(r"\{\{(.*?)\}\}", code)]
    assert len(expressions) >= 4
    assert all(re.fullmatch(r"[\d.,%]+|(增长|下降)[\d.]+%|持平", evaluate(e, scope)) for e in expressions)


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_links_and_pictures_exist(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text(name)):
        assert (ROOT / target).exists(), target


def test_the_changelog_has_this_version() -> None:
    assert f"## {__version__} " in text("CHANGELOG.md")


def test_ci_runs_the_readmes_test_command() -> None:
    script = text(".ci/run")
    assert "pip install -q '.[test]'" in script
    assert re.search(r"""^\s+(?:\w+="[^"]*" )*pytest """, script, re.MULTILINE)


def test_what_notebooks_and_pages_call_has_an_example_that_runs() -> None:
    owners = {"report": Report, "summary": Summary, "comparison": ComparisonView, "filing": EditableFiling}
    texts = [text(name) for name in (*PAGES, *(f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*")))]
    called = {call for page in texts for call in re.findall(rf"\b({'|'.join(owners)})\.([a-z_]+)\(", page)}
    members = [getattr(owners[name], member) for name, member in called if hasattr(owners[name], member)]
    assert len(members) >= 30
    assert [member.__qualname__ for member in members if ">>> " not in (member.__doc__ or "")] == []


def test_each_finding_is_listed_and_says_what_it_is() -> None:
    scripts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "findings").glob("*.sh")}
    assert set(scripts) == set(re.findall(r"^\| `(.+?\.sh)` \|", text("findings/README.md"), re.MULTILINE))
    for name, script in scripts.items():
        heads = re.findall(r"^# (Seen with|Guess|Instead|Output):", script, re.MULTILINE)
        assert heads == ["Seen with", "Guess", "Instead", "Output"], name
        assert re.search(r"pip.* install", script) and "==" in script and "govreport" not in script, name


def test_the_forge_runs_ci_on_every_version_that_the_classifiers_name() -> None:
    jobs = yaml.safe_load(text(".github/workflows/ci.yml"))["jobs"]
    named = [
        line for line in tomllib.loads(text("pyproject.toml"))["project"]["classifiers"] if ":: Python :: 3." in line
    ]
    assert {line.rpartition(" ")[2] for line in named} <= set(jobs["whole"]["strategy"]["matrix"]["python"])
    assert ".ci/run" in [step.get("run") for step in jobs["whole"]["steps"]]
    assert jobs["without-fork"]["env"]["GOVREPORT_NO_FORK"] and "has not run yet" in " ".join(
        text("CONTRIBUTING.md").split()
    )
