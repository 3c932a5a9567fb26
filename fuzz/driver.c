/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * main() for a fuzz target without libFuzzer: runs every file of the folders,
 * and every file, that it is given. With any compiler.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_FILE 65536u

static int run_file(const char *name)
{
    static uint8_t buf[MAX_FILE];
    FILE *f = fopen(name, "rb");
    size_t n;

    if (!f) {
        perror(name);
        return -1;
    }
    n = fread(buf, 1, sizeof(buf), f);
    fclose(f);
    fflush(stdout);
    LLVMFuzzerTestOneInput(buf, n);
    return 1;
}

/* Inputs that ran, or -1. A sanitizer or a broken promise ends the process. */
static int run(const char *name)
{
    DIR *d = opendir(name);
    struct dirent *e;
    int n = 0;

    if (!d) {
        return run_file(name);
    }
    while ((e = readdir(d))) {
        char path[4096];
        int one;

        if (e->d_name[0] == '.') {
            continue;
        }
        if (snprintf(path, sizeof(path), "%s/%s", name, e->d_name) >= (int)sizeof(path)) {
            fprintf(stderr, "%s: the name is too long\n", name);
            closedir(d);
            return -1;
        }
        one = run(path);
        if (one < 0) {
            closedir(d);
            return -1;
        }
        n += one;
    }
    closedir(d);
    return n;
}

int main(int argc, char **argv)
{
    int all = 0;

    for (int i = 1; i < argc; i++) {
        int n = run(argv[i]);

        if (n < 0) {
            return 1;
        }
        all += n;
    }
    printf("%d inputs\n", all);
    if (!all) {
        fputs("there is nothing to run\n", stderr);
        return 1;
    }
    return 0;
}
