/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What the demonstration and the SPMC check with: steps that are reported and counted, and pages with known contents. */
#ifndef FW_CHECK_H
#define FW_CHECK_H

#include "edu.h"
#include "smmu.h"

/* Print "FW name=ok|fail", for programs, and count it. */
bool check(const char *name, bool ok);
/* The same after a line for people: "[who] sentence: yes|NO". */
bool check_report(const char *who, const char *name, bool ok, const char *sentence);
extern unsigned int checks_passed, checks_failed;

/* Fill a page of 4 KiB; each seed has another pattern, no two words of one are equal. */
void page_fill(uint64_t *page, uint64_t seed);
/* Has it that pattern? Prints what differs. */
bool page_holds(const char *who, const uint64_t *page, uint64_t seed);

/* True if no event is waiting; others are printed. */
bool no_event(struct smmu *s);

/* The DMA device, edu, must have a Secure StreamID; a line says what is wrong with it. */
bool find_secure_edu(const char *who, const struct smmu *s, struct edu *e, uint32_t *sid);

#endif
