# Cerberus. `make help` lists the targets; every knob is a variable below and may stand in config.mak.
# On a fresh Debian 12 with git and make alone, `make demo` and `make test` install what is missing first.

# ---- knobs -------------------------------------------------------------------------------------
CC     ?= gcc
ifeq ($(origin CC),default)
CC     := gcc
endif
# release | debug (-O0, checks) | asan (address + undefined) | cov (gcov)
MODE   ?= release
# show commands
V      ?= 0
# run one test program: T=core/test_margin
T      ?=
# seed of the sample market and of the fuzzers
SEED   ?= 1
# iterations of each fuzz target
FUZZ_RUNS ?= 20000
PREFIX ?= /usr/local
DESTDIR ?=
-include config.mak

# ---- flags -------------------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wold-style-definition \
 -Wmissing-prototypes -Wmissing-declarations -Wredundant-decls -Wnested-externs -Wpointer-arith \
 -Wcast-align -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wconversion -Wsign-conversion \
 -Wdouble-promotion -Wfloat-equal -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -Wunused \
 -Wbad-function-cast -Winit-self -Werror
WARNINGS_GCC := -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init \
 -Wcast-align=strict -Walloc-zero -Wformat-truncation=2 -Wformat-signedness -Wshift-overflow=2 \
 -Wrestrict -Wtrampolines -Warith-conversion
WARNINGS_CLANG := -Wconditional-uninitialized -Wcomma -Wassign-enum -Wshorten-64-to-32 \
 -Wmissing-variable-declarations -Wunreachable-code-break -Wextra-semi-stmt -Wshift-sign-overflow
WARNINGS += $(if $(findstring clang,$(CC)),$(WARNINGS_CLANG),$(WARNINGS_GCC))

CODEGEN := -std=c17 -g -fno-common -ffp-contract=off -march=x86-64-v2 -fPIE -ffile-prefix-map=$(CURDIR)=.
CODEGEN_release := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection
CODEGEN_debug   := -O0
# core, data, sim: 3 % less time on S2, 2 % on S1b (gcc 12, 7 pairs). Not core/instruments.c: -O3 makes a memchr of it, which
# the core may not have.
HOT_release     := -O3
CODEGEN_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CODEGEN_cov     := -O0 --coverage
LINK         := -pie -Wl,-z,relro,-z,now
LINK_asan    := -fsanitize=address,undefined
LINK_cov     := --coverage

OUT    := build/$(MODE)$(if $(filter gcc,$(CC)),,-$(notdir $(CC)))
# the programs of the default build stand in build/ itself
BIN    := $(if $(filter build/release,$(OUT)),build,$(OUT))
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unversioned)
CPPFLAGS_ALL := -I. -I$(OUT)/gen
CFLAGS_ALL = $(CODEGEN) $(CODEGEN_$(MODE)) $(WARNINGS) $(CPPFLAGS_ALL) -MMD -MP $(CFLAGS)
LDFLAGS_ALL = $(LINK) $(LINK_$(MODE)) $(LDFLAGS)
LIBS_DATA := -lsqlite3 -lcsv -ljansson -lzstd -lminizip -lz -lxxhash -lsodium
# the executor alone: connections, codecs, signatures, the webhook's door; curl never goes into cerberus-sim (start-up)
LIBS_LIVE := -lcurl -lwslay -lcrypto -lmicrohttpd
# the mock exchange's server alone
LIBS_SERVE := -lwslay -lssl -lcrypto
Q := $(if $(filter 1,$(V)),,@)

