#!/usr/bin/env bash
# Seen with: typst 0.15.2 (the Python package), pypdfium2 5.15.2, Python 3.11.
# Guess:     the footer of a table, where its total stands, is never alone on a page, just as the header is never alone: where only the header fits
#            below a text, both move to the next page together.
# Instead:   a footer of one row goes over to a page by itself, under the repeated header and without any row that it sums up. A footer of two rows
#            is kept together, so the last row and the total in one footer keep each other company.
# Output:
#   header at the foot of a page: text | h r1 r2
#   total as the footer: h r1 r2 r3 r4 r5 r6 r7 | h total
#   last row and total as the footer: h r1 r2 r3 r4 r5 r6 | h r7 total
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check typst==0.15.2 pypdfium2==5.15.2
"$work/venv/bin/python" - <<'PY' | tee "$work/seen"
import pypdfium2
import typst

PAGE = "#set page(width: 200pt, height: 200pt, margin: 20pt)\n#set block(spacing: 0pt)\n"


def pages(text: str) -> str:
    document = pypdfium2.PdfDocument(typst.compile((PAGE + text).encode()))
    return " | ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def table(rows: list[str], footer: str = "") -> str:
    cells = ", ".join(f"[{row}]" for row in rows)
    return f"#table(columns: 1, rows: 20pt, table.header[h], {cells}, {footer})"


seven = [f"r{n}" for n in range(1, 8)]
print("header at the foot of a page:", pages("#block(height: 130pt)[text]\n" + table(["r1", "r2"])))
print("total as the footer:", pages(table(seven, "table.footer(repeat: false)[total]")))
print("last row and total as the footer:", pages(table(seven[:-1], "table.footer(repeat: false, [r7], [total])")))
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
