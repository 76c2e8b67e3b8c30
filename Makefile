# Needs python3 and make. Everything else goes into .uv/ (the installer) and .venv/ (the project).

UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin
UV_STAMP := .uv/.installed-$(UV_VERSION)
STAMP := .venv/.installed
REQUIREMENTS := requirements/requirements.txt
GATEWAY := requirements/gateway.txt
TORCH := requirements/torch.txt
BUILD := requirements/build.txt
DESK := requirements/django-helpdesk.txt
DESK_STAMP := .helpdesk/.installed

WIDGET := widget/dist/manifest.json
WIDGET_STAMP := widget/node_modules/.installed
WIDGET_SOURCES := $(shell find widget/src -type f 2>/dev/null) widget/build.mjs widget/tsconfig.json

PYTEST_ARGS ?= -n 2 --dist loadfile
FAULT_MESSAGES ?= 2000
FAULT_ROUNDS ?= 1
API_CASES ?= 100

export RASA_TELEMETRY_ENABLED := false
export HF_HUB_OFFLINE := 1
export TRANSFORMERS_OFFLINE := 1
export OMP_NUM_THREADS := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TOKENIZERS_PARALLELISM := false
export UV_HTTP_TIMEOUT ?= 300

# Our own tools come first on the PATH, for a program that starts another by name.
RUN := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/

# The Python to build on: the one at hand if it is 3.11, else the 3.11 that uv finds.
PYTHON = $$(python3 -c 'import sys; print(sys.executable if sys.version_info[:2] == (3, 11) else "3.11")')

# Installs PyTorch's CPU build: from where pip is told to look for wheels, which uv does not read,
# if it lies there, or else from PyTorch's own CPU index, which uv knows.
define INSTALL_TORCH
links=$$(echo $${UV_FIND_LINKS:-$${PIP_FIND_LINKS:-$$(python3 -m pip config get global.find-links 2>/dev/null)}} | tr ' ' ','); \
from_links="env UV_FIND_LINKS=$$links $(UV) pip"; \
if test -n "$$links" && $$from_links compile --quiet --no-index --no-deps --python-version 3.11 $(TORCH) >/dev/null 2>&1; \
then $$from_links install --no-index $(INSTALL_FLAGS) -r $(TORCH); \
else $(UV) pip install --torch-backend cpu $(INSTALL_FLAGS) -r $(TORCH); fi
endef

LOCK_FLAGS = --python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes \
	--no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)
INSTALL_FLAGS := --python $(BIN)/python --no-deps --compile-bytecode --build-constraint $(BUILD)

.DELETE_ON_ERROR:
.PHONY: help setup setup-gateway run test test-faults test-api test-helpdesk train eval bench bench-scale bench-nlu check check-deploy audit format lock clean shell
.PHONY: widget widget-if-node widget-images widget-beside

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

setup: $(STAMP) ## Install everything into .venv

setup-gateway: $(UV_STAMP) ## Install the gateway alone, without Rasa, into .venv-gateway
	$(UV) venv --quiet --clear --python "$(PYTHON)" .venv-gateway
	$(UV) pip install --python .venv-gateway/bin/python --no-deps --compile-bytecode \
		--require-hashes -r $(GATEWAY)
	$(UV) pip install --python .venv-gateway/bin/python --no-deps --build-constraint $(BUILD) --editable .

run: train widget-if-node ## Train what is out of date, then serve (HOST, PORT, GLOSSARY)
	$(RUN)termwise serve

test: train widget-if-node ## Train what is out of date, then run the tests (PYTEST_ARGS)
	$(RUN)pytest $(PYTEST_ARGS)

test-faults: train ## Do faults of all kinds to the server while people talk (FAULT_MESSAGES, FAULT_ROUNDS, FAULT_SEED)
	FAULT_MESSAGES=$(FAULT_MESSAGES) FAULT_ROUNDS=$(FAULT_ROUNDS) $(RUN)pytest -s tests/faults

test-api: train ## Send requests made up from the OpenAPI document (API_CASES per operation)
	API_CASES=$(API_CASES) API_LEAST=2000 $(RUN)pytest -n 0 tests/api

test-helpdesk: train $(DESK_STAMP) ## Drive real helpdesks as customers and agents do (those that are installed)
	REAL_HELPDESKS=1 HELPDESK_TRIALS=200 $(RUN)pytest tests/real_helpdesks tests/unit/test_helpdesk_machine.py

train: $(STAMP) ## Build the encoder, the index and the Rasa model
	$(RUN)termwise train

widget: $(WIDGET) ## Build the chat widget (needs node 20.19 or later)

# The pages are usable without the widget: where it cannot be built, that is said and no more.
widget-if-node:
	@if ! command -v npm >/dev/null; then echo "No node: the pages are served without the chat widget."; \
	else $(MAKE) --no-print-directory widget || echo "The chat widget was not built: the pages are served without it."; fi

