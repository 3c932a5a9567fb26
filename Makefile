# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# The names below are what README and users rely on; the work is in scripts/, qemu/build.sh and the rooms' own files.
# Results: build/libsmmu3.a, build/smmu3, build/qemu-system-aarch64 (ours), build/qemu-stock-aarch64 (the same without our change).

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
STACKS := $(sort $(patsubst scripts/stack/%.sh,%,$(filter-out %/lib.sh %/tfa.sh,$(wildcard scripts/stack/*.sh))))
.PHONY: help setup $(STACKS:%=stack-%) run lib check qemu qemu-patch test test-long bench bench-qemu bench-guest bench-costs clean distclean
.PHONY: conformance conformance-qemu conformance-stock conformance-doc conformance-firmware
.PHONY: fuzz property property-qemu diff-stock

# A target is listed as soon as what it runs exists.
help:
	@echo 'smmu3: an exact Arm SMMUv3 as a library, a QEMU device and tests'
	@echo
	@echo '  make run                   see it work: firmware and Linux sharing one SMMU in QEMU (installs and builds first)'
	@echo '  make test                  everything: check, QEMU, and the system tests'
	@echo '  make test-long             what takes too long for that: more of the stacks'
	@echo '  make check                 the library, its tests and the suite on it, also under sanitizers'
	@echo '  make lib                   build/libsmmu3.a, and the command build/smmu3'
	@echo '  make install               library, header, pkg-config file, command, man pages: prefix=/usr/local, DESTDIR='
	@echo '  make qemu                  build/qemu-system-aarch64 (ours) and build/qemu-stock-aarch64 (without our change)'
	@echo '  make qemu-patch            build/smmu3-qemu.patch, the change for a QEMU tree of your own'
	@echo '  make stack-NAME            a real system from Debian'"'"'s packages: $(STACKS) (docs/STACKS.md)'
	@echo
	@echo '  make conformance           the suite against the library: every rule, in all configurations (ARGS=... for the runner)'
	@echo '  make conformance-qemu      against our QEMU, in three profiles'
	@echo '  make conformance-stock     against stock QEMU, as far as its devices can drive it'
	@echo '  make conformance-firmware  on bare metal: our firmware at EL3 and EL2 (PROFILE=max, OPTIONS=filter=...)'
	@echo '  make conformance-doc       docs/COVERAGE.md anew, after a change of the suite'
	@echo '  make property              cached equals uncached: random programs, SECONDS=60 [SEED=n]'
	@echo '  make property-qemu         the same programs on our QEMU and on the library, SECONDS=60 [SEED=n] [PROFILE=max]'
	@echo '  make diff-stock            the same programs on stock QEMU and on the library, SECONDS=60 [SEED=n]'
	@echo '  make fuzz                  libFuzzer on the library, SECONDS=60 in all [TARGET=mmio|cmd|table|state|log|record|file]'
	@echo '  make bench                 speed of the library: a table, then how it grows, CSV and plots (1 minute)'
	@echo '  make bench-qemu            speed in QEMU, ours and stock: the same (1 minute)'
	@echo '  make bench-guest           what the SMMU costs Linux: fio on an NVMe with it and without, ours and stock (5 minutes)'
	@echo
	@echo '  make setup                 only install what is needed (make setup UPDATE=1: also look for newer sources)'
	@echo '  make clean                 remove build/;  make distclean: and the cache'
	@echo
	@echo '  QEMU_SRC=DIR     build that QEMU tree (copied, never changed) instead of Debian'"'"'s'
	@echo '  QEMU_SUITE=NAME  the Debian suite whose QEMU is built (trixie)'
	@echo '  QEMU_VERSION=V   a Debian version that left the suites and is still on the mirror (10.2.2+ds-1)'
	@echo '  SMMU3_CACHE=DIR  where sources and QEMU builds are kept (~/.cache/smmu3)'

setup:
	@scripts/setup.sh $(if $(UPDATE),--update)

lib: setup
	@scripts/lib-build.sh

check: setup
	@scripts/lib-build.sh test

qemu: setup
	@qemu/build.sh

conformance: lib
	@build/smmu3-conformance $(or $(ARGS),--all-configs)

conformance-firmware: setup
	@scripts/conformance-firmware.sh

conformance-stock: lib qemu
	@build/smmu3-conformance --backend=stock $(ARGS)

conformance-qemu: lib qemu
	@for profile in qemu-virt hafnium max; do build/smmu3-conformance -b qemu -c $$profile $(ARGS) || exit; done

conformance-doc: lib
	@scripts/conformance-doc.sh

qemu-patch: setup
	@qemu/build.sh patch

run: setup
	@scripts/run.sh

$(STACKS:%=stack-%): stack-%: setup
	@scripts/stack/$*.sh

# The system tests last: pytest's closing line is the last thing on the screen.
test: check qemu
	@scripts/system-tests.sh

property: lib
	@build/smmu3-property --seconds $(or $(SECONDS),60) --seed $(or $(SEED),$$(date +%s))

property-qemu: lib qemu
	@build/smmu3-property --qemu build/qemu-system-aarch64 --config $(or $(PROFILE),max) --seconds $(or $(SECONDS),60) \
	  --seed $(or $(SEED),$$(date +%s))

diff-stock: lib qemu
	@build/smmu3-property --stock build/qemu-stock-aarch64 --seconds $(or $(SECONDS),60) --seed $(or $(SEED),$$(date +%s))

fuzz: setup
	@fuzz/run.sh $(or $(SECONDS),60) $(TARGET)

test-long: qemu
	@SMMU3_LONG=1 scripts/system-tests.sh -m long

prefix ?= /usr/local
install: setup
	@scripts/install.sh '$(prefix)' $(if $(DESTDIR),'$(DESTDIR)')

bench: lib
	@bench/run.sh

# After a change that is meant to make a path slower or faster: what `make check` compares with.
bench-costs: lib
	@python3 bench/costs.py build/lib/bench/smmu3-bench bench/costs.txt --record && cat bench/costs.txt

bench-qemu: qemu
	@bench/qemu.sh

bench-guest: qemu
	@bench/guest.sh $(ARGS)

clean:
	rm -rf build

distclean: clean
	@cache="$${SMMU3_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/smmu3}"; \
	if [ ! -e "$$cache" ]; then :; \
	elif grep -qs '^# smmu3:' "$$cache/CACHEDIR.TAG"; then echo "rm -rf $$cache"; rm -rf "$$cache"; \
	else echo "smmu3: $$cache was not made by smmu3; remove it by hand" >&2; exit 1; fi
