/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* A client of QEMU's monitor protocol: one JSON object a line. */
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "source.h"

#define TIMEOUT_SECONDS 10

struct qmp {
    FILE *in;
    int fd;
    char *line;
    size_t room;
    char address[120];
};

static int connect_unix(const char *path, struct why *why)
{
    struct sockaddr_un sa = { .sun_family = AF_UNIX };
    int fd;

    if (strlen(path) >= sizeof(sa.sun_path)) {
        why_not(why, "--qmp %s: a socket's name has room for %zu characters", path,
                sizeof(sa.sun_path) - 1);
        return -1;
    }
    strcpy(sa.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&sa, sizeof(sa))) {
        why_not(why, "--qmp %s: %s", path, strerror(errno));
        close(fd);
        return -1;
    }
    return fd;
}

static int connect_tcp(const char *address, const char *colon, struct why *why)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all, *a;
    char host[100];
    int fd = -1, err;

    snprintf(host, sizeof(host), "%.*s", (int)(colon - address), address);
    err = getaddrinfo(host, colon + 1, &hints, &all);
    if (err) {
        why_not(why, "--qmp %s: %s", address, gai_strerror(err));
        return -1;
    }
    for (a = all; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen)) {
            why_not(why, "--qmp %s: %s", address, strerror(errno));
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(all);
    return fd;
}

/* The next object; events of QEMU are passed over by the caller. */
static json_t *receive(struct qmp *q, struct why *why)
{
    json_error_t error;
    json_t *j;
    ssize_t n = getline(&q->line, &q->room, q->in);

    if (n < 0) {
        why_not(why, errno == EAGAIN || errno == EWOULDBLOCK
                         ? "--qmp %s: no answer within %d s; does another client hold it?"
                         : "--qmp %s: QEMU has gone", q->address, TIMEOUT_SECONDS);
        return NULL;
    }
    j = json_loads(q->line, 0, &error);
    if (!j) {
        why_not(why, "--qmp %s: what answers there is no QEMU", q->address);
    }
    return j;
}

struct qmp *qmp_open(const char *address, struct why *why)
{
    const char *colon = strchr(address, '/') ? NULL : strrchr(address, ':');
    struct timeval tv = { .tv_sec = TIMEOUT_SECONDS };
    struct qmp *q;
    json_t *greeting, *r;
    int fd;

    if (!strncmp(address, "unix:", 5)) {
        address += 5;
        colon = NULL;
    }
    fd = colon ? connect_tcp(address, colon, why) : connect_unix(address, why);
    if (fd < 0) {
        return NULL;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
    q = calloc(1, sizeof(*q));
    if (!q || !(q->in = fdopen(fd, "r"))) {
        why_not(why, "--qmp %s: %s", address, strerror(errno));
        free(q);
        close(fd);
        return NULL;
    }
    q->fd = fd;
    snprintf(q->address, sizeof(q->address), "%s", address);
    greeting = receive(q, why);
    if (greeting && !json_object_get(greeting, "QMP")) {
        why_not(why, "--qmp %s: what answers there is no QEMU", address);
        json_decref(greeting);
        greeting = NULL;
    }
    json_decref(greeting);
    r = greeting ? qmp_command(q, "qmp_capabilities", json_object(), why) : NULL;
    if (!r) {
        qmp_close(q);
        return NULL;
    }
    json_decref(r);
    return q;
}

void qmp_close(struct qmp *q)
{
    if (q) {
        fclose(q->in);
        free(q->line);
        free(q);
    }
}

static bool send_all(struct qmp *q, const char *text, struct why *why)
{
    for (size_t len = strlen(text); len;) {
        ssize_t n = send(q->fd, text, len, MSG_NOSIGNAL);

        if (n <= 0) {
            return why_not(why, "--qmp %s: QEMU has gone", q->address);
        }
        text += n;
        len -= (size_t)n;
    }
    return true;
}

json_t *qmp_command(struct qmp *q, const char *command, json_t *arguments, struct why *why)
{
    json_t *m = json_pack("{s:s, s:o}", "execute", command, "arguments", arguments);
    char *text = json_dumps(m, JSON_COMPACT);
    json_t *j, *r = NULL;
    bool ok = text && send_all(q, text, why) && send_all(q, "\n", why);

    json_decref(m);
    free(text);
    while (ok && (j = receive(q, why))) {
        json_t *error = json_object_get(j, "error");

        r = json_incref(json_object_get(j, "return"));
        if (error) {
            why_not(why, "QEMU: %s", str(error, "desc"));
        }
        json_decref(j);
        if (error || r) {
            break;
        }
    }
    return r;
}

static char *find_below(struct qmp *q, const char *path, struct why *why)
{
    json_t *list = qmp_command(q, "qom-list", json_pack("{s:s}", "path", path), why), *o;
    char *found = NULL;
    size_t i;

    json_array_foreach(list, i, o) {
        if (!found && !strcmp(str(o, "type"), "child<arm-smmuv3>")) {
            if (asprintf(&found, "%s/%s", path, str(o, "name")) < 0) {
                found = NULL;
            }
        }
    }
    json_decref(list);
    return found;
}

char *qmp_find(struct qmp *q, struct why *why)
{
    static const char *const places[] = { "/machine/unattached", "/machine/peripheral",
                                          "/machine/peripheral-anon" };
    char *found = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(places) && !found; i++) {
        found = find_below(q, places[i], why);
    }
    if (!found) {
        why_not(why, "--qmp %s: this machine has no arm-smmuv3", q->address);
    }
    return found;
}
