"""Write the filings of 示例市, a fictional city, into data/: every figure is built up from single applications.

    python tools/sample_city.py [DIR]

Agencies come from data/agencies.csv, their figures and sentences from sample_city.toml. Chance is seeded by agency and
year, so that the same bytes come out everywhere. Everything adds up, and this is asserted; then one filing receives
three mistakes of the kind that offices make, for the checks to find.
"""

from __future__ import annotations

import argparse
import datetime
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from string import Template
from typing import Any

from govreport.core.figures import Figure
from govreport.filing.filing import Filing
from govreport.filing.folder import read_filing, render_prose, write_filing
from govreport.filing.narrative import Narrative, Part
from govreport.filing.project import Agency, Project
from govreport.forms.catalogue import Catalogue
from govreport.forms.expansion import expand
from govreport.forms.form import Form

ROOT = Path(__file__).resolve().parent.parent
MATERIAL = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
WORDS: Mapping[str, Mapping[str, str]] = MATERIAL["words"]
CITY = "shili-government"
LAST_YEAR = 2023
FEES_SINCE = 2021
"""From this reporting year on the form has fee amounts, and part six tells of the information-processing fee."""

FAULTY = ("shili-meteorology", 2023)
MISCOPIED = {"granted.total": 3}
CARRIED_OVER_WRONG = {"carried_in.natural": -1, "carried_in.total": -1, "new.natural": 1, "new.total": 1}
PUBLISHED_TOO_MANY = 6
FAILING = [("A2", "total.total"), ("A3", "granted.total"), ("Y1", "carried_in.natural"), ("Y1", "carried_in.total")]
"""Rule and first cell of the balance edits, all of applications, that the mistakes break."""

Cells = dict[str, Figure]


@dataclass(frozen=True)
class Facts:
    """What one agency reports for one year, before it is put into words.

    published: pieces of information by category; published_total: their number as the prose states it.
    charges: fee notices, 元 charged, 元 received, notices unpaid.
    """

    agency: Agency
    year: int
    cells: Cells
    published: Mapping[str, int]
    published_total: int
    charges: Sequence[int]

    @property
    def form(self) -> Form:
        return Catalogue.read().compose(self.year)

    def figure(self, name: str) -> Figure:
        return sum(self.cells[cell] for cell in self.form.parts_of(name))


# ---- figures ---------------------------------------------------------------------------------------------------------


def material(slug: str) -> dict[str, Any]:
    """Return what the TOML file says of an agency, with what it leaves out."""
    return {**MATERIAL["usual"], **MATERIAL["agencies"][slug]}


def at(values: Sequence[Any], year: int, first: int, default: Any = 0) -> Any:
    """Return the figure of a year from a list that starts in `first`; the default outside it."""
    return values[year - first] if 0 <= year - first < len(values) else default


def chance(*key: object) -> Random:
    return Random("/".join(map(str, ("示例市", *key))))


def own_facts(agency: Agency, year: int, last: Facts | None) -> Facts:
    plan, rng = material(agency.slug), chance(agency.slug, year)
    charges = plan["charges"].get(str(year), [0, 0, 0, 0])
    cells: Cells = dict.fromkeys(Catalogue.read().compose(year).cells, 0)
    cells |= applications(plan, year, last, charges[3], rng)
    cells |= proactive(plan, year)
    cells |= disputes(plan, year)
    published = {name: round(count * rng.uniform(0.8, 1.2)) for name, count in plan["published"].items()}
    return Facts(agency, year, cells, published, sum(published.values()), charges)


