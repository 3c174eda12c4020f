#!/bin/sh
# Make build/old-qt: a virtual environment with the locked packages, but Qt for Python 6.9.3, which old
# desktops need (tools/old-qt.lock). The working copy's own .venv stays as it is. Repeatable.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
venv=build/old-qt
mark="$venv/.installed"
stamp=$(cat requirements.lock tools/old-qt.lock pyproject.toml | cksum)
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$stamp" ]; then exit 0; fi
mkdir -p build
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
# A package of the lock is a line that begins with its name, and the lines below that begin with blanks.
awk '/^[^ ]/ { skip = tolower($0) ~ /^(pyside6|shiboken6)/ } !skip' requirements.lock > build/old-qt.txt
for list in build/old-qt.txt tools/old-qt.lock; do
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$list"
done
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "$stamp" > "$mark"
