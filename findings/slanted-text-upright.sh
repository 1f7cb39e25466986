#!/usr/bin/env bash
# Seen with: pdfplumber 0.11.10 (pdfminer.six 20260107), Python 3.11.
# Guess:     `upright` is false for the characters of a watermark that runs aslant, so that filtering by it keeps the figures of a table
#            clean; text that is nearly level is read in its order.
# Instead:   at 30°, 45°, 60°, even 89° every character is `upright`; only exactly 90° is not, and 180° (upside down) is. extract_text()
#            takes each character of rising text for a line of its own and so reads the number 1234 from its end: 4, 3, 2, 1. A watermark's
#            digits land in the cells that they cross.
# Output:
#   0: upright True, text '1234'
#   30: upright True, text '4\n3\n2\n1'
#   45: upright True, text '4\n3\n2\n1'
#   60: upright True, text '4\n3\n2\n1'
#   89: upright True, text '4\n3\n2\n1'
#   90: upright False, text '4321'
#   180: upright True, text '4321'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check pdfplumber==0.11.10 pdfminer.six==20260107
"$work/venv/bin/python" - <<'PY' | tee "$work/seen"
import io
import math

import pdfplumber


def page(degrees):
    """A PDF of one page that shows 1234 in Helvetica, turned by so many degrees."""
    along, up = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    shown = f"BT /F 24 Tf {along:.5f} {up:.5f} {-up:.5f} {along:.5f} 200 300 Tm (1234) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer\n<< /Root 1 0 R /Size 6 >>\n"
    return data + b"startxref\n%d\n%%%%EOF\n" % start


for degrees in (0, 30, 45, 60, 89, 90, 180):
    with pdfplumber.open(io.BytesIO(page(degrees))) as pdf:
        (upright,) = {char["upright"] for char in pdf.pages[0].chars}
        print(f"{degrees}: upright {upright}, text {pdf.pages[0].extract_text()!r}")
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
