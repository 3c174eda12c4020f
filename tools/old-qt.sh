#!/bin/sh
# Make build/old-qt: a virtual environment with the locked packages, but Qt for Python 6.9.3, which old
# desktops need (tools/old-qt.lock). The working copy's own .venv is not needed and stays as it is. Repeatable.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
# A package of the lock is a line that begins with its name, and the lines below that begin with blanks.
awk '/^[^ ]/ { skip = tolower($0) ~ /^(pyside6|shiboken6)/ } !skip' requirements.lock |
  cat - tools/old-qt.lock > build/old-qt.txt
LOCK=build/old-qt.txt VENV=${VENV:-build/old-qt} exec tools/setup.sh