# ---- what is built from what -------------------------------------------------------------------
objects = $(patsubst %.c,$(OUT)/obj/%.o,$(1))
CORE     := $(wildcard core/*.c)
DATA     := $(wildcard data/*.c data/import/*.c)
EXCHANGE := $(wildcard sim/exchange/*.c)
SIM      := $(filter-out sim/main.c,$(wildcard sim/*.c))
SERVE    := $(filter-out sim/serve/main.c,$(wildcard sim/serve/*.c sim/serve/*/*.c))
LIVE     := $(filter-out live/main.c,$(wildcard live/*.c live/*/*.c live/*/*/*.c))
REPORTS  := $(filter-out reports/main.c,$(wildcard reports/*.c))
TESTS    := $(wildcard tests/core/test_*.c tests/data/test_*.c tests/sim/test_*.c tests/live/test_*.c \
            tests/reports/test_*.c tests/oracles/test_*.c)
FUZZERS  := $(wildcard tests/fuzz/fuzz_*.c)
SUPPORT  := $(wildcard tests/support/*.c)
BENCHES  := $(wildcard tests/bench/*.c)

ARCHIVES := $(OUT)/libreports.a $(OUT)/libserve.a $(OUT)/libsim.a $(OUT)/liblive.a $(OUT)/libexchange.a $(OUT)/libdata.a $(OUT)/libcore.a
PROGRAMS := $(BIN)/cerberus-sim $(BIN)/cerberus-exchange $(BIN)/cerberus-live $(BIN)/cerberus-report $(BIN)/cerberus-sample
TEST_PROGRAMS := $(patsubst tests/%.c,$(OUT)/tests/%,$(TESTS))
FUZZ_PROGRAMS := $(patsubst tests/%.c,$(OUT)/tests/%,$(FUZZERS))
BENCH_PROGRAMS := $(patsubst tests/%.c,$(OUT)/tests/%,$(BENCHES))
comma := ,

.PHONY: FORCE all help setup setup-check demo test test-clients check bench golden fuzz clean install dist tests-only \
        check-format check-layers check-purity check-headers check-docs check-tidy check-cppcheck check-scripts
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS) ## build everything

$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS_ALL) $(HOT_$(MODE)) $(LDFLAGS_ALL)' | cmp -s - $@ || \
	  echo '$(CC) $(CFLAGS_ALL) $(HOT_$(MODE)) $(LDFLAGS_ALL)' >$@
FORCE:

$(OUT)/gen/%_sql.h: data/%.sql
	@mkdir -p $(@D)
	$(Q)awk 'BEGIN { print "static const char " toupper("$*") "_SQL[] =" } \
	  { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); print "    \"" $$0 "\\n\"" } END { print "    ;" }' $< >$@
$(OUT)/gen/version.h: FORCE
	@mkdir -p $(@D)
	@echo '#define CERBERUS_VERSION "$(VERSION)"' | cmp -s - $@ || echo '#define CERBERUS_VERSION "$(VERSION)"' >$@

# The core: no POSIX, no float, poisoned words.
$(OUT)/obj/core/%.o: core/%.c core/banned.h $(OUT)/flags
	@mkdir -p $(@D)
	@$(if $(Q),echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) $(if $(filter core/instruments.c,$<),,$(HOT_$(MODE))) -include core/banned.h -c $< -o $@
$(OUT)/obj/%.o: %.c $(OUT)/flags | $(OUT)/gen/schema_sql.h $(OUT)/gen/account_sql.h $(OUT)/gen/version.h
	@mkdir -p $(@D)
	@$(if $(Q),echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) $(if $(filter data/% sim/%,$<),$(HOT_$(MODE))) -D_GNU_SOURCE -c $< -o $@

archive = @$(if $(Q),echo "  AR    $@";) rm -f $@ && ar qcsD $@ $(sort $^)
$(OUT)/libcore.a: $(call objects,$(CORE)) ; $(archive)
$(OUT)/libdata.a: $(call objects,$(DATA)) ; $(archive)
$(OUT)/libexchange.a: $(call objects,$(EXCHANGE)) ; $(archive)
$(OUT)/libsim.a: $(call objects,$(SIM)) ; $(archive)
$(OUT)/liblive.a: $(call objects,$(LIVE)) ; $(archive)
$(OUT)/libserve.a: $(call objects,$(SERVE)) ; $(archive)
$(OUT)/libreports.a: $(call objects,$(REPORTS)) ; $(archive)

link = @$(if $(Q),echo "  LINK  $@";) mkdir -p $(@D); $(CC) $(LDFLAGS_ALL) -Wl,--as-needed $(filter %.o,$^) $(filter %.a,$^) -o $@
$(BIN)/cerberus-sim: $(OUT)/obj/sim/main.o $(OUT)/libsim.a $(OUT)/libexchange.a $(OUT)/libdata.a $(OUT)/libcore.a
	$(link) $(LIBS_DATA)
$(BIN)/cerberus-exchange: $(OUT)/obj/sim/serve/main.o $(OUT)/libserve.a $(OUT)/libsim.a $(OUT)/libexchange.a $(OUT)/libdata.a $(OUT)/libcore.a
	$(link) $(LIBS_DATA) $(LIBS_SERVE)
$(BIN)/cerberus-live: $(OUT)/obj/live/main.o $(OUT)/liblive.a $(OUT)/libexchange.a $(OUT)/libdata.a $(OUT)/libcore.a
	$(link) $(LIBS_DATA) $(LIBS_LIVE)
$(BIN)/cerberus-report: $(OUT)/obj/reports/main.o $(OUT)/libreports.a $(OUT)/libdata.a $(OUT)/libcore.a
	$(link) $(LIBS_DATA) -lm
$(BIN)/cerberus-sample: $(call objects,$(wildcard data/samples/*.c))
	$(link)

$(OUT)/tests/oracles/test_oracles: $(call objects,$(wildcard tests/oracles/oracle*.c))
$(OUT)/tests/%: $(OUT)/obj/tests/%.o $(call objects,$(SUPPORT)) $(ARCHIVES)
	$(link) -lcmocka $(LIBS_DATA) $(LIBS_LIVE) $(LIBS_SERVE) -lm
$(OUT)/tests/fuzz/%: $(OUT)/obj/tests/fuzz/%.o $(OUT)/obj/tests/fuzz/main.o $(ARCHIVES)
	$(link) $(LIBS_DATA) $(LIBS_LIVE) $(LIBS_SERVE) -lm

# The limits of `make bench` hold no product code: they link the libraries alone, limit_start all of them.
$(OUT)/tests/bench/limit_%: $(OUT)/obj/tests/bench/limit_%.o
	$(link) $(if $(filter start,$*),-Wl$(comma)--no-as-needed) $(LIBS_DATA)
$(OUT)/tests/bench/ours_%: $(OUT)/obj/tests/bench/ours_%.o $(OUT)/obj/data/panic.o $(ARCHIVES)
	$(link) $(LIBS_DATA) $(LIBS_LIVE) -lm

include scripts/targets.mk

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
