/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The list of all cases, by their files: CASE(name of a struct conf_case). */
#include "conf.h"

#define CASE(name) extern const struct conf_case name;
#include "cases.def"
#undef CASE

const struct conf_case *const conf_cases[] = {
#define CASE(name) &name,
#include "cases.def"
#undef CASE
};
const size_t conf_num_cases = CONF_COUNT(conf_cases);
