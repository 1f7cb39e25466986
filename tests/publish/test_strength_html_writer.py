"""What an HTML page says of each block, to the letter: nothing of a text becomes markup, nothing is lost."""

from __future__ import annotations

from govreport.publish.blocks import Paragraph, Run
from govreport.publish.html_writer import body_html


def paragraph(*runs: Run) -> str:
    """A paragraph of these runs as the page has it, without its own element."""
    (line,) = body_html([Paragraph(runs)])
    return line.removeprefix("<p>").removesuffix("</p>")


def test_an_address_cannot_end_the_attribute_that_it_stands_in() -> None:
    link = 'https://shili.example/?a=1&b="><script>alert(1)</script>'
    assert paragraph(Run("详见", link=link)) == (
        '<a href="https://shili.example/?a=1&amp;b=&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"'
        ' rel="noopener noreferrer">详见</a>'
    )
