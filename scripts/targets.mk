# targets.mk - what people run. Included by the Makefile, which says how things are built.

# set-up first, then a second make that finds the tools; it uses every processor unless this one was given -j
JOBS     ?= $(shell nproc 2>/dev/null || echo 1)
PARALLEL  = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
AGAIN     = $(MAKE) --no-print-directory $(PARALLEL)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile scripts/targets.mk
	@echo; echo "Knobs:  CC=gcc|clang-14  MODE=release|debug|asan|cov  V=1  T=core/test_x  SEED=n  FUZZ_RUNS=n  PREFIX= DESTDIR="
	@echo "Data:   CERBERUS_DATA=DIR adds the tests on recorded markets, and makes the demo run scenario S2"

setup: ## install the Debian packages that are missing (names them first)
	@scripts/bootstrap

demo: ## set up, build, run one backtest, write the report; prints where to look
	@scripts/bootstrap
	@+$(AGAIN) all
	@scripts/demo $(BIN) $(SEED)

test: ## set up, build, run all tests
	@scripts/bootstrap
	@+$(AGAIN) all tests-only

tests-only: $(TEST_PROGRAMS) $(FUZZ_PROGRAMS) $(PROGRAMS)
	@scripts/run-tests $(OUT) $(BIN) $(if $(T),$(OUT)/tests/$(T),$(TEST_PROGRAMS))

test-clients: all ## ccxt and binance-futures-connector, from their registries, against the mock exchange's server
	@scripts/test-clients $(BIN)

CHECKS := check-format check-layers check-headers check-purity check-docs check-scripts check-cppcheck check-tidy check-clang

check: ## format, layers, purity, headers, docs, static analysis
	@scripts/bootstrap --check
	@+$(AGAIN) all
	@$(MAKE) --no-print-directory -k -j1 $(CHECKS)

check-format: ; @scripts/check-format
check-layers: ; @scripts/check-layers
check-headers: ; @scripts/check-headers
check-purity: $(OUT)/libcore.a ; @scripts/check-purity $<
check-docs: $(PROGRAMS) ; @scripts/check-docs $(BIN)
check-scripts: ; @scripts/check-scripts
check-cppcheck: ; @scripts/check-cppcheck
check-tidy: $(OUT)/gen/schema_sql.h $(OUT)/gen/account_sql.h $(OUT)/gen/version.h ; @scripts/check-tidy $(OUT)/gen
check-clang: ## build everything with the other compiler too
	@+$(AGAIN) CC=clang-14 all && echo "clang: ok"

bench: all $(BENCH_PROGRAMS) ## benchmarks: limit, ours, ratio, from one run
	@scripts/bench $(OUT) $(BIN)

golden: all ## rewrite the golden results for review in the diff (needs CERBERUS_DATA for the scenarios)
	@scripts/golden $(BIN) --update

fuzz: $(FUZZ_PROGRAMS) ## every fuzz target for FUZZ_RUNS iterations (MODE=asan recommended)
	@for f in $(FUZZ_PROGRAMS); do $$f $(FUZZ_RUNS) $(SEED) || exit 1; done

install: all ## install the programs under DESTDIR/PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin

dist: ## a source archive of HEAD
	@mkdir -p build && git archive --prefix=cerberus/ -o build/cerberus.tar.gz HEAD && echo build/cerberus.tar.gz

clean: ## remove build/
	rm -rf build
