# Each target is complete from a clean clone: it sets up what it needs first, and quickly when that is there.
#   make demo                  the demonstration, in your browser          make demo ARGS="--port 8080 --fresh"
#   make test                  every test                                  make test TESTS=tests/engine ARGS="-k timer"
#   make check                 style, types, imports, limits, dangerous calls, what it is made of
PYTHON ?= python3
BIN = .venv/bin
PACKAGES = engine forms reviews app
TESTS = tests
# Two cores, two workers; a file's tests stay together, so that what a file sets up is set up once.
WORKERS = 2

.PHONY: setup develop demo test check style types imports limits dangers parts bench storm wheel clean

setup:
	@$(PYTHON) tools/bootstrap.py

develop:
	@$(PYTHON) tools/bootstrap.py --dev

demo: setup
	@$(BIN)/roundtable demo $(ARGS)

test: develop
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS) $(ARGS)

# One after the other; `make -k check` goes on after the first that finds something.
check: style types imports limits dangers parts

style: develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: develop
	$(BIN)/mypy $(addprefix -p ,$(PACKAGES))

imports: develop
	$(BIN)/lint-imports

limits: develop
	$(BIN)/python -m pytest -q tests/architecture

dangers: develop
	$(BIN)/bandit -q -ll -c pyproject.toml -r $(PACKAGES)

parts: develop
	$(BIN)/python tools/parts.py --audit

bench: develop
	$(BIN)/python -m bench $(ARGS)

storm: develop
	$(BIN)/python -m bench.storm $(ARGS)

# Made anew each time: what an older build left behind would be taken into it.
wheel: setup
	@rm -rf build/lib build/bdist.* build/wheel
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --out-dir build/wheel .
	@ls build/wheel/*.whl

clean:
	rm -rf .venv build app/static/build app/frontend/node_modules *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
