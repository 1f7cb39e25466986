#!/usr/bin/env bash
# Seen with: scipy 1.17.1 (numpy 2.4.6), whose milp is HiGHS, Python 3.11 on Linux.
# Guess:     milp with its default `disp=False` writes nothing; a problem of two whole unknowns that it solves to the optimum has nothing to report.
# Instead:   on 11 x - 13 y = 33 - 13 * 10000000, x and y whole and not negative, it returns status 0 and the exact optimum (3, 10000000), and
#            HiGHS writes a line on the process's standard output, past Python's sys.stdout: contextlib.redirect_stdout does not catch it.
#            A command that prints JSON breaks.
# Output:
#   Highs::returnFromOptimizeModel: return_status = 1 != 0 = run_return_status For model_status_ = Iteration limit reached
#   status 0, x 3, y 10000000, caught ''
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" -u - <<'PY' | tee "$work/seen"
import contextlib
import io

from scipy.optimize import LinearConstraint, milp

total = 11 * 3 - 13 * 10_000_000
with contextlib.redirect_stdout(io.StringIO()) as caught:
    found = milp([1, 1], integrality=[1, 1], constraints=LinearConstraint([[11, -13]], total, total))
x, y = map(round, found.x)
print(f"status {found.status}, x {x}, y {y}, caught {caught.getvalue()!r}")
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
