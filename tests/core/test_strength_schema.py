"""What people write is held to a schema; one clause tells which key does not follow it, and what it should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govreport.core.errors import FilingError
from govreport.core.schema import MISSING, UNKNOWN_KEY, Schema, line_of

TEXT = r"""
[definitions.office]
type = "object"
required = ["name", "since", "seal"]
additionalProperties = false

[definitions.office.properties]
name = { type = "string", format = "filled", told = "不应为空" }
since = { type = "integer", minimum = 1949, maximum = 2099 }
seal = { type = "boolean", means = "应说明有无印章" }
kind = { type = "string", enum = ["局", "委"] }
code = { type = "string", pattern = '^[a-z]+$', told = "“…”应由小写字母组成" }
rooms = { type = "array", minItems = 1, items = { type = "string", minLength = 1 } }
place = { type = "object", additionalProperties = { type = "integer" } }
shelves = { type = "array", items = { type = "object", required = ["row"] } }
open = { type = "boolean" }
note = { type = "string", default = "无" }
"""
OFFICE = {"name": "示例局", "since": 2000, "seal": True}


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    (tmp_path / "office.toml").write_text(TEXT, encoding="utf-8")
    return Schema(tmp_path / "office.toml", {"filled": str.strip})


def told(schema: Schema, data: object) -> tuple[str, str]:
    clause: list[tuple[str, str]] = []

    def error(key: str, what: str) -> FilingError:
        clause.append((key, what))
        return FilingError([f"{key}：{what}。"])

    with pytest.raises(FilingError):
        schema.check(data, "office", error)
    return clause[0]


def test_what_follows_the_schema_is_taken_and_defaults_are_filled_in(schema: Schema) -> None:
    data: dict[str, Any] = {**OFFICE, "kind": "局", "rooms": ["一"]}
    schema.check(data, "office", AssertionError)
    assert data["note"] == "无"


@pytest.mark.parametrize(
    ("fields", "key", "what"),
    [
        ({"name": 3}, "name", "应是文字"),
        ({"name": " "}, "name", "不应为空"),
        ({"since": "2000"}, "since", "应是整数"),
        ({"since": 1948}, "since", "应是 1949 到 2099 的整数"),
        ({"since": 2100}, "since", "应是 1949 到 2099 的整数"),
        ({"seal": "有"}, "seal", "应说明有无印章"),
        ({"kind": "处"}, "kind", "“处”应是 局、委 之一"),
        ({"code": "A" * 21}, "code", f"“{'A' * 20}”应由小写字母组成"),
        ({"rooms": "一"}, "rooms", "应是数组"),
        ({"rooms": []}, "rooms", "应是不为空的文字数组"),
        ({"rooms": ["一", ""]}, "rooms", "应是不为空的文字数组"),
        ({"rooms": ["一", 2]}, "rooms", "应是不为空的文字数组"),
        ({"place": []}, "place", "应是一个表"),
        ({"place": {"floor": "二"}}, "place.floor", "应是整数"),
        ({"open": "否"}, "open", "应是true 或 false"),
        ({"shelves": [{"row": 1}, {}]}, "shelves[2].row", MISSING),
        ({"shelves": [{"row": 1}, "二"]}, "shelves[2]", "应是一个表"),
        ({"tel": "1", "fax": "2"}, "fax", UNKNOWN_KEY),
    ],
)
def test_a_mistake_is_told_by_its_key_and_what_belongs_there(
    schema: Schema, fields: dict[str, object], key: str, what: str
) -> None:
    assert told(schema, {**OFFICE, **fields}) == (key, what)


def test_a_key_that_is_missing_is_told_with_what_it_means_where_the_schema_says_so(schema: Schema) -> None:
    assert told(schema, {"since": 2000, "seal": True}) == ("name", MISSING)
    assert told(schema, {"name": "示例局", "since": 2000}) == ("seal", "应说明有无印章")


def test_what_is_no_table_at_all_is_told_without_a_key(schema: Schema) -> None:
    assert told(schema, ["示例局"]) == ("", "应是一个表")


def test_the_keys_that_may_be_written_are_known_in_their_order(schema: Schema) -> None:
    assert list(schema.keys("office")) == [
        "name",
        "since",
        "seal",
        "kind",
        "code",
        "rooms",
        "place",
        "shelves",
        "open",
        "note",
    ]


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("[page]\n[check]\nheader = 1", "page.header", 1),
        ("header = 1\n[page]\n\nheader = 2", "page.header", 4),
        ("[page]\nheaders = 1\n\"header\" = 2", "page.header", 3),
        ("[page]\na = 1\n[page.logo]\nheader = 2", "page.logo.header", 4),
        ("[page]\na = 1\nlogo = {a = 1, header = 2}", "page.logo.header", 3),
        ("[[rules]]\nid = 1\n[[rules]]\n[page]\nid = 2", "rules[2].id", 3),
        ("a = 1", "page.header", 1),
    ],
)  # fmt: skip
def test_a_key_stands_on_the_line_of_its_own_table_and_a_missing_one_on_its_tables(
    text: str, place: str, line: int
) -> None:
    assert line_of(text, place) == line
