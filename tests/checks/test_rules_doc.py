"""docs/rules.md and docs/localisation.md say what the code does: ids, severities, identities, examples, waivers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

import pytest

from govreport.checks.assertions import prose_assertions
from govreport.checks.checking import check_filings
from govreport.checks.edits.balance import check_balance
from govreport.checks.edits.matrix import Case
from govreport.checks.edits.project_rules import project_rules, similarity
from govreport.checks.edits.validity import unreadable_filing
from govreport.checks.entry_file import SCHEMA
from govreport.checks.findings import SEVERITY_NAMES, Finding, Findings
from govreport.checks.prose.part_rules import check_parts
from govreport.checks.prose.repetition import SIMILARITY
from govreport.checks.prose.self_description import check_agency
from govreport.checks.waivers import read_waivers, waiver_problems
from govreport.core.errors import FilingError, ProjectError
from govreport.core.figures import Figure
from govreport.filing.expressions import Scope
from govreport.filing.filing import Filing
from govreport.filing.folder import read_filing, render_prose, write_filing
from govreport.filing.narrative import Narrative, Part
from govreport.filing.own_table import OwnTable
from govreport.filing.project import Agency
from govreport.forms.catalogue import Catalogue
from govreport.forms.rules import rule_explanations
from govreport.notebook.report import Report
from tests.support.consistent_projects import PARTS, PROBLEMS
from tests.support.strategies import OUTCOMES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
FIXED_RULES = {"V1": "error", "V2": "notice", "F1": "error", "R1": "error"}
PROSE_RULES = {
    "N1": "error",
    "N2": "error",
    "N3": "warning",
    "N4": "warning",
    "N5": "warning",
    "N6": "warning",
    "N7": "error",
    "N8": "warning",
    "N9": "notice",
    "T1": "error",
    "T2": "error",
    "T3": "warning",
    "T4": "warning",
}
RULES = {
    rule.id: rule for table in Catalogue.read().tables() for rule in table.rules
}  # the later edition's where both have it

ASSERTED_RULES = dict.fromkeys(("S1", "S2", "S3", "S4"), "error")
FIXED_RULES |= PROSE_RULES | ASSERTED_RULES

Cells = Mapping[str, Figure | str | None]


def filled(year: int, cells: Cells, table: str = "") -> Filing:
    """A filing of zeros but for some cells; with a table's name, only that table is filled."""
    nothing = {name: 0 for name in Catalogue.read().compose(year).cells if name.startswith(table)}
    return Filing.from_cells("shili-bureau", "示例市水务局", year, nothing | dict(cells))


def applications(column: str, **rows: int) -> dict[str, Figure]:
    """Figures of a column of the applications, the same in the total column."""
    named = {row.replace("__", "."): figure for row, figure in rows.items()}
    return {f"applications.{row}.{c}": figure for row, figure in named.items() for c in (column, "total")}


@dataclass(frozen=True)
class Example:
    """A small filing that a rule's section of the document speaks of."""

    cells: Cells
    year: int = 2023
    last: Cells | None = None
    members: Mapping[str, Figure] = field(default_factory=dict)

    def case(self) -> Case:
        last = None if self.last is None else filled(self.year - 1, self.last)
        return Case(filled(self.year, self.cells), last, self.members or None)


USUAL = applications("natural", new=6, carried_in=1, granted=4, unable__not_held=1, total=5, carried_out=2)
GROUP = {f"disputes.reconsideration.{name}": 0 for name in OUTCOMES}
EXAMPLES = {
    "A1": Example(USUAL | {"applications.new.natural": 5}),
    "A2": Example(USUAL | {"applications.granted.natural": 3}),
    "A3": Example(USUAL | {"applications.granted.natural": 3, "applications.partial.natural": 1}),
    "D1": Example(GROUP | {"disputes.reconsideration.upheld": 10, "disputes.reconsideration.corrected": 1}),
    "P1": Example({"proactive.normative.disclosed": 9, "proactive.normative.disclosed_total": 6}, year=2020),
    "P2": Example({"proactive.normative.issued": 9, "proactive.normative.in_force": 6}),
    "Y1": Example(USUAL, last=applications("natural", new=2, granted=0, carried_out=2)),
    "Y2": Example(
        {"proactive.rules.issued": 2, "proactive.rules.repealed": 1, "proactive.rules.in_force": 21},
        last={"proactive.rules.in_force": 11},
    ),
    "Y3": Example(
        {"proactive.licensing.items_last_year": 30},
        year=2020,
        last={"proactive.licensing.items_last_year": 30, "proactive.licensing.change": -2},
    ),
    "R1": Example({"proactive.penalty.decisions": 31}, members={"proactive.penalty.decisions": 13}),
    "V1": Example({"proactive.coercion.decisions": "若干"}),
    "V2": Example(GROUP | {"disputes.reconsideration.upheld": 10, "disputes.reconsideration.total": None}),
}


