"""What Markdown's own rules would lose is kept: numbers as typed, notes, lines that join another."""

from __future__ import annotations

from govreport.core.markdown import LOST, markdown_html


def test_notes_are_numbered_from_one_and_printed_behind_the_text() -> None:
    html = markdown_html("甲[^b]。乙[^a]。\n\n[^a]: 后\n\n[^b]: 先\n\n[^c]: 无人提及")
    assert "甲〔注1〕。乙〔注2〕。" in html
    assert html.index("〔注1〕先") < html.index("〔注2〕后") < html.index("〔注3〕无人提及")


def test_items_without_space_between_them_are_no_paragraphs() -> None:
    assert "<p>" not in markdown_html("- 甲\n- 乙") and "<p>" in markdown_html("- 甲\n\n- 乙")


def test_numbers_stay_as_typed_unless_all_are_the_same() -> None:
    typed = markdown_html("3. 甲\n5. 乙")
    assert '<li value="3">甲' in typed and '<li value="5">乙' in typed
    assert "value" not in markdown_html("1. 甲\n1. 乙")
    within = markdown_html("1. 甲\n\n   2. 丙\n   4. 丁\n2. 乙")
    assert all(f'<li value="{number}">' in within for number in (1, 2, 4))


def test_a_bracket_behind_a_number_is_kept() -> None:
    assert 'class="bracket"' in markdown_html("1) 甲") and "class" not in markdown_html("1. 甲")


def test_a_line_that_an_item_takes_in_is_told_and_what_belongs_there_is_not() -> None:
    assert f'{LOST}="乙"' in markdown_html("- 甲\n乙")
    for text in ("- 甲\n  乙", "- 甲\n\t乙", "- 甲\n\n丙\n丁", "丙\n丁", "> - 甲\n>   乙"):
        assert LOST not in markdown_html(text), text


def test_a_row_with_more_cells_than_its_head_or_without_a_bar_is_told() -> None:
    head = "| 项 | 数 |\n|---|---|\n"
    assert f'{LOST}="| 甲 | 1 | 2 |"' in markdown_html(f"{head}| 甲 | 1 | 2 |")
    assert f'{LOST}="完。"' in markdown_html(f"{head}| 甲 | 1 |\n完。")
    for row in ("| 甲 | 1 |", "甲 | 1", "| 甲 |", "| 甲\\|乙 | 1 |"):
        assert LOST not in markdown_html(f"{head}{row}\n\n完。"), row


def test_boxes_to_tick_are_signs_of_office_prose() -> None:
    html = markdown_html("- [x] 已办\n- [ ] 未办")
    assert "√ 已办" in html.replace("√  ", "√ ") and "□ 未办" in html.replace("□  ", "□ ")


def test_a_formula_is_text_as_typed() -> None:
    assert "$a&lt;b$" in markdown_html("有 $a<b$ 项") and "<pre>a&lt;b" in markdown_html("$$\na<b\n$$").replace(
        "\n", ""
    )
