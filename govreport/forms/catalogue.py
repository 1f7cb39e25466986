"""Editions of the statutory form: data in TOML files, read into frozen objects.

Source: Regulations on Open Government Information (State Council Order 711), articles 49 and 50,
and the General Office's form documents named in each edition's file. A new edition is a new file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from govreport.core import FormError
from govreport.forms.edition_file import read_form
from govreport.forms.expansion import check_rules
from govreport.forms.form import Form

FOLDER = Path(__file__).parent


@lru_cache
def editions(folder: Path = FOLDER) -> Mapping[str, Form]:
    """Return every edition that the folder holds, oldest first, by name.

    >>> list(editions())
    ['2019', '2021']
    """
    files = {path.name: read_form(path) for path in sorted(folder.glob("*.toml"))}
    if not files:
        raise FormError(f"{folder} 中没有格式文件（*.toml）；请重新安装 govreport。")
    seen: dict[str, str] = {}
    for name, form in files.items():
        check_rules(form, name)
        for what in (form.edition, str(form.first_year)):
            if what in seen and seen[what] != name:
                raise FormError(
                    f"格式文件 {name} 与 {seen[what]} 的 edition 或 first_year 相同（{what}）；请改正其一。"
                )
            seen[what] = name
    forms = sorted(files.values(), key=lambda form: form.first_year)
    return {form.edition: form for form in forms}


def form_for(year: int, folder: Path = FOLDER) -> Form:
    """Return the edition in force for a reporting year.

    Raises FormError for a year before the first edition.

    >>> form_for(2020).edition, form_for(2023).edition
    ('2019', '2021')
    """
    in_force = [form for form in editions(folder).values() if form.first_year <= year]
    if not in_force:
        first = min(form.first_year for form in editions(folder).values())
        raise FormError(f"没有适用于 {year} 年的格式；最早的格式自 {first} 年起施行。")
    return in_force[-1]


def compose(year: int, tables: Mapping[str, str] | None = None) -> Form:
    """Return the form of a filing whose tables may follow other editions than the year's.

    tables: edition by table key, only for tables that differ.
    Raises FormError for an unknown edition or table.

    >>> compose(2021, {"applications": "2019"}).editions["applications"]
    '2019'
    """
    return _compose(year, tuple(sorted((tables or {}).items())))


@lru_cache(maxsize=256)
def _compose(year: int, tables: tuple[tuple[str, str], ...]) -> Form:
    form = form_for(year)
    chosen = {}
    for key, edition in tables:
        if edition not in editions():
            raise FormError(f"没有 {edition} 版格式；可用的版本：{'、'.join(editions())}。")
        if edition != form.edition:
            if key not in editions()[edition].tables:
                raise FormError(f"{edition} 版格式中没有表 {key}；可用的表：{'、'.join(form.tables)}。")
            chosen[key] = editions()[edition].tables[key]
        elif key not in form.tables:
            raise FormError(f"{edition} 版格式中没有表 {key}；可用的表：{'、'.join(form.tables)}。")
    return form.with_tables(chosen) if chosen else form
