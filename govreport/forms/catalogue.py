"""The known editions of the statutory form: those of the package and of a project, one TOML file each.

Source: Regulations on Open Government Information (State Council Order 711), articles 49 and 50,
and the form documents of the General Office; each edition's file names its document. A new edition is a new file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from govreport.core import YEAR, FilingError, FormError, read_text, require
from govreport.forms.edition_file import read_form
from govreport.forms.form import Form, Table
from govreport.forms.rules import rule_explanations

FOLDER = Path(__file__).parent
LAST_YEAR = 2099
"""The last year that a folder of a filing can be named after."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The known editions of the statutory form.

    editions: each edition by its name, oldest first; own: the files of the project's editions.

    >>> catalogue = Catalogue.read()
    >>> list(catalogue.editions), catalogue.newest.edition
    (['2019', '2021'], '2021')
    """

    editions: Mapping[str, Form]
    own: tuple[Path, ...] = ()

    @classmethod
    def read(cls, folder: Path | None = None) -> Catalogue:
        """Return the editions of the package and of a folder's TOML files; cached until a file of the folder changes.

        folder: a project's ``forms/``; it need not exist. Raises FormError, which names the file and the invalid key.
        """
        files = sorted(folder.glob("*.toml")) if folder and folder.is_dir() else []
        return _read(tuple((path, _text(path)) for path in files))

    @property
    def newest(self) -> Form:
        """The edition with the latest first year."""
        return list(self.editions.values())[-1]

    def tables(self, key: str = "") -> Iterator[Table]:
        """Yield the tables of all editions, oldest edition first; with a key, only the tables of that key."""
        for form in self.editions.values():
            yield from (table for table in form.tables.values() if key in ("", table.key))

    def form_for(self, year: int) -> Form:
        """Return the edition in force for a reporting year.

        Raises FormError for a year before the first edition, or of more than four digits, ArgumentError for no number.

        >>> Catalogue.read().form_for(2020).edition, Catalogue.read().form_for(2023).edition
        ('2019', '2021')
        """
        require(year, *YEAR)
        in_force = [form for form in self.editions.values() if form.first_year <= year]
        if year > LAST_YEAR:
            raise FormError(f"没有适用于 {year} 年的格式；年度应是四位数字，如 2023。")
        if not in_force:
            first = min(form.first_year for form in self.editions.values())
            raise FormError(f"没有适用于 {year} 年的格式；最早的格式自 {first} 年起施行。")
        return in_force[-1]

    def compose(self, year: int, tables: Mapping[str, str] | None = None) -> Form:
        """Return the form of a filing; some of its tables may follow another edition than the year's.

        tables: edition by table key, only for tables of another edition.
        Raises FormError for an unknown edition or table.

        >>> Catalogue.read().compose(2021, {"applications": "2019"}).editions["applications"]
        '2019'
        """
        return _compose(self, year, tuple(sorted((tables or {}).items())))


def _text(path: Path) -> str:
    try:
        return read_text(path, f"{path.parent.name}/{path.name}", remedy="请填写内容，或移走它").text
    except FilingError as error:
        raise FormError(f"格式文件 {error}") from None


@lru_cache(maxsize=8)
def _read(own: tuple[tuple[Path, str], ...]) -> Catalogue:
    forms = {path.name: _form(path, path.name, "") for path in sorted(FOLDER.glob("*.toml"))}
    named = ((f"{path.parent.name}/{path.name}", path, text) for path, text in own)
    added = {name: _form(path, name, text) for name, path, text in named}
    if {form.subject for form in added.values()} <= {"", *(form.subject for form in forms.values())}:
        added = forms | added
    else:
        rules = ((name, rule.id) for name, form in added.items() for t in form.tables.values() for rule in t.rules)
        for name, taken in ((name, number) for name, number in rules if number in rule_explanations()):
            raise FormError(f"格式文件 {name} 的规则编号“{taken}”已被使用；请换一个编号。")
    forms = added  # of a project whose reports are about something else, its own forms alone
    seen: dict[str, str] = {}
    for name, form in forms.items():
        for what in (form.edition, str(form.first_year)):
            if seen.setdefault(what, name) != name:
                raise FormError(
                    f"格式文件 {name} 与 {seen[what]} 的 edition 或 first_year 相同（{what}）；请改正其一。"
                )
    ordered = sorted(forms.values(), key=lambda form: form.first_year)
    for place, form in enumerate(ordered):
        if form.subject and form.totals:
            continue
        before = ordered[max(place - 1, 0)]
        known = (total for total in before.totals if form.names.issuperset((total.name, *total.parts)))
        ordered[place] = replace(form, subject=form.subject or before.subject, totals=form.totals or tuple(known))
    return Catalogue({form.edition: form for form in ordered}, tuple(path for path, _ in own))


@lru_cache(maxsize=32)
def _form(path: Path, name: str, text: str) -> Form:
    return read_form(path, name)


@lru_cache(maxsize=256)
def _compose(catalogue: Catalogue, year: int, tables: tuple[tuple[str, str], ...]) -> Form:
    form = catalogue.form_for(year)
    chosen = {}
    for key, edition in tables:
        if edition not in catalogue.editions:
            raise FormError(f"没有 {edition} 版格式；可用的版本：{'、'.join(catalogue.editions)}。")
        if key not in catalogue.editions[edition].tables:
            raise FormError(f"{edition} 版格式中没有表 {key}；可用的表：{'、'.join(form.tables)}。")
        if edition != form.edition:
            chosen[key] = catalogue.editions[edition].tables[key]
    return form.with_tables(chosen) if chosen else form
