/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
 *
 * vfio-edu BDF GROUP: drives QEMU's edu device through VFIO. Two pages are mapped and edu copies one to the other;
 * then the second is unmapped and edu writes it again, which must fault and must leave the page alone.
 *
 * Freestanding, because a cross compiler without a C library is all that Debian's package brings: Linux's arm64
 * system calls, and the few VFIO structures, are written down here.
 */
#include <stddef.h>
#include <stdint.h>

enum { SYS_ioctl = 29, SYS_openat = 56, SYS_write = 64, SYS_pwrite64 = 68, SYS_exit_group = 94, SYS_nanosleep = 101,
       SYS_mmap = 222 };

static long call(long n, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = n;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;

    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

/* The compiler may ask for these even here. */
void *memset(void *p, int c, size_t n);
void *memset(void *p, int c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ((volatile char *)p)[i] = (char)c;
    }
    return p;
}

static void put(const char *s)
{
    size_t n = 0;

    while (s[n]) {
        n++;
    }
    call(SYS_write, 1, (long)s, (long)n, 0, 0, 0);
}

static void quit(const char *what)
{
    put("failed=");
    put(what);
    put("\n");
    call(SYS_exit_group, 1, 0, 0, 0, 0, 0);
}

static long must(long result, const char *what)
{
    if (result < 0 && result > -4096) {
        quit(what);
    }
    return result;
}

#define PAGE      4096u
#define IOVA_FROM 0x100000u
#define IOVA_TO   0x200000u

/* VFIO's requests are all _IO(';', 100 + n). */
#define VFIO(n) (0x3b00 + 100 + (n))
enum { SET_IOMMU = VFIO(2), SET_CONTAINER = VFIO(4), GET_DEVICE_FD = VFIO(6), GET_REGION_INFO = VFIO(8),
       MAP_DMA = VFIO(13), UNMAP_DMA = VFIO(14) };
enum { TYPE1V2 = 3, REGION_BAR0 = 0, REGION_CONFIG = 7, MAP_READ_WRITE = 3 };

struct region_info { uint32_t argsz, flags, index, cap_offset; uint64_t size, offset; };
struct map { uint32_t argsz, flags; uint64_t vaddr, iova, size; };
struct unmap { uint32_t argsz, flags; uint64_t iova, size; };

static int container, device;

static uint64_t region_offset(uint32_t index)
{
    struct region_info info = { .argsz = sizeof(info), .index = index };

    must(call(SYS_ioctl, device, GET_REGION_INFO, (long)&info, 0, 0, 0), "region_info");
    return info.offset;
}

static void map(void *page, uint64_t iova)
{
    struct map m = { sizeof(m), MAP_READ_WRITE, (uint64_t)page, iova, PAGE };

    must(call(SYS_ioctl, container, MAP_DMA, (long)&m, 0, 0, 0), "map");
}

static void unmap(uint64_t iova)
{
    struct unmap u = { sizeof(u), 0, iova, PAGE };

    must(call(SYS_ioctl, container, UNMAP_DMA, (long)&u, 0, 0, 0), "unmap");
}

/* edu: source, destination, count, command; its own buffer is at 0x40000. Command 1 reads memory, 3 writes it. */
enum { EDU_BUFFER = 0x40000, EDU_READ = 1, EDU_WRITE = 3 };

static void dma(volatile uint8_t *bar, uint64_t from, uint64_t to, uint64_t command)
{
    static const int64_t tick[2] = { 0, 10 * 1000 * 1000 };
    volatile uint64_t *reg = (volatile uint64_t *)(bar + 0x80);

    reg[0] = from;
    reg[1] = to;
    reg[2] = PAGE;
    reg[3] = command;
    for (int n = 0; reg[3] & 1; n++) {
        if (n == 1000) {
            quit("edu_never_ready");
        }
        call(SYS_nanosleep, (long)tick, 0, 0, 0, 0, 0);
    }
}

static void fill(volatile uint8_t *page, uint32_t seed)
{
    for (uint32_t i = 0; i < PAGE; i++) {
        seed = seed * 1664525u + 1013904223u;
        page[i] = (uint8_t)(seed >> 24);
    }
}

static int same(const volatile uint8_t *a, const volatile uint8_t *b)
{
    for (uint32_t i = 0; i < PAGE; i++) {
        if (a[i] != b[i]) {
            return 0;
        }
    }
    return 1;
}

static int run(const char *bdf, const char *group)
{
    static const uint16_t memory_and_master = 0x0006;
    char path[64] = "/dev/vfio/";
    uint8_t *from, *to, *keep;
    volatile uint8_t *bar;
    size_t n = 10;
    int fd;

    while (*group && n + 1 < sizeof(path)) {
        path[n++] = *group++;
    }
    container = (int)must(call(SYS_openat, -100, (long)"/dev/vfio/vfio", 2, 0, 0, 0), "open_container");
    fd = (int)must(call(SYS_openat, -100, (long)path, 2, 0, 0, 0), "open_group");
    must(call(SYS_ioctl, fd, SET_CONTAINER, (long)&container, 0, 0, 0), "set_container");
    must(call(SYS_ioctl, container, SET_IOMMU, TYPE1V2, 0, 0, 0), "set_iommu");
    device = (int)must(call(SYS_ioctl, fd, GET_DEVICE_FD, (long)bdf, 0, 0, 0), "get_device");
    must(call(SYS_pwrite64, device, (long)&memory_and_master, 2, (long)region_offset(REGION_CONFIG) + 4, 0, 0), "config");
    bar = (uint8_t *)must(call(SYS_mmap, 0, 1 << 20, 3, 1, device, (long)region_offset(REGION_BAR0)), "mmap_bar");
    from = (uint8_t *)must(call(SYS_mmap, 0, 3 * PAGE, 3, 0x22, -1, 0), "mmap_pages");
    to = from + PAGE;
    keep = to + PAGE;

    fill(from, 1);
    fill(to, 2);
    map(from, IOVA_FROM);
    map(to, IOVA_TO);
    dma(bar, IOVA_FROM, EDU_BUFFER, EDU_READ);
    dma(bar, EDU_BUFFER, IOVA_TO, EDU_WRITE);
    put(same(from, to) ? "mapped=copied " : "mapped=wrong ");

    fill(to, 3);
    fill(keep, 3);
    unmap(IOVA_TO);
    dma(bar, EDU_BUFFER, IOVA_TO, EDU_WRITE);
    put(same(to, keep) ? "unmapped=untouched\n" : "unmapped=written\n");
    return 0;
}

void start(const long *stack);
void start(const long *stack)
{
    /* argc, argv[0], BDF, GROUP */
    if (stack[0] != 3) {
        quit("usage_vfio-edu_BDF_GROUP");
    }
    call(SYS_exit_group, run((const char *)stack[2], (const char *)stack[3]), 0, 0, 0, 0, 0);
}

__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tand sp, x0, -16\n\tb start\n");