PROSE = {
    "N1": {3: "全年新收政府信息公开申请5件。"},
    "N2": {2: "主动公开政府信息2139件，其中通知公告1744件、政策文件393件、政策解读21件、其他2件。"},
    "N3": {2: "发布政策解读84条，其中图文解读57条，占总数的71.3%。"},
    "N4": {3: "全年新收政府信息公开申请6件，较上年增长25%。"},
    "N5": {3: "全年新收政府信息公开申请6件，全部按期办结。"},
    "N6": {6: "没有其他需要报告的事项。"},
    "N7": {5: ""},
    "N8": {5: PROBLEMS},
    "N9": {1: "主动公开信息9条，依申请公开均依法办理。网站改版一次。按季考核，没有发生责任追究。"},
    "T1": {0: "本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。"},
    "T2": {},
    "T4": {1: "示例市水务局" + "公开事项" * 310 + "。" * 2},
}
"""By rule, the parts that differ from those of a report without findings."""
OWN = "平台,发布\n网站,{}\n微信,2\n合计,{}\n"
ASSERTED = {
    "S1": ("assert_adds_up('platforms')", 3, 6),
    "S2": ("assert_equals('tables.platforms.total', 'applications.new.total')", 3, 5),
    "S3": ("assert_same('platforms', 'again')", 3, 5),
    "S4": ("assert_between('platforms', high=5)", 4, 6),
}
"""By rule, an assertion in prose, and two figures of the table that it is about."""
BUREAU = Agency("shili-bureau", "示例市水务局", "示例水务局", "", "department", "own")
ARCHIVE = Agency("shili-archive", "示例市档案局", "示例档案局", "", "department", "own")
REGISTER = {agency.slug: agency for agency in (BUREAU, ARCHIVE)}
CLAIMS = ("N1", "N2", "N3", "N4", "N5")
"""Rules on what the prose says of figures."""


def written(rule: str, year: int = 2023) -> Filing:
    """The example of a rule on prose."""
    parts = {number: Part("", text) for number, text in (PARTS | PROSE[rule]).items()}
    cells = USUAL if year == 2023 else applications("natural", new=4, granted=3, total=3, carried_out=1)
    title = f"{ARCHIVE.name}2023年政府信息公开工作年度报告" if rule == "T2" else ""
    return replace(filled(year, cells if rule in CLAIMS else {}), narrative=Narrative(title, parts=parts))


def asserting(rule: str) -> Scope:
    """The example of a rule that analysts assert, read as prose."""
    source, first, total = ASSERTED[rule]
    texts = {"platforms": OWN.format(first, total), "again": OWN.format(4, total)}
    tables = {key: OwnTable.read(text, key) for key, text in texts.items()}
    narrative = Narrative(parts={1: Part("", f"见下表。{{{{ {source} }}}}")})
    scope = Scope(replace(filled(2023, USUAL), tables=tables, narrative=narrative))
    assert render_prose(scope.filing, scope=scope) == {1: "见下表。"}
    return scope


def findings_of(rule: str) -> list[Finding]:
    if rule in ASSERTED:
        return list(prose_assertions(asserting(rule)))
    if rule == "T4":
        return [finding for finding in check_parts(written(rule), {}, {1: 1000}) if finding.rule == rule]
    if rule in PROSE:
        last = written(rule, 2022) if rule in ("N4", "N8") else None
        found = [*check_filings([(written(rule), last)])[0], *check_agency(written(rule), BUREAU, REGISTER)]
        return [finding for finding in found if finding.rule in PROSE_RULES]
    example = EXAMPLES[rule]
    case = example.case()
    if example.members:
        return check_balance([case])[0]
    return list(check_filings([(case.filing, case.last)])[0])


# ---- the document ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """A rule's section: what it says of severity and identity, the example's message, and the waivers."""

    severity: str
    relation: str
    example: str
    waivers: str