def applications(plan: Mapping[str, Any], year: int, last: Facts | None, unpaid: int, rng: Random) -> Cells:
    """Draw each application's applicant and result, and count them; totals are sums of what was counted."""
    table = Catalogue.read().compose(year).tables["applications"]
    rows, columns = [row.key for row in table.rows], [column.key for column in table.columns if column.key != "total"]
    results = [row for row in rows if row not in ("new", "carried_in", "total", "carried_out")]
    new = [draw_applicant(plan, rng) for _ in range(at(plan["new"], year, plan["first"]))]
    carried_in = [draw_applicant(plan, rng) for _ in range(0 if last else plan["carried_in"])]
    if last:
        carried_in = [c for c in columns for _ in range(int(last.cells[f"applications.carried_out.{c}"]))]
    # What is still open at the end of the year came late in it, so that it was never carried in before.
    open_still = at(plan["carried_out"], year, plan["first"])
    handled = carried_in + new[: len(new) - open_still]
    weights = MATERIAL["results"] | plan["results"]
    drawn = rng.choices(list(weights), list(weights.values()), k=len(handled))
    drawn[:unpaid] = ["other.fee_unpaid"] * unpaid
    given = [name if name in results else name.split(".")[0] for name in drawn]

    counted = Counter((row, column) for row, column in zip(given, handled, strict=True))
    counted.update(("new", column) for column in new)
    counted.update(("carried_in", column) for column in carried_in)
    counted.update(("carried_out", column) for column in new[len(new) - open_still :])
    for column in columns:
        counted["total", column] = sum(counted[row, column] for row in results)
    for row in rows:
        counted[row, "total"] = sum(counted[row, column] for column in columns)
    return {f"applications.{row}.{column}": counted[row, column] for row in rows for column in (*columns, "total")}


def draw_applicant(plan: Mapping[str, Any], rng: Random) -> str:
    if rng.random() >= plan["organisations"]:
        return "natural"
    kinds: dict[str, int] = MATERIAL["organisations"]
    return rng.choices(list(kinds), list(kinds.values()))[0]


def proactive(plan: Mapping[str, Any], year: int) -> Cells:
    """Return the cells of part two: documents in force are those of the year before, plus issued, less repealed."""
    cells: Cells = {}
    form, first, until = Catalogue.read().compose(year), plan["first"], year - plan["first"] + 1
    for row in ("rules", "normative"):
        issued, repealed = (plan[row][key][:until] for key in ("issued", "repealed"))
        force = plan[row]["stock"] + sum(issued) - sum(repealed)
        for name in ("made", "disclosed", "issued"):
            cells[f"proactive.{row}.{name}"] = sum(issued[-1:])
        for name in ("disclosed_total", "in_force"):
            cells[f"proactive.{row}.{name}"] = force
        cells[f"proactive.{row}.repealed"] = sum(repealed[-1:])
    for row, decisions in plan["decisions"].items():
        cells[f"proactive.{row}.decisions"] = at(decisions, year, first)
    for row, (items, *changes) in plan["items"].items():
        cells[f"proactive.{row}.items_last_year"] = items + sum(changes[: year - first])
        cells[f"proactive.{row}.change"] = at(changes, year, first)
    projects, amount = at(plan["procurement"], year, first, (0, "0"))
    cells["proactive.procurement.projects"], cells["proactive.procurement.amount"] = projects, Decimal(amount)
    cells["proactive.fees.amount"] = Decimal(at(plan["fees"], year, max(first, FEES_SINCE)))
    return {name: value for name, value in cells.items() if name in form.cells}


def disputes(plan: Mapping[str, Any], year: int) -> Cells:
    cells: Cells = {}
    for group in Catalogue.read().compose(year).tables["disputes"].rows:
        counts = at(plan["disputes"].get(group.key.replace(".", "_"), []), year, plan["first"], [0, 0, 0, 0])
        for column, count in zip(WORDS["outcomes"], counts, strict=True):
            cells[f"disputes.{group.key}.{column}"] = count
        cells[f"disputes.{group.key}.total"] = sum(counts)
    return cells


def sum_of_members(agency: Agency, year: int, members: Sequence[Facts]) -> Facts:
    form = Catalogue.read().compose(year)
    cells: Cells = {cell: sum(member.cells[cell] for member in members) for cell in form.cells}
    published: dict[str, int] = {}
    for kind, name in WORDS["publishers"].items():
        published[name] = sum(member.published_total for member in members if member.agency.kind == kind)
    charges = [sum(figures) for figures in zip(*(member.charges for member in members), strict=True)]
    return Facts(agency, year, cells, published, sum(published.values()), charges)


