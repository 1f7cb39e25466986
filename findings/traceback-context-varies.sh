#!/usr/bin/env bash
# Seen with: stack-data 0.6.3 (it sets IPython's tracebacks), executing 2.3.0, asttokens 3.0.2, Python 3.11 on Linux.
# Guess:     a notebook that fails gives the same traceback at every run: the same lines of the same code around the same error.
# Instead:   where a line begins two statements, as `def share(self): raise ValueError` does, stack-data takes the first of a set of syntax nodes,
#            whose order is that of their addresses, to find the function around the error; now and then it is the class around that, and the
#            traceback has a line more.
# Output:
#   lines around one and the same error, raised 2,000 times: 1 or 2
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check stack-data==0.6.3 executing==2.3.0 asttokens==3.0.2
"$work/venv/bin/python" - <<'PY' | tee "$work/seen"
import linecache

from stack_data import FrameInfo

SOURCE = "class Report:\n    def share(self): raise ValueError('no total')\n"
seen, kept = set(), []
for number in range(2000):
    name, space = f"cell-{number}", {}
    linecache.cache[name] = (len(SOURCE), None, SOURCE.splitlines(True), name)
    exec(compile(SOURCE, name, "exec"), space)
    try:
        space["Report"]().share()
    except ValueError as error:
        *_, frame = FrameInfo.stack_data(error.__traceback__)
        seen.add(len(frame.lines))
    kept.append("x" * number)  # as a session's memory fills
print("lines around one and the same error, raised 2,000 times:", " or ".join(map(str, sorted(seen))))
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
