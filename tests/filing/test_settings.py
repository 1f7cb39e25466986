"""A project's govreport.toml: what it may hold is documented, and each mistake is a sentence that names its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from govreport.batch.job import CELL_TIMEOUT, FORMATS, USUAL_FORMATS
from govreport.checks.years.comparison import CHANCE, PART_OF_MONEY, REMARKS
from govreport.core.errors import ProjectError
from govreport.filing.project import Project
from govreport.filing.settings import MEDIA, SCHEMA, SHAPING_KEYS, TEMPLATES, Appearance, Settings
from tests.support.projects import GOOD, REPOSITORY, make_project

DOCUMENT = (REPOSITORY / "docs/zh/settings.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
ROWS = dict(re.findall(r"^\| (`\w+\.\w+`.*?) \| .+ \| (.+?) \|$", DOCUMENT, re.MULTILINE))
KNOWN = {f"{section}.{key}" for section in SCHEMA.keys("settings") for key in SCHEMA.keys(section)}


def written(root: Path, text: str) -> Settings:
    (root / "govreport.toml").write_text(text, encoding="utf-8")
    return Project(root).settings


def refused(root: Path, text: str) -> list[str]:
    with pytest.raises(ProjectError) as error:
        written(root, text)
    return str(error.value).split("\n")


def test_every_key_is_in_the_table_and_the_example_and_no_other_is(tmp_path: Path):
    told = {key for row in ROWS for key in re.findall(r"`(\w+\.\w+)`", row)}
    shown = {f"{section}.{key}" for section, values in tomllib.loads(EXAMPLE).items() for key in values}
    assert told == shown == KNOWN
    assert written(tmp_path, EXAMPLE) != Settings()


def test_the_documented_defaults_are_those_of_the_code():
    assert re.findall(r"`(\w+)`", ROWS["`run.formats`"]) == list(USUAL_FORMATS)
    assert int(ROWS["`run.timeout`"]) == CELL_TIMEOUT
    assert (int(ROWS["`check.count_change`"]), float(ROWS["`check.money_change`"])) == (CHANCE, PART_OF_MONEY)
    assert ROWS["`page.numerals`"].strip("`") == Appearance().numerals
    assert ROWS["`page.letterhead`"].strip("`") == Appearance().letterhead
    assert all(f"`{kind}`" in DOCUMENT for kind in REMARKS)
    assert all(f"`{name}`" in DOCUMENT for name in TEMPLATES.values())


@pytest.mark.parametrize("given", [f'[run]\nformats = ["{name}"]' for name in FORMATS]
                         + [f'[check]\nremarks = ["{kind}"]' for kind in REMARKS]
                         + [f'[page]\nemblem = "图{suffix}"' for suffix in MEDIA])  # fmt: skip
def test_all_that_the_program_knows_can_be_written(given: str, tmp_path: Path):
    assert written(tmp_path, given) != Settings()


def test_without_the_file_all_is_as_usual(tmp_path: Path):
    assert vars(Project(tmp_path).settings) == vars(Settings()) == vars(written(tmp_path, "# 无\n"))
    assert Project(tmp_path).appearance.to_json() == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[run]\n\njobs = 0\n", "第3行的 run.jobs：应是 1 到 1000 的整数。"),
        ("[run]\njobs = 1.5\n", "第2行的 run.jobs：应是整数。"),
        ("[run]\nmemory = true\n", "第2行的 run.memory：应是整数。"),
        ('[run]\ntimeout = "600"\n', "第2行的 run.timeout：应是整数。"),
        ('[run]\nformats = ["html", "odt"]\n', "第2行的 run.formats[2]：应是 html、pdf、docx、ofd 之一。"),
        ("[run]\nformats = []\n", "第2行的 run.formats：应是 html、pdf、docx、ofd 中几个的数组，不重复，"),
        ('[run]\nformats = "pdf"\n', "第2行的 run.formats：应是 html、pdf、docx、ofd 中几个的数组，不重复，"),
        ("[run]\nworkers = 3\n", "第2行的 run.workers：不认识这个键；可用的键：formats、jobs、timeout、memory。"),
        ("# 甲\n[runs]\n", "第2行的 runs：不认识这个键；可用的键：run、report、check、page。"),
        ("jobs = 3\n", "第1行的 jobs：不认识这个键；可用的键：run、report、check、page。"),
        ("run = 3\n", "第1行的 run：应写作 [run]，其下写各键。"),
        (
            '[report]\ncharts = ["received", "pie"]\n',
            "第2行的 report.charts[2]：没有名为“pie”的图；可用的有 ",
        ),
        ('[report]\ncharts = ["received", "received"]\n', "第2行的 report.charts：应是图名的数组，不重复，"),
        ("[report]\ncharts = true\n", "第2行的 report.charts：应是图名的数组，"),
        ("[check]\ncharacters = { 1 = 0 }\n", "第2行的 check.characters.1：应是 1 到 1000000 的整数。"),
        ("[check]\ncharacters = { 6 = 9, 7 = 9 }\n", "第2行的 check.characters.7：报告只有6个部分；请改正序号。"),
        ("[check]\n[check.characters]\n1 = 9\n二 = 9\n", "不是可读的 TOML（"),
        ('[check.characters]\n1 = 9\n"二" = 9\n', "第3行的 check.characters.二：应是部分的序号，如 1 = 1000。"),
        ('[check]\ncharacters = { "1\\n" = 5 }\n', "第2行的 check.characters.1：应是部分的序号，如 1 = 1000。"),
        ("[check]\ncharacters = 1000\n", "第2行的 check.characters：应是一个表，如 { 1 = 1000 }。"),
        ("[check]\nsimilarity = 2\n", "第2行的 check.similarity：应是大于0、不大于1的数，如 0.9。"),
        ("[check]\nsimilarity = nan\n", "不是可读的 TOML（"),
        ("[check]\ncount_change = 0\n", "第2行的 check.count_change：应是大于0的数，如 4。"),
        ("[check]\nmoney_change = 1.5\n", "第2行的 check.money_change：应是大于0、不大于1的数，如 0.5。"),
        ('[check]\nremarks = ["变化大"]\n', "第2行的 check.remarks[1]：“变化大”应是 与上年不衔接、"),
        ('[page]\nnumerals = "罗马"\n', "第2行的 page.numerals：应是 arabic 或 chinese。"),
        ('[page]\nletterhead = "红"\n', "第2行的 page.letterhead：应是 plain（没有红头）或 red（红头）。"),
        ('[page]\nemblem = "徽\\u0000标.png"\n', "第2行的 page.emblem：应是项目中的图片文件（png、jpg 或 svg），"),
        (f'[page]\nemblem = "{"长" * 5000}.png"\n', "第2行的 page.emblem：应是项目中的图片文件（png、jpg 或 svg），"),
        ('[page]\nemblem = "徽标.gif"\n', "第2行的 page.emblem：应是项目中的图片文件（png、jpg 或 svg），"),
        ('[page]\ncolour = "red"\n', "第2行的 page.colour：应是 # 后六位十六进制数的颜色，"),
        ('[page]\ncolour = "#fff4f3"\n', "第2行的 page.colour：颜色太浅，在白纸上看不清；请改用深一些的颜色。"),
        ('[page]\nchart_colours = ["#000000"]\n', "第2行的 page.chart_colours：应是6至12个颜色的数组，"),
        ("[page]\nheader = 1\n", "第2行的 page.header：应是不超过5000个字的文字。"),
        (f'[page]\nfooter = "{"字" * 5001}"\n', "第2行的 page.footer：应是不超过5000个字的文字。"),
        ("[run]\njobs = 3\n\nfoo = [\n\n", "不是可读的 TOML（到末尾第4行仍不完整）"),
        ('[page]\nfooter = "甲\n', "不是可读的 TOML（第2行第12列写法有误）"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_should_be_there(text: str, told: str, tmp_path: Path):
    (sentence,) = refused(tmp_path, text)
    assert sentence.startswith(f"govreport.toml {told}") and sentence.endswith("。")


def test_every_mistake_is_told_at_once(tmp_path: Path):
    text = '[run]\njobs = 0\ntimeout = 0\n[page]\ncolour = "红"\n'
    assert [re.findall(r"第(\d)行", line)[0] for line in refused(tmp_path, text)] == ["2", "3", "5"]


def test_every_key_has_a_mistake_that_is_tested():
    cases = [mark.args[1] for mark in test_a_mistake_is_told_with_its_line_and_what_should_be_there.pytestmark]
    tested = {key for case in cases for _, told in case for key in re.findall(r"的 (\w+\.\w+)", told)}
    assert tested >= KNOWN


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda root: None, "govreport.toml 第3行的 page.emblem：没有文件 徽标.png，"),
        (lambda root: (root / "徽标.png").symlink_to("/etc/hostname"), "emblem：徽标.png 在项目文件夹之外；"),
        (lambda root: (root / "徽标.png").mkdir(), "第3行的 page.emblem：没有文件 徽标.png，"),
        (lambda root: (root / "徽标.png").write_bytes(b"0" * 4_000_001), "或它大于4MB；"),
    ],
)  # fmt: skip
def test_an_emblem_is_a_file_of_the_project(spoil, told: str, tmp_path: Path):
    written(tmp_path, '# 甲\n[page]\nemblem = "徽标.png"\n')
    spoil(tmp_path)
    with pytest.raises(ProjectError, match=re.escape(told)):
        _ = Project(tmp_path).appearance


@pytest.mark.parametrize("name", TEMPLATES.values())
def test_a_template_is_a_readable_file_of_the_project(name: str, tmp_path: Path):
    (tmp_path / "templates").mkdir()
    (tmp_path / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProjectError, match=f"{name} 不是可读的 "):
        _ = Project(tmp_path).appearance
    if not name.endswith(".docx"):
        (tmp_path / name).write_bytes(b" \n")
        with pytest.raises(ProjectError, match=f"{name} 是空文件；"):
            _ = Project(tmp_path).appearance
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to("/etc/hostname")
    with pytest.raises(ProjectError, match=f"{name} 在项目文件夹之外"):
        _ = Project(tmp_path).appearance


def test_how_reports_are_run_is_no_input_of_theirs_and_each_other_key_is_one(tmp_path: Path):
    project = Project(make_project(tmp_path / "p", GOOD))
    usual = written(project.root, "# 无\n")
    assert set(SCHEMA.keys("run")).isdisjoint(SHAPING_KEYS)
    for section in ("report", "check", "page"):
        for key, value in re.findall(r"^(\w+) = (.+)$", EXAMPLE, re.MULTILINE):
            if key in SCHEMA.keys(section):
                own = written(project.root, f"[{section}]\n{key} = {value}\n")
                changed = {each for each in SHAPING_KEYS if own.state(each) != usual.state(each)}
                assert changed == {"page" if section == "page" else key}


def test_the_state_of_a_setting_is_that_of_its_content_however_it_is_written(tmp_path: Path):
    project = Project(make_project(tmp_path / "p", GOOD))
    one, other = (
        written(project.root, f"[check]\ncharacters = {{ {parts} }}\nsimilarity = {number}\n")
        for parts, number in (("1 = 9, 2 = 8", "0.9"), ("2 = 8, 1 = 9", "0.90"))
    )
    assert [one.state(key) for key in SHAPING_KEYS] == [other.state(key) for key in SHAPING_KEYS]
