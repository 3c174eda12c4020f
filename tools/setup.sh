#!/bin/sh
# Make a working copy ready: system libraries, a virtual environment, every package at its locked hash.
# Repeatable; a second run with nothing to do takes a second. PYTHON chooses the interpreter, VENV the
# folder and LOCK the list (tools/old-qt.sh).
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
venv=${VENV:-.venv}
lock=${LOCK:-requirements.lock}

missing=
while read -r probe package; do
  case $probe in
    lib:*) ldconfig -p 2>/dev/null | grep -q "${probe#lib:} " || missing="$missing $package" ;;
    cmd:*) command -v "${probe#cmd:}" >/dev/null 2>&1 || missing="$missing $package" ;;
  esac
done <<LIST
$(grep -v '^#' tools/system-packages.txt)
LIST
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ] && command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then
    echo "installing$missing"
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "This system lacks packages. Run this once, then make setup again:" >&2
    echo "  sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 1
  fi
fi

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "hallclient needs Python 3.11 or newer; $python is older. Set PYTHON=python3.12 or the like." >&2
  exit 1
}
mark="$venv/.installed"
stamp=$(cat "$lock" pyproject.toml | cksum)
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$stamp" ]; then exit 0; fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
"$venv/bin/python" -m compileall -q hallclient
echo "$stamp" > "$mark"
