# Two commands for everybody: `make demo` and `make test`. For developers: `make check`.
# A machine needs Python 3.11 or newer and make; uv is found or put into .tools.

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
PYTHON ?= python3
POT_FLAGS := -F locales/babel.cfg -k N_ -k gettext -k ngettext:1,2 -k pgettext:1c,2 \
  --add-location=file --sort-by-file --project=fingerpost --no-wrap \
  --ignore-dirs ".venv .tools tests packs docs benchmarks" --omit-header

# Compiled modules are kept, also where that is switched off: tests and demo start many processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test fuzz coverage check format catalogues run-env dev-env

demo: run-env
	$(UV) run --no-sync fingerpost demo $(ARGS)

test: dev-env
	$(UV) run --no-sync pytest -n auto --dist worksteal $(ARGS)

# ten thousand damaged feeds; another seed each week finds others
fuzz: dev-env
	$(UV) run --no-sync python -m tests.fuzz_feeds --count 10000 --seed $(or $(SEED),$(shell date +%G%V))

coverage: dev-env
	$(UV) run --no-sync pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered $(ARGS)

check: dev-env
	$(UV) run --no-sync ruff format --check .
	$(UV) run --no-sync ruff check .
	$(UV) run --no-sync mypy
	$(UV) run --no-sync lint-imports
	$(UV) run --no-sync pybabel -q extract $(POT_FLAGS) -o .tools/bot.pot .
	cmp .tools/bot.pot locales/bot.pot || { echo "Texts have changed: run make catalogues"; exit 1; }
	$(UV) run --no-sync fingerpost locales check

format: dev-env
	$(UV) run --no-sync ruff check --fix .
	$(UV) run --no-sync ruff format .

# After a change of texts: the template anew, and every catalogue brought up to it.
catalogues: dev-env
	$(UV) run --no-sync pybabel -q extract $(POT_FLAGS) -o locales/bot.pot .
	$(UV) run --no-sync pybabel -q update -D bot -d locales -i locales/bot.pot \
	  --no-fuzzy-matching --ignore-obsolete --no-wrap

run-env: $(UV)
	$(UV) sync --locked --no-dev --inexact --quiet

dev-env: $(UV)
	@mkdir -p .tools
	$(UV) sync --locked --quiet

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv

# a uv that is on the PATH needs no rule
$(filter-out .tools/bin/uv,$(UV)):