def sections() -> Iterator[tuple[str, Section]]:
    for rule, text in re.findall(r"^## `([A-Z]\d)` .+?\n(.*?)(?=^## )", DOCUMENT, re.DOTALL | re.MULTILINE):
        found = {key: re.search(rf"^- {key}：(.+)$", text, re.MULTILINE) for key in ("依据", "关系", "程度")}
        assert all(found.values()), rule
        assert re.search("《条例》第.+条", found["依据"][1])
        (example,) = re.findall(r"^> (.+)$", text, re.MULTILINE)
        yield rule, Section(found["程度"][1], found["关系"][1], example, "".join(blocks(text)))


def blocks(text: str) -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


SECTIONS = dict(sections())


def test_every_rule_has_a_section_and_every_section_a_rule() -> None:
    assert set(SECTIONS) == set(RULES) | set(FIXED_RULES)


@pytest.mark.parametrize("rule", SECTIONS)
def test_severities_and_identities_are_those_of_the_code(rule: str) -> None:
    section = SECTIONS[rule]
    severity = RULES[rule].severity if rule in RULES else FIXED_RULES[rule]
    assert re.match(r"\w+", section.severity)[0] == SEVERITY_NAMES[severity]
    quoted = re.findall(r"`([^`]+ (?:=|<=|>=) [^`]+)`", section.relation)
    assert quoted == ([RULES[rule].identity] if rule in RULES else [])


@pytest.mark.parametrize("rule", (*EXAMPLES, *PROSE, *ASSERTED))
def test_the_example_of_a_rule_is_what_the_code_says(rule: str) -> None:
    found = [finding for finding in findings_of(rule) if finding.severity != "notice" or rule in ("V2", "N9")]
    assert [finding.message for finding in found] == [SECTIONS[rule].example]
    assert {identity.rule for identity in found[0].identities} >= {rule}
    assert found[0].rule == rule


