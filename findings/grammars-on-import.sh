#!/usr/bin/env bash
# Seen with: nbformat 5.11.1, jsonschema 4.26.0, rfc3987-syntax 1.1.0, lark 1.3.1, Python 3.11.
# Guess:     installing JupyterLab beside a tool that runs notebooks makes nothing slower, since the tool imports nothing of it.
# Instead:   JupyterLab's events ask for jsonschema's extra format-nongpl, which brings rfc3987-syntax. jsonschema imports it wherever it is
#            installed, and it compiles a lark grammar for each term of the RFC on import. `import nbformat`, with which every papermill or
#            nbconvert process begins, takes a second longer from then on, though no notebook's schema uses these formats.
# Output:
#   nbformat alone: 0 grammars compiled on import
#   nbformat beside rfc3987-syntax: 39 grammars compiled on import
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
pip=("$work/venv/bin/python" -m pip install -q --disable-pip-version-check)
"${pip[@]}" nbformat==5.11.1 jsonschema==4.26.0

count() {
  "$work/venv/bin/python" - "$1" <<'PY'
import sys
from importlib.util import find_spec

made = 0
if find_spec("lark"):
    import lark

    def counted(self, *arguments, begin=lark.Lark.__init__, **options):
        global made
        made += 1
        begin(self, *arguments, **options)

    lark.Lark.__init__ = counted
import nbformat  # noqa: F401

print(f"{sys.argv[1]}: {made} grammars compiled on import")
PY
}

{
  count "nbformat alone"
  "${pip[@]}" rfc3987-syntax==1.1.0 lark==1.3.1
  count "nbformat beside rfc3987-syntax"
} | tee "$work/seen"
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
