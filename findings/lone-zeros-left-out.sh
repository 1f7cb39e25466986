#!/usr/bin/env bash
# Seen with: pypdfium2 5.15.2 (PDFium 159.0.8149.0), pdfminer.six 20260107, reportlab 5.0.1, Python 3.11 on Linux without Chinese fonts.
# Guess:     the text of a page does not depend on whether its font lies in the file or on the machine: a row of figures set in STSong-Light, the
#            Chinese font that reportlab names and does not embed, gives all its figures.
# Instead:   PDFium leaves out a character that is drawn by itself, since its box has no size, and gives those that stand together. In a table of
#            figures the zeros vanish without an error, while pdfminer.six reads them all.
# Output:
#   PDFium: ['规章', '10', '27']
#   pdfminer.six: ['规章', '0', '10', '5', '27']
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check pypdfium2==5.15.2 pdfminer.six==20260107 reportlab==5.0.1
PYTHONIOENCODING=utf-8 "$work/venv/bin/python" - <<'PY' | tee "$work/seen"
import io

import pypdfium2
from pdfminer.high_level import extract_text
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
target = io.BytesIO()
canvas = Canvas(target)
canvas.setFont("STSong-Light", 12)
for number, text in enumerate(["规章", "0", "10", "5", "27"]):
    canvas.drawString(60 + 90 * number, 700, text)
canvas.save()
print("PDFium:", pypdfium2.PdfDocument(target.getvalue())[0].get_textpage().get_text_range().split())
print("pdfminer.six:", extract_text(io.BytesIO(target.getvalue())).split())
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
