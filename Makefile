PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup translations demo serve images test test-fast test-docker test-chaos test-postgres check-course lint format bench bench-pages pictures gpu-check lock messages clean

setup:
	@$(PYTHON) platform/deploy/bootstrap.py

# Prepare, hand in sample notebooks through the portal, print their scores, keep serving.
demo: setup
	@$(BIN)/python manage.py demo $(if $(ONCE),--once) $(if $(PORT),--port $(PORT))

# The portal and a worker on this machine's data, restarted when they fall over.
serve: setup
	@$(BIN)/python manage.py prepare
	@$(BIN)/python manage.py serve $(if $(PORT),--port $(PORT))

# What rooms in containers run; needs a Docker engine. BASE is the image to start from, made from
# Debian's packages when not given; WHEELS a folder with more wheels; VARIANT=gpu for CUDA.
images: setup
	PYTHON=$(BIN)/python BASE=$(BASE) WHEELS=$(WHEELS) VARIANT=$(VARIANT) \
		sandbox/images/make-image.sh $(IMAGE)

translations: setup
	@$(BIN)/python manage.py compile_translations

test: translations
	$(BIN)/pytest -n 2 -m "not chaos"

# A class hands in while workers, rooms, servers and connections are killed at random.
test-chaos: translations
	$(BIN)/pytest -n 2 -m chaos tests/chaos

# The portal's tests on the PostgreSQL server that NOYAU_TEST_DATABASE_URL names. Workers with rooms
# use that database in the storms.
test-postgres: translations
	@test -n "$$NOYAU_TEST_DATABASE_URL" || { echo "Set NOYAU_TEST_DATABASE_URL=postgres://user:password@host/name"; exit 1; }
	$(BIN)/pytest -n 2 -m "not bwrap and not docker" tests/portal

# What opens containers: needs a Docker engine and the image that `make images` builds.
test-docker: translations
	$(BIN)/pytest -n 2 -m "docker and not chaos"

# What needs no room, no browser and no server.
test-fast: translations
	$(BIN)/pytest -n 2 -m "not bwrap and not docker and not e2e and not chaos"

# Every exercise: its reference on many variants, its starter, its wrong solutions, its mutants.
check-course: setup
	$(BIN)/python manage.py check_course --write

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet platform/portal
	$(BIN)/codespell
	cd platform/frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Every way of grading, side by side: `make bench SANDBOXES=bubblewrap` leaves containers out.
SANDBOXES ?= $(if $(wildcard /var/run/docker.sock),bubblewrap docker,bubblewrap)
bench: setup
	@for sandbox in $(SANDBOXES); do for exercise in pooling what-filters-learn; do \
	for memory in 0 1024; do for workers in 1 2; do \
		echo; NOYAU_VAR=var/bench NOYAU_SANDBOX=$$sandbox NOYAU_WARM_MEMORY_MIB=$$memory \
		$(BIN)/python manage.py bench --exercise $$exercise --workers $$workers $(BENCH) \
		--output bench/$$sandbox-$$exercise-$$memory-$$workers.json || exit 1; \
	done; done; done; done

# Every page in a class of 200 with 100,000 attempts, in an empty database: set NOYAU_VAR to a new
# folder, and NOYAU_DATABASE_URL for PostgreSQL.
bench-pages: setup
	@NOYAU_DATABASE_POOL=$${NOYAU_DATABASE_POOL:-16} $(BIN)/python manage.py bench_pages $(BENCH)

# The pictures of the guides, from a portal that is made for them. Needs Chromium.
pictures: setup
	@$(BIN)/python -m tests.e2e.pictures

# On a machine with a GPU: trains in rooms on it, prints throughput, checks the walls.
gpu-check: setup
	@$(BIN)/python manage.py gpu_check $(if $(GPU),--gpu $(GPU)) $(if $(SANDBOX),--sandbox $(SANDBOX))

# After a change to pyproject.toml, room.in or torch-gpu.in.
lock:
	$(BIN)/uv pip compile -q --no-header --python-version 3.11 --universal --generate-hashes \
		--group dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --no-header --python-version 3.11 --universal --generate-hashes \
		sandbox/images/room.in -o sandbox/images/room.lock
	$(BIN)/uv pip compile -q --no-header --python-version 3.11 --generate-hashes \
		--python-platform x86_64-manylinux_2_28 --no-config \
		-c sandbox/images/room.lock sandbox/images/torch-gpu.in -o sandbox/images/torch-gpu.lock

# Needs GNU gettext.
messages:
	cd platform/portal && ../../$(BIN)/django-admin makemessages --all --no-wrap --add-location file

clean:
	rm -rf .venv .venv-room var platform/frontend/node_modules platform/portal/static/build