widget-images: train widget ## Make the pictures of the widget and the pages in docs/images
	$(RUN)python -m tests.e2e.widget_images

widget-beside: widget ## Measure other chat widgets beside ours (npm fetches them)
	@folder=$$(mktemp -d) && trap "rm -rf $$folder" EXIT && \
	(cd $$folder && npm pack --silent $$(node $(CURDIR)/widget/beside.mjs --packages) >/dev/null && \
		for file in *.tgz; do mkdir $${file%.tgz} && tar xzf $$file -C $${file%.tgz} --strip-components=1; done) && \
	node widget/beside.mjs $$folder

$(WIDGET): $(WIDGET_SOURCES) $(WIDGET_STAMP)
	cd widget && npx --no-install tsc && node build.mjs

$(WIDGET_STAMP): widget/package.json widget/package-lock.json widget/.npmrc
	cd widget && npm ci --no-fund --no-audit
	@touch $@

eval: train ## Measure the quality of the answers
	$(RUN)termwise eval

bench: train widget-if-node ## Measure speed and memory
	$(RUN)termwise bench
	$(RUN)termwise bench --load
	$(RUN)termwise bench --helpdesk
	$(RUN)termwise bench --widget

bench-scale: train ## Measure with 100,000 entries and a million vectors
	$(RUN)termwise bench --scale --report reports/bench-scale
	$(RUN)termwise bench --vectors --report reports/bench-scale

bench-nlu: train ## Measure intent detection on public data (DATA, see docs/bench-nlu.md)
	$(RUN)termwise bench-nlu $(DATA)

check: $(STAMP) ## Lint, check the format, the types and the direction of imports
	$(RUN)ruff check
	$(RUN)ruff format --check
	$(RUN)mypy
	$(RUN)lint-imports --no-logo

format: $(STAMP) ## Format the code and mend what can be mended
	$(RUN)ruff check --fix
	$(RUN)ruff format

lock: $(UV_STAMP) ## Pin the dependencies of pyproject.toml again (UPGRADE=1 for newer ones)
	$(UV) pip compile --quiet pyproject.toml --extra dev --group gateway --output-file $(REQUIREMENTS) \
		--override requirements/overrides.txt --constraint requirements/constraints.txt \
		--no-emit-package torch $(LOCK_FLAGS)
	$(UV) pip compile --quiet --group gateway --output-file $(GATEWAY) $(LOCK_FLAGS)
	@! grep -nE '://|^-' $(REQUIREMENTS) $(GATEWAY)

audit: $(UV_STAMP) ## Ask the public database for known holes in what is installed (needs a network)
	@failed=0; for file in $(REQUIREMENTS) $(GATEWAY) $(TORCH) $(DESK); do echo "$$file"; \
		$(UV) tool run pip-audit@2.10.1 --strict --disable-pip --no-deps -r $$file || failed=1; done; exit $$failed

check-deploy: $(UV_STAMP) ## Check the compose file against the Compose specification (needs a network)
	$(UV) tool run check-jsonschema@0.39.0 --builtin-schema vendor.compose-spec deploy/compose.yaml

clean: ## Remove what was installed and built, but not models/state
	rm -rf .venv .uv .helpdesk *.egg-info build dist reports results widget/node_modules widget/dist
	rm -rf .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .rasa .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find models -mindepth 1 -maxdepth 1 ! -name .gitkeep ! -name state -exec rm -rf {} +

shell: $(STAMP) ## Open a shell in which termwise, rasa and python are the project's
	@PATH="$(CURDIR)/$(BIN):$$PATH" VIRTUAL_ENV="$(CURDIR)/.venv" $${SHELL:-sh}

$(STAMP): $(REQUIREMENTS) $(TORCH) $(BUILD) pyproject.toml $(UV_STAMP)
	@rm -f $@
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || \
		$(UV) venv --quiet --clear --python "$(PYTHON)" .venv
	@$(INSTALL_TORCH)
	$(UV) pip install $(INSTALL_FLAGS) --require-hashes -r $(REQUIREMENTS)
	$(UV) pip install $(INSTALL_FLAGS) --editable .
	@touch $@

$(DESK_STAMP): $(DESK) $(UV_STAMP)
	@rm -f $@
	$(UV) venv --quiet --clear --python "$(PYTHON)" .helpdesk
	$(UV) pip install --python .helpdesk/bin/python --no-deps --require-hashes -r $(DESK)
	@touch $@

$(UV_STAMP):
	@rm -rf .uv
	python3 -m venv .uv
	.uv/bin/python -m pip install --quiet uv==$(UV_VERSION)
	@touch $@
