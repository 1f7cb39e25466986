"""Tables as a notebook shows them."""

from __future__ import annotations

from govreport.core.notebook_style import list_html, shown_html


def test_a_list_has_named_columns_and_texts_that_are_no_markup() -> None:
    rows = [("A1", "<b>", "1"), ("A2", "&", "2")]
    assert list_html(("规则", "a & b", "数"), rows, left=(1,)) == (
        '<table class="govreport"><thead><tr><th scope="col">规则</th><th scope="col">a &amp; b</th>'
        '<th scope="col">数</th></tr></thead><tbody>'
        '<tr><td>A1</td><td class="left">&lt;b&gt;</td><td>1</td></tr>'
        '<tr><td>A2</td><td class="left">&amp;</td><td>2</td></tr></tbody></table>'
    )


def test_what_a_notebook_shows_stands_in_one_styled_frame_in_its_order() -> None:
    shown = shown_html("<p>甲</p>", "<p>乙</p>")
    assert shown.startswith('<div class="govreport-shown"><style>')
    assert shown.endswith("</style><p>甲</p><p>乙</p></div>")
    assert ".govreport" in shown and shown.count("<style>") == 1