def failing(facts: Facts, last: Facts | None) -> list[tuple[str, str]]:
    """Return rule and first cell of each balance edit that does not hold."""
    figures = facts.cells | ({f"last.{name}": figure for name, figure in last.cells.items()} if last else {})
    failed = []
    for edit in expand(facts.form, last.form if last else None):
        left, right = (sum(factor * figures[cell] for factor, cell in side) for side in (edit.left, edit.right))
        if left > right or (edit.sense == "=" and left != right):
            failed.append((edit.rule, edit.cells[0].removeprefix("applications.")))
    return failed


def plant_mistakes(facts: Facts) -> Facts:
    """Miscopy a total, carry one application too few over, and state more published pieces than the parts listed."""
    errors = {f"applications.{cell}": error for cell, error in (MISCOPIED | CARRIED_OVER_WRONG).items()}
    cells = {cell: figure + errors.get(cell, 0) for cell, figure in facts.cells.items()}
    return replace(facts, cells=cells, published_total=facts.published_total + PUBLISHED_TOO_MANY)


# ---- prose -----------------------------------------------------------------------------------------------------------


class Writer:
    """Puts one agency's facts into words: of each list of sentences another one every year."""

    def __init__(self, facts: Facts, last: Facts | None) -> None:
        self.facts, self.last, self.plan = facts, last, material(facts.agency.slug)
        self.rng = chance(facts.agency.slug, facts.year, "prose")

    def say(self, topic: str, **values: object) -> str:
        choices = self.plan["phrases"].get(topic) or MATERIAL["phrases"][topic]
        text, year = choices[self.turn(topic, len(choices))], self.facts.year
        values |= {"name": self.facts.agency.name, "self": self.plan["self"], "trend": self.trend()}
        return Template(text).substitute(values, year=year, next=year + 1)

    def turn(self, topic: str, count: int) -> int:
        return (chance(self.facts.agency.slug, topic).randrange(count) + self.facts.year) % count

    def trend(self) -> str:
        """Compare applications with last year's: growth of large figures, difference of small ones."""
        if not self.last:
            return ""
        now, before = (facts.figure("applications.new.total") for facts in (self.facts, self.last))
        if before >= 20:
            return "，同比{{ yoy('applications.new.total') }}"
        if now == before:
            return "，与上年持平"
        if now > before:
            return "，比上年增加{{ applications.new.total - last.applications.new.total }}件"
        return "，比上年减少{{ last.applications.new.total - applications.new.total }}件"

    def narrative(self) -> Narrative:
        facts, preamble = self.facts, self.say("preamble") if self.plan["preamble"] else ""
        texts = [preamble, self.overview(), self.proactive(), self.applications()]
        texts += [self.disputes(), self.problems(), self.other_matters()]
        return Narrative(
            title=f"{facts.agency.name}\n{facts.year}年{facts.form.title}",
            published=self.date(),
            contact=self.plan["contact"],
            signature=facts.agency.name,
            parts={number: Part("", text) for number, text in enumerate(texts) if text},
        )

    def date(self) -> datetime.date:
        """Return a working day before the deadline: 31 January for departments, 31 March for governments."""
        month, days = (3, range(4, 29)) if self.facts.agency.kind == "government" else (1, range(8, 21))
        dates = [datetime.date(self.facts.year + 1, month, day) for day in days]
        return self.rng.choice([date for date in dates if date.isoweekday() <= 5])

    def overview(self) -> str:
        facts = self.facts
        parts = "、".join(f"{name}{count}条" for name, count in facts.published.items())
        request = "request" if facts.figure("applications.new.total") else "request_none"
        aspects = {
            "主动公开": self.say("breakdown", published=facts.published_total, parts=parts)
            + at(self.plan["proactive"], facts.year, self.plan["first"]),
            "依申请公开": self.say(request),
            "政府信息管理": self.say("management"),
            "平台建设": self.say("platform"),
            "监督保障": self.say("oversight", training=self.rng.randint(2, 4)),
        }
        blocks = [self.say("opening")] if self.plan["headings"] else []
        for ordinal, (name, text) in zip("一二三四五", aspects.items(), strict=True):
            blocks.append(f"## （{ordinal}）{name}\n\n{text}" if self.plan["headings"] else f"{name}方面：{text}")
        return "\n\n".join(blocks)

    def proactive(self) -> str:
        facts, old = self.facts, self.facts.year < FEES_SINCE
        names = ("made", "disclosed", "disclosed_total") if old else ("issued", "repealed", "in_force")
        cells = [f"proactive.normative.{name}" for name in names]
        issued, repealed, force = (bool(facts.cells[cell]) for cell in cells)
        changed = "_changed" if issued and repealed else "_issued" if issued else "_repealed" if repealed else ""
        topic = f"{'documents' if old else 'normative'}{changed or ('_unchanged' if force else '_none')}"
        sentences = [self.say(topic, **dict(zip(("issued", "repealed", "force"), map(show, cells), strict=True)))]
        if facts.cells.get("proactive.rules.issued"):
            sentences.insert(0, f"本年制发规章{show('proactive.rules.issued')}件。")
        sentences.append(self.decisions())
        money = "procurement" if old else "fees" if facts.cells["proactive.fees.amount"] else "fees_none"
        sentences.append(self.say(money))
        return "".join(sentences)

    def decisions(self) -> str:
        """List the kinds of decisions that there were, large figures in 万 every other year."""
        words = {f"proactive.{row}.decisions": word for row, word in WORDS["decisions"].items()}
        large, odd = max(self.facts.cells[name] for name in words) >= 10_000, self.facts.year % 2
        listed: list[str] = []
        for name, word in self.present(words).items():
            figure = show(f"{name} | thousands") if large and not odd else show(name)
            if odd and self.facts.cells[name] >= 10_000:
                figure = f"约{show(f'{name} | wan')}"
            compared = self.last and not listed and self.last.cells[name] >= 1_000
            growth = f"（同比{{{{ yoy('{name}') }}}}）" if compared else ""
            listed.append(f"{word}处理决定{figure}件{growth}")
        return self.say("decisions", decisions="、".join(listed)) if listed else self.say("decisions_none")

    def applications(self) -> str:
        facts = self.facts
        rows = ("new", "carried_in", "total", "carried_out")
        new, carried_in, total, open_still = (facts.figure(f"applications.{row}.total") for row in rows)
        if not new + carried_in:
            return self.say("received_none")
        carried = f"上年结转{show('applications.carried_in.total')}件" if carried_in else "无上年结转件"
        sentences = [self.say("received", carried=carried)]
        if not facts.figure("applications.new.legal_persons"):
            sentences.append(self.say("natural_only"))
        else:
            sentences.append(self.say("applicants" if new >= 20 else "applicants_few"))
        results = self.present({f"applications.{row}.total": word for row, word in WORDS["results"].items()})
        if results and not self.plan["brief"]:
            alike = len(results) == 1
            sentences.append(self.say("handled_alike" if alike else "handled", results=listing(results, alike)))
        if total >= 50 and facts.year % 2 == 0:
            sentences.append(self.say("opened"))
        elif total >= 50:
            counts = {name: facts.figure(f"applications.{name}.total") for name in WORDS["reasons"]}
            [(most, count), (_, next_count)] = Counter(counts).most_common(2)
            if count > next_count:
                most_often = show(f"applications.{most}.total")
                sentences.append(self.say("denied", reason=WORDS["reasons"][most], figure=most_often))
        sentences.append(self.say("pending" if open_still else "done"))
        return "".join(sentences)

    def present(self, words: Mapping[str, str]) -> dict[str, str]:
        """Return the words of the figures that are not zero."""
        return {name: word for name, word in words.items() if self.facts.figure(name)}

    def disputes(self) -> str:
        reconsideration = self.facts.figure("disputes.reconsideration.total")
        litigation = self.facts.figure("disputes.litigation.total")
        if not reconsideration + litigation:
            return self.say("disputes_none")
        clauses = ["未发生行政复议"]
        if reconsideration:
            clauses = [self.say("reconsideration", outcome=self.breakdown("reconsideration", WORDS["outcomes"], ""))]
        if litigation:
            clauses.append(self.say("litigation", outcome=self.breakdown("litigation", WORDS["courses"], ".total")))
        else:
            clauses.append(self.say("litigation_none"))
        return "；".join(clauses) + "。"

    def breakdown(self, group: str, words: Mapping[str, str], ending: str) -> str:
        present = self.present({f"disputes.{group}.{key}{ending}": word for key, word in words.items()})
        if len(present) > 1:
            return f"其中{listing(present)}"
        [(name, word)] = present.items()
        return ("均" if self.facts.figure(name) > 1 else "") + ("" if word.startswith("尚") else "为") + word

    def problems(self) -> str:
        plan, year = self.plan, self.facts.year
        problem, remedy, *_ = at(plan["issues"], year, plan["first"])
        shared = MATERIAL["phrases"]["common_issues"]
        common, common_remedy = shared[self.turn("common_issues", len(shared))]
        progress = self.say("progress", done=at(plan["issues"], year - 1, plan["first"])[2]) if self.last else ""
        if not plan["headings"]:
            values = {"problem": problem, "remedy": remedy, "common": common, "common_remedy": common_remedy}
            return self.say("problems", progress=progress, **values)
        measures = f"{year + 1}年，{plan['self']}将采取以下措施：一是{remedy}；二是{common_remedy}。"
        return f"## （一）存在的主要问题\n\n一是{problem}；二是{common}。\n\n## （二）改进情况\n\n{progress}{measures}"

    def other_matters(self) -> str:
        if self.facts.year < FEES_SINCE:
            return self.say("nothing_else")
        notices, charged, received, unpaid = self.facts.charges
        if not notices:
            return self.say("charges_none")
        text = self.say("charges", notices=notices, charged=charged, received=received)
        if unpaid:
            left = show("applications.other.fee_unpaid.total")
            text += f"申请人逾期未缴费的{left}件，依照规定不再处理其申请。"
        return text


