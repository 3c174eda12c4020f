# Two commands do everything on a fresh machine: make demo, make test.
PY := .venv/bin/python
export QT_QPA_PLATFORM ?= $(if $(DISPLAY)$(WAYLAND_DISPLAY),,offscreen)

.PHONY: setup demo test test-all test-old-qt check bench mutants lock pictures sheets
setup:
	@tools/setup.sh
demo: setup
	@$(PY) -m hallclient demo $(DEMO)
test: setup
	$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(TESTS)
# With what takes long: the rest on the other database too, whole walks, the demo on both. A test
# that takes an hour has a limit of its own; that of hanging processes is above it.
test-all: setup
	$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not oracle" -o faulthandler_timeout=3700 $(TESTS)
# The same as test with Qt for Python 6.9.3, for systems with glibc 2.28 to 2.31; .venv stays as it is.
test-old-qt:
	@tools/old-qt.sh
	build/old-qt/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(TESTS)
check: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
bench: setup
	$(PY) -m hallclient bench calls
	$(PY) -m hallclient bench start
	$(PY) -m hallclient bench kiosk
	$(PY) -m hallclient bench devices
mutants: setup
	$(PY) tools/mutants.py
pictures: setup
	$(PY) -m hallclient demo --headless --minutes 1.2 --out build/pictures
	$(PY) tools/pictures.py build/pictures docs/pictures
sheets: setup
	$(PY) -m hallclient sheets --out build/sheets $(SHEETS)
lock: setup
	.venv/bin/python -m uv pip compile --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 --extra postgres --group dev --quiet -o requirements.lock pyproject.toml
