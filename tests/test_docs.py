"""The documentation says what the code does, and both languages say the same."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

from govreport import Report, __version__
from govreport.checks.project_rules import project_rules
from govreport.checks.waivers import read_waivers
from govreport.cli import app
from govreport.filing import Scope, evaluate
from govreport.forms import editions
from govreport.project import Project

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
FIXED_RULES = {"R1": "error", "V1": "error", "V2": "notice", "F1": "error"} | {
    "N1": "error", "N2": "error", "N3": "warning", "N4": "warning", "N5": "warning",
    "N6": "warning", "N7": "error", "N8": "warning", "N9": "notice",
}  # fmt: skip
SEVERITIES = {"error": "错误", "warning": "警告", "notice": "提示"}


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


def test_every_command_of_the_readme_exists_and_every_command_is_in_the_readme() -> None:
    commands = typer.main.get_command(app).commands
    mentioned = {}
    for code in blocks("README.md", "sh"):
        for line in without_comments(code):
            for part in line.split("&&"):
                words = shlex.split(part)
                if words[:1] == ["govreport"]:
                    mentioned.setdefault(words[1], set()).update(w for w in words[2:] if w.startswith("--"))
    assert set(mentioned) == set(commands)
    for name, options in mentioned.items():
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert options <= known, name


def test_extras_that_the_readme_names_exist() -> None:
    extras = set(re.findall(r"'\.\[(\w+)\]'", text("README.md")))
    assert extras <= set(tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"])


@pytest.mark.parametrize("name", READMES)
def test_the_table_of_rules_is_that_of_the_forms(name: str) -> None:
    rules = {
        rule.id: rule.severity for form in editions().values() for table in form.tables.values() for rule in table.rules
    } | FIXED_RULES
    rows = re.findall(r"^\| `([A-Z]\d)` \| .+ \| (\S+) \|$", text(name), re.MULTILINE)
    words = SEVERITIES if name == "README.zh-CN.md" else {key: key for key in SEVERITIES}
    assert dict(rows) == {rule: words[severity] for rule, severity in rules.items()}


@pytest.mark.parametrize("name", READMES)
def test_the_expressions_of_the_readme_can_be_evaluated(name: str) -> None:
    project = Project(ROOT)
    scope = Scope(project.filing("shili-housing", 2023), project.filing("shili-housing", 2022))
    expressions = [e for code in blocks(name, "markdown") for e in re.findall(r"\{\{(.*?)\}\}", code)]
    assert len(expressions) == 4
    assert all(re.fullmatch(r"[\d.,%]+|(增长|下降)[\d.]+%|持平", evaluate(e, scope)) for e in expressions)


def test_the_waiver_of_the_readme_is_a_waiver(tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text(blocks("README.md", "toml")[1], encoding="utf-8")
    (waiver,) = read_waivers(tmp_path, "data/x/2023")
    assert (waiver.rule, waiver.date) == ("Y1", "2024-01-20")


def test_the_project_rule_of_the_readme_is_a_rule(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(blocks("README.md", "toml")[0], encoding="utf-8")
    assert [rule.id for rule in project_rules(tmp_path)] == ["X1"]


def test_the_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    scope: dict[str, object] = {}
    exec(blocks("README.md", "python")[0], scope)
    assert isinstance(scope["report"], Report)


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_links_and_pictures_exist(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text(name)):
        assert (ROOT / target).exists(), target


def test_the_changelog_has_this_version() -> None:
    assert f"## {__version__} " in text("CHANGELOG.md")


def test_ci_runs_the_readmes_test_command() -> None:
    script = text(".ci/run")
    assert "pip install -q '.[test]'" in script
    assert re.search(r"^\s+pytest ", script, re.MULTILINE)
