# Every target is a script of the same name in scripts/.
FAULTS ?= 300
MODE ?= mixed
BROKERS ?= 1
FILES ?= 2000
MEMORY ?= redis
DIARIST_FAULTS ?= 40
.PHONY: help install lock demo test test-torch check chaos chaos-diarist bench-delivery bench-speech bench-offline bench-diarist bench-gpu fuzz-decoder docs up down health logs dev
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

.venv/.installed: requirements/dev.lock pyproject.toml
	@scripts/install

install: .venv/.installed ## Install Daybook and its tools into .venv
lock: ## Resolve and pin every requirement anew
	@scripts/lock
demo: install ## See a first diary: broker, agents, bundled recordings, the day's page
	@scripts/demo
test: install ## Run all tests
	@scripts/test
test-torch: install ## Run the torch engine's tests on the CPU (fetches torch once, 540 MB)
	@scripts/test_torch
check: install ## Check style, types and imports
	@scripts/check
chaos: install ## Kill everything, count what is lost or doubled (FAULTS=300 MODE=mixed BROKERS=1 SEED=…)
	@scripts/chaos --faults $(FAULTS) --mode $(MODE) --brokers $(BROKERS) $(if $(SEED),--seed $(SEED))
chaos-diarist: install ## Kill diarists, their provider and Redis, check entries and bill (MEMORY=redis|sqlite DIARIST_FAULTS=40 SEED=…)
	@scripts/chaos_diarist --faults $(DIARIST_FAULTS) --memory $(MEMORY) $(if $(SEED),--seed $(SEED))
bench-delivery: install ## Measure delivery beside Faust, aiokafka, confluent-kafka and others
	@scripts/bench_delivery
bench-speech: install ## Measure speech on this CPU beside faster-whisper
	@scripts/bench_speech
bench-offline: install ## Score the offline writer on labelled recordings, measure its speed
	@scripts/bench_offline
bench-diarist: install ## Measure the diarist offline and with a scripted provider, its cost and memory
	@scripts/bench_diarist
fuzz-decoder: install ## Decode damaged recordings, count how they end (FILES=2000 SEED=…)
	@scripts/fuzz_decoder --files $(FILES) $(if $(SEED),--seed $(SEED))
bench-gpu: install ## Measure speech on an NVIDIA GPU (ends with 3 where there is none)
	@scripts/bench_gpu
docs: install ## Write the parts of docs/ that follow from the code
	@scripts/docs
up: install ## Run broker, topics and agents in the background
	@scripts/up
down: install ## Stop what `make up` started
	@scripts/down
health: install ## Ask every part how it is
	@scripts/health
logs: install ## Follow the logs of every part
	@scripts/logs
dev: install ## Run everything in this terminal, until interrupted
	@scripts/dev