def show(expression: str) -> str:
    return f"{{{{ {expression} }}}}"


def listing(words: Mapping[str, str], alike: bool = False) -> str:
    return "、".join(word if alike else f"{word}{show(name)}件" for name, word in words.items())


# ---- files -----------------------------------------------------------------------------------------------------------


def city_facts(agencies: Mapping[str, Agency]) -> dict[tuple[str, int], Facts]:
    """Return the facts of every agency and year of the city, members before the government that sums them."""
    found: dict[tuple[str, int], Facts] = {}
    for slug in [slug for slug in MATERIAL["agencies"] if slug != CITY]:
        for year in range(material(slug)["first"], LAST_YEAR + 1):
            found[slug, year] = own_facts(agencies[slug], year, found.get((slug, year - 1)))
    for year in range(material(CITY)["first"], LAST_YEAR + 1):
        members = [found[slug, year] for slug, agency in agencies.items() if agency.parent == CITY]
        found[CITY, year] = sum_of_members(agencies[CITY], year, members)
    return found


def check(found: Mapping[tuple[str, int], Facts], expected: Mapping[tuple[str, int], list[tuple[str, str]]]) -> None:
    """Assert that the balance edits hold, but for those that are expected to fail."""
    for (slug, year), facts in found.items():
        failed = failing(facts, found.get((slug, year - 1)))
        assert sorted(failed) == expected.get((slug, year), []), (slug, year, failed)


def write_city(folder: Path, found: Mapping[tuple[str, int], Facts]) -> None:
    """Write the filings, and read each again to see that nothing was lost and that its prose can be rendered."""
    filings: dict[tuple[str, int], Filing] = {}
    for (slug, year), facts in found.items():
        narrative = Writer(facts, found.get((slug, year - 1))).narrative()
        filing = Filing.from_cells(slug, facts.agency.name, year, facts.cells, narrative=narrative)
        write_filing(filing, folder / slug / str(year))
        again = read_filing(folder / slug / str(year), slug, facts.agency.name, year)
        assert again.cells == filing.cells, (slug, year)
        render_prose(again, filings.get((slug, year - 1)))
        filings[slug, year] = again


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the filings of 示例市, a fictional city.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "data", help="default: the project's data/")
    folder = parser.parse_args().folder
    found = city_facts(Project.find(ROOT).agencies)
    check(found, {})
    found[FAULTY] = plant_mistakes(found[FAULTY])
    check(found, {FAULTY: FAILING})
    write_city(folder, found)
    print(f"{folder}: {len(found)} filings")


if __name__ == "__main__":
    main()
