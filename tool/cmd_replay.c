/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3 replay: a recording, or a log of QEMU, run against the model. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "recording.h"

enum { OPT_PROFILE = 256 };
static struct {
    const char *file, *profile;
} opt;

static const struct argp_option options[] = {
    { "profile", OPT_PROFILE, "NAME", 0,
      "For logs of QEMU: the ID registers, instead of those read in the log", 0 },
    { 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    switch (key) {
    case OPT_PROFILE:
        opt.profile = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (opt.file) {
            argp_error(state, "one FILE");
        }
        opt.file = arg;
        return 0;
    case ARGP_KEY_END:
        if (!opt.file) {
            argp_error(state, "give a FILE, or - for standard input");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void print(const struct replayed *r, bool log)
{
    if (out_json) {
        json_t *doc = document("replay");

        json_object_set_new(doc, "records", json_integer((json_int_t)r->records));
        json_object_set_new(doc, "inputs", json_integer((json_int_t)r->inputs));
        json_object_set_new(doc, "compared", json_integer((json_int_t)r->compared));
        json_object_set_new(doc, "truncated", json_boolean(r->truncated));
        json_object_set_new(doc, "differs", json_boolean(r->differs));
        if (r->differs) {
            json_object_set_new(doc, "at", json_integer((json_int_t)r->at));
            json_object_set_new(doc, "difference", json_string(r->text));
        }
        print_document(doc);
        return;
    }
    if (r->differs) {
        printf("%s %" PRIu64 ": %s\n", log ? "line" : "record", r->at, r->text);
    } else {
        printf("the same: %" PRIu64 " inputs, %" PRIu64 " values compared\n", r->inputs,
               r->compared);
    }
}

static int run(void)
{
    struct replayed r;
    struct why why;
    char *data;
    size_t len;
    bool log, ok;

    if (!read_file(opt.file, &data, &len, &why)) {
        return bad("replay: %s", why.text);
    }
    log = smmu3_record_check(data, len) == SMMU3_EFORMAT && !memchr(data, 0, len);
    ok = log ? replay_log(data, opt.profile, &r, &why) : replay_recording(data, len, &r, &why);
    free(data);
    if (!ok) {
        return bad("replay: %s: %s", opt.file, why.text);
    }
    print(&r, log);
    if (r.truncated) {
        return bad("replay: %s: truncated in record %" PRIu64, opt.file, r.records + 1);
    }
    return r.differs ? EXIT_FINDING : EXIT_FINE;
}

const struct verb verb_replay = {
    .name = "replay",
    .args = "FILE",
    .summary = "Runs a recording against the model and reports the first difference",
    .about =
        "FILE is what QEMU's -global arm-smmuv3.record=FILE wrote, or a host of the library; or a "
        "log of "
        "QEMU's -trace 'smmuv3_*' (of any version). Every value that was read, every translation, "
        "command, event, write and interrupt of a recording must come out the same; of a log every "
        "register that was read.",
    .examples = "smmu3 replay run.smmu3\ta recording\n"
                "smmu3 replay trace.log\ta log of -trace 'smmuv3_*' -D trace.log",
    .options = options,
    .parse = parse,
    .run = run,
};
