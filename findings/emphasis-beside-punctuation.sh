#!/usr/bin/env bash
# Seen with: mistune 3.2.0 and 3.3.0 (3.4.0 is as 3.3.0), markdown-it-py 4.3.0, Python 3.11.
# Guess:     a minor version renders the same Markdown; **…** is bold in Chinese as in English.
# Instead:   where the closing ** stands between Chinese punctuation and a Chinese letter, or the opening ** between a letter and a bracket
#            or quotation mark, mistune 3.2 sets bold and 3.3 prints the asterisks. 3.3 follows CommonMark, as markdown-it-py does: a
#            delimiter beside punctuation counts only if white space or punctuation stands on its other side, and Chinese has no spaces there.
#            Prose that was published in bold for years shows its markup after an update, without an error.
# Output:
#   mistune 3.2.0: <p><strong>主动公开。</strong>全年公开186条。</p>
#   mistune 3.2.0: <p>推进<strong>“放管服”</strong>改革。</p>
#   mistune 3.2.0: <p>受理<strong>（含网上）</strong>3件。</p>
#   mistune 3.3.0: <p>**主动公开。**全年公开186条。</p>
#   mistune 3.3.0: <p>推进**“放管服”**改革。</p>
#   mistune 3.3.0: <p>受理**（含网上）**3件。</p>
#   markdown-it-py 4.3.0: <p>**主动公开。**全年公开186条。</p>
#   markdown-it-py 4.3.0: <p>推进**“放管服”**改革。</p>
#   markdown-it-py 4.3.0: <p>受理**（含网上）**3件。</p>
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
pip=("$work/venv/bin/python" -m pip install -q --disable-pip-version-check)
"${pip[@]}" --target "$work/old" mistune==3.2.0
"${pip[@]}" --target "$work/new" mistune==3.3.0 markdown-it-py==4.3.0
export PYTHONIOENCODING=utf-8

render() {
  PYTHONPATH=$work/$1 "$work/venv/bin/python" - "$2" <<'PY'
import sys
from importlib import import_module
from importlib.metadata import version

name = sys.argv[1]
for text in ("**主动公开。**全年公开186条。", "推进**“放管服”**改革。", "受理**（含网上）**3件。"):
    page = import_module("mistune").html(text) if name == "mistune" else import_module("markdown_it").MarkdownIt().render(text)
    print(f"{name} {version(name)}: {page.strip()}")
PY
}

{ render old mistune; render new mistune; render new markdown-it-py; } | tee "$work/seen"
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
