#!/usr/bin/env bash
# Seen with: matplotlib 3.11.2, pypdfium2 5.15.2, Python 3.11 on Linux.
# Guess:     a chart whose font lacks a character shows a box, and the text of the PDF has a hole or another character there: a test that reads the
#            text back finds out.
# Instead:   matplotlib 3.11 draws the boxes from its Last Resort font and maps them back to the characters that were meant. The page shows two
#            boxes; search, copy and every extraction of text give the right word. Only the font's name within the file tells.
# Output:
#   text of the PDF: '件数 12'; drawn from LastResortHE-Regular
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check matplotlib==3.11.2 pypdfium2==5.15.2
MPLCONFIGDIR=$work PYTHONIOENCODING=utf-8 "$work/venv/bin/python" - <<'PY' | tee "$work/seen"
import io
import re
import warnings

import pypdfium2
from matplotlib.figure import Figure

target = io.BytesIO()
figure = Figure(figsize=(2, 1))
figure.suptitle("件数 12")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    figure.savefig(target, format="pdf")  # in DejaVu Sans, which has no Chinese
text = pypdfium2.PdfDocument(target.getvalue())[0].get_textpage().get_text_range()
fonts = re.findall(rb"/BaseFont /[A-Z]{6}\+([\w-]+)", target.getvalue())
print(f"text of the PDF: {text!r}; drawn from {next(f.decode() for f in fonts if b'DejaVu' not in f)}")
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
