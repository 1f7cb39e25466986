"""One agency's filing beside last year's: figures, carried-over pairs and prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govreport.checks.years.changes import Carried, Change, carried_pairs, cell_changes, not_comparable, remarks
from govreport.checks.years.repeated_prose import SENTENCE_KINDS, PartComparison, compare_part
from govreport.core import FilingError
from govreport.filing import TABLE_MARK, Filing, Project, render_prose


@dataclass(frozen=True)
class Comparison:
    """A filing beside last year's.

    changes: every figure that both years have; remarks: those worth a remark, in order; carried: pairs of
    cells that must agree; parts: the prose. not_comparable: by table the cells that last year's edition lacks.
    """

    filing: Filing
    last: Filing
    changes: tuple[Change, ...]
    remarks: tuple[Change, ...]
    carried: tuple[Carried, ...]
    parts: tuple[PartComparison, ...]
    not_comparable: Mapping[str, int]

    def summary(self) -> str:
        """Return in a sentence how many figures changed and how much of the prose is repeated."""
        changed = sum(change.now != change.before for change in self.changes)
        apart = sum(not pair.matches for pair in self.carried)
        carried = f"应与上年衔接的{len(self.carried)}对数字{f'中有{apart}对不符' if apart else '全部相符'}；"
        written = [s for part in self.parts for s in part.sentences if s.text]
        repeated = sum(sentence.kind in SENTENCE_KINDS[:2] for sentence in written)
        return (
            f"可比的{len(self.changes)}个数字中有{changed}个与上年不同，其中{len(self.remarks)}处值得说明；"
            f"{carried if self.carried else ''}"
            f"文字{len(written)}句，其中{repeated}句与上年相同或只改了数字。"
        )


def compare_years(project: Project, filing: Filing, last: Filing, prose: Mapping[int, str]) -> Comparison:
    """Compare a filing of a project with last year's; see `compare`.

    Last year's figures are filled into its prose where that is possible; else its words alone are compared.
    """
    try:
        last_prose = render_prose(last, project.last_filing(last.agency, last.year))
    except FilingError:
        last_prose = {number: part.text for number, part in last.narrative.parts.items()}
    return compare(filing, last, prose, last_prose)


def compare(filing: Filing, last: Filing, prose: Mapping[int, str], last_prose: Mapping[int, str]) -> Comparison:
    """Compare a filing with last year's.

    prose, last_prose: the parts by number, figures filled in.

    >>> years = [Filing.from_cells("demo", "示例局", y, {"applications.new.total": y - 2020}) for y in (2021, 2022)]
    >>> compare(years[1], years[0], {1: "收到申请2件。"}, {1: "收到申请1件。"}).parts[0].counts()["只改数字"]
    1
    """
    changes, carried = cell_changes(filing, last), carried_pairs(filing, last)
    texts = ({n: TABLE_MARK.sub("", text) for n, text in given.items()} for given in (prose, last_prose))
    now, before = texts
    parts = [
        compare_part(number, heading, now.get(number, ""), before.get(number, ""), filing.form)
        for number, heading in enumerate(filing.form.parts, 1)
        if now.get(number) or before.get(number)
    ]
    return Comparison(
        filing,
        last,
        changes,
        remarks(changes, carried, filing.form),
        carried,
        tuple(parts),
        not_comparable(filing.form, last.form),
    )
