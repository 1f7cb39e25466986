#!/usr/bin/env bash
# Seen with: matplotlib 3.11.2, Python 3.11 on Linux.
# Guess:     since matplotlib 3.6 a text falls back, character by character, through the families of font.family; a formula within it changes that
#            for the formula at most.
# Instead:   one pair of dollar signs takes the fallback from the whole text: a character that was drawn from the second family becomes the currency
#            sign (U+00A4) of a third font. No warning of Python's says so, only a line in the log. Chinese labels with a unit such as m$^2$ lose
#            their Chinese.
# Output:
#   '☑ done': drawn from DejaVuSans; warnings 0, logged nothing
#   '☑ done, m$^2$': drawn from STIXGeneral-Regular; warnings 0, logged "Font 'default' does not have a glyph for '\u2611' [U+2611], substituting with a dummy symbol."
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check matplotlib==3.11.2
MPLCONFIGDIR=$work PYTHONIOENCODING=utf-8 "$work/venv/bin/python" - <<'PY' | tee "$work/seen"
import io
import logging
import re
import warnings

import matplotlib
from matplotlib.figure import Figure

matplotlib.rcParams["font.family"] = ["cmr10", "DejaVu Sans"]  # both come with matplotlib; the first lacks the sign
logged = []
handler = logging.Handler()
handler.emit = lambda record: logged.append(record.getMessage())
logging.getLogger("matplotlib.mathtext").addHandler(handler)
for text in ("☑ done", "☑ done, m$^2$"):
    logged.clear()
    target = io.StringIO()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        figure = Figure()
        figure.suptitle(text)
        figure.savefig(target, format="svg")
    first = re.findall(r'id="([\w-]+)-[0-9a-f]+" d=', target.getvalue())[0]
    told = f'"{logged[0].strip()}"' if logged else "nothing"
    print(f"{text!r}: drawn from {first}; warnings {len(warned)}, logged {told}")
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
