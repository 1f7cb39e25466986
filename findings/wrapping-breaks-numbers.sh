#!/usr/bin/env bash
# Seen with: rich 15.0.0, Python 3.11.
# Guess:     a number stays whole at the end of a line, in Chinese as in English: rich wraps between words, and knows that a Chinese character
#            is two columns wide.
# Instead:   rich takes what stands between blanks for a word. Chinese has no blanks, so that a sentence is one word, longer than the line, and is
#            folded wherever the line is full: 12,345 ends as 12, and begins the next line as 345. Columns of tables are folded alike.
# Output:
#   全年新收政府申请12,
#   345件。
#   In the year of 2023
#   12,345 requests
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check rich==15.0.0
PYTHONIOENCODING=utf-8 "$work/venv/bin/python" - <<'PY' | tee "$work/seen"
from rich.console import Console

console = Console(width=19)
console.print("全年新收政府申请12,345件。", highlight=False)
console.print("In the year of 2023 12,345 requests", highlight=False)
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