@pytest.mark.parametrize("rule", (*EXAMPLES, *PROSE, *ASSERTED))
def test_the_waivers_of_a_rule_accept_its_example(rule: str, tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text(SECTIONS[rule].waivers, encoding="utf-8")
    filing = EXAMPLES[rule].case().filing if rule in EXAMPLES else filled(2023, USUAL)
    valid = read_waivers(tmp_path, f"data/x/{filing.year}")
    problems = [told for one in valid for told in waiver_problems(one, 1, filing, (), Catalogue.read())]
    assert not [told for told in problems if "已失效" in told or "规则" in told]
    accepted = Findings.of(findings_of(rule), valid)
    assert {finding.waived is not None for finding in accepted if finding.rule == rule} == {True}
    open_ended = {waiver.rule for waiver in valid if None in (waiver.stated, waiver.expected)}
    held = [identity for finding in accepted for identity in finding.identities if identity.rule in open_ended]
    assert all(None in (identity.stated, identity.expected) for identity in held), "examples name their figures"
    assert len(Findings.of(findings_of(rule), valid[1:]).errors) == len(Findings.of(findings_of(rule)).errors)


def test_what_cannot_be_read_cannot_be_accepted(tmp_path: Path) -> None:
    write_filing(filled(2023, {}), tmp_path)
    (tmp_path / "disputes.csv").unlink()
    with pytest.raises(FilingError) as error:
        read_filing(tmp_path, "shili-bureau", "示例市水务局", 2023)
    (finding,) = unreadable_filing("shili-bureau", 2023, error.value)
    assert (finding.rule, finding.severity, finding.message) == ("F1", FIXED_RULES["F1"], SECTIONS["F1"].example)
    assert SECTIONS["F1"].waivers == ""


# ---- rules of one's own, and waivers ---------------------------------------------------------------------------------

OWN_RULES = [block for block in blocks(DOCUMENT) if block.startswith("[[rules]]")]
FIRING: list[tuple[dict[str, Figure], dict[str, Figure], str]] = [
    ({"disputes.reconsideration.total": 3, "applications.total.total": 2}, {}, "行政复议3件，多于办结的申请2件"),
    (
        {"disputes.reconsideration.total": 2, "disputes.litigation.direct.total": 5},
        {},
        "行政诉讼5件，超过行政复议的两倍4件",
    ),
    ({"applications.denied.internal.research": 1}, {}, "“法人或其他组织·科研机构”列不予公开1件，多于应办的0件"),
    ({"applications.partial.total": 41}, {"applications.partial.total": 4}, "总计41件，超过上年的十倍40件"),
    ({"proactive.rules.in_force": 4}, {"proactive.rules.in_force": 6}, "“规章”现行有效4件，少于上年的6件"),
    (
        {
            "disputes.litigation.direct.upheld": 2,
            "disputes.litigation.direct.total": 2,
            "disputes.litigation.after_reconsideration.total": 1,
        },
        {},
        "行政诉讼3件，复议后起诉的1件，有2件未经复议",
    ),
    ({"applications.new.total": 101}, {}, "新收申请较多（两倍加5为207，多于205）"),
]


@pytest.mark.parametrize("number", range(7))
def test_the_rules_shown_are_read_and_find_what_they_speak_of(number: int, tmp_path: Path) -> None:
    assert len(OWN_RULES) == len(FIRING)
    (tmp_path / "rules.toml").write_text(OWN_RULES[number], encoding="utf-8")
    (rule,) = project_rules(tmp_path)
    cells, last, words = FIRING[number]
    case = Case(filled(2023, cells), filled(2022, last), None, (rule,))
    texts = [i.text for finding in check_balance([case])[0] for i in finding.identities if i.rule == rule.id]
    assert any(words in text for text in texts), texts
    assert check_balance([Case(filled(2023, {}), filled(2022, {}), None, (rule,))])[0] == []


def test_the_rules_shown_stand_together_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("\n".join(OWN_RULES), encoding="utf-8")
    rules = project_rules(tmp_path)
    assert len(rules) == len(OWN_RULES)
    assert {rule.severity for rule in rules} == set(SEVERITY_NAMES)
    assert {sense for rule in rules if (sense := rule.sense)} == {"<=", ">="}


def documented_keys(heading: str) -> list[str]:
    """The keys in the first column of the table under a heading."""
    text = DOCUMENT.split(f"\n## {heading}")[1].split("\n## ")[0]
    return [key for row in re.findall(r"^\| (`.+?) \|", text, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)]


def test_the_keys_of_both_files_are_documented(tmp_path: Path) -> None:
    waivers = [entry for block in blocks(DOCUMENT) for entry in tomllib.loads(block).get("waiver", [])]
    assert set(documented_keys("接受记录")) == {*SCHEMA.keys("waiver")} == {key for entry in waivers for key in entry}
    shown = {key for block in OWN_RULES for rule in tomllib.loads(block)["rules"] for key in rule}
    assert set(documented_keys("本项目的规则")) == shown
    for key in documented_keys("本项目的规则"):
        (tmp_path / "rules.toml").write_text(OWN_RULES[2].replace(f"{key} = ", f"{key}x = "), encoding="utf-8")
        with pytest.raises(ProjectError, match=key):
            project_rules(tmp_path)


def test_every_block_of_the_document_is_read(tmp_path: Path) -> None:
    for block in blocks(DOCUMENT):
        name = "waivers.toml" if block.startswith("[[waiver]]") else "rules.toml"
        (tmp_path / name).write_text(block, encoding="utf-8")
        if block.startswith("[prose]"):
            assert f"不写时为{SIMILARITY}" in DOCUMENT and similarity(tmp_path) != SIMILARITY
        else:
            assert project_rules(tmp_path) if name == "rules.toml" else read_waivers(tmp_path, "data/x/2019")
        (tmp_path / name).unlink()


def test_the_draft_of_waivers_is_asked_for_as_shown() -> None:
    (snippet,) = re.findall(r"^```python\nprint\(report\.(\w+)\(\)\)\n```$", DOCUMENT, re.MULTILINE)
    assert callable(getattr(Report, snippet))


# ---- docs/localisation.md --------------------------------------------------------------------------------------------


def test_the_numbers_of_the_page_on_localisation_are_those_of_the_code() -> None:
    page = (ROOT / "docs/localisation.md").read_text(encoding="utf-8")
    folder = ROOT / "govreport/checks/localise"
    modules = [import_module(f"govreport.checks.localise.{path.stem}") for path in folder.glob("[a-z]*.py")]
    named = re.findall(r"`([A-Z_]+) = ([\d._]+)`", page)
    assert len(named) >= 6
    for name, value in named:
        assert float(value) in {getattr(module, name) for module in modules if hasattr(module, name)}, name
    for path in re.findall(r"`(?:govreport/)?((?:checks|tests)/[\w/]+\.py)`|python (tests/\S+\.py)", page):
        name = "".join(path)
        assert (ROOT / ("" if name.startswith("tests") else "govreport") / name).is_file(), name


def test_the_review_copy_explains_every_rule_by_its_heading():
    headings = dict(re.findall(r"^## `([A-Z]\d)` (.+)$", DOCUMENT, re.MULTILINE))
    assert set(headings) == set(rule_explanations())
    for rule, told in rule_explanations().items():
        assert told.startswith(f"{headings[rule]}：") and not told.endswith("。"), rule
