/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What the user asks this image to do, as words with blanks between them:
 *   -fw_cfg name=opt/org.smmu3/options,string='suite filter=tlbi'
 *   -semihosting-config enable=on,target=native,arg=suite,arg=filter=tlbi
 * The first of these that is there counts.
 */
#ifndef FW_OPTIONS_H
#define FW_OPTIONS_H

#include "arch.h"

/* After uart_init(); a word is WORD or WORD=VALUE. */
bool option(const char *word);
/* The value of WORD=VALUE, NULL if it is not there. Static storage. */
const char *option_value(const char *word);
/* ... as a number, decimal or 0x; `none` if it is not there or not a number. */
uint64_t option_number(const char *word, uint64_t none);

#endif
