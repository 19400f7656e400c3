/* The program that runs in a lab's guest: it answers probes, holds TCP connections with a counter, dirties memory, and writes numbered records to
 * its disk. All of it is set on the kernel command line:
 *   livcloud.dirty=BYTES_PER_SECOND livcloud.set=BYTES livcloud.compressibility=PERCENT livcloud.marker=48_CHARACTERS
 *   livcloud.records=BYTE_OFFSET_OF_THE_RECORD_AREA livcloud.interval=MICROSECONDS livcloud.seed=NUMBER
 * The record's layout is known to LivCloud.Lab.Guests.DiskRecord; change both together. Numbers are little-endian (the guest is x86-64). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/fs.h>

enum { ECHO_PORT = 7001, COUNTER_PORT = 7002, STATUS_PORT = 7003 };
enum { PAGE_BYTES = 4096, RECORD_BYTES = 512, MARKER_BYTES = 48, MARKER_COPIES = 64 };

static char command_line[4096];
static uint64_t run;                       /* differs for each boot */
static _Atomic uint64_t durable_records;   /* records that fdatasync has confirmed */
static _Atomic uint64_t dirtied_pages, echoed_probes, disk_errors;
static _Atomic int disk_state;             /* 0: no disk, 1: writing, 2: full */

static uint64_t now_nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void sleep_until(uint64_t deadline)
{
    struct timespec t = { (time_t)(deadline / 1000000000u), (long)(deadline % 1000000000u) };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) { }
}

static const char *parameter(const char *name)
{
    static char value[64];
    size_t length = strlen(name);
    for (const char *p = command_line; (p = strstr(p, name)) != NULL; p += length) {
        if ((p == command_line || p[-1] == ' ') && p[length] == '=') {
            size_t n = strcspn(p + length + 1, " \n");
            if (n >= sizeof value) n = sizeof value - 1;
            memcpy(value, p + length + 1, n);
            value[n] = 0;
            return value;
        }
    }
    return NULL;
}

static uint64_t number(const char *name, uint64_t otherwise)
{
    const char *text = parameter(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static uint64_t next_random(uint64_t *state)   /* SplitMix64 */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint32_t crc32_of(const unsigned char *data, size_t length)   /* IEEE 802.3, reflected */
{
    static uint32_t table[256];
    if (!table[1]) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t c = i;
            for (int bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
            table[i] = c;
        }
    }
    uint32_t crc = 0xffffffffu;
    while (length--) crc = table[(crc ^ *data++) & 0xff] ^ (crc >> 8);
    return ~crc;
}

static int udp_socket(int port)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) { perror("bind"); exit(1); }
    return fd;
}

/* Each probe comes back with this guest's clock behind it: that clock stands still while the guest is paused. */
static void *echo(void *unused)
{
    (void)unused;
    int fd = udp_socket(ECHO_PORT);
    unsigned char buffer[2048];
    for (;;) {
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        uint64_t now;
        ssize_t n = recvfrom(fd, buffer, sizeof buffer - sizeof now, 0, (struct sockaddr *)&peer, &length);
        if (n > 0) {
            now = now_nanoseconds();
            memcpy(buffer + n, &now, sizeof now);
            sendto(fd, buffer, (size_t)n + sizeof now, 0, (struct sockaddr *)&peer, length);
            echoed_probes++;
        }
    }
    return NULL;
}

/* One connection: the peer sends its counter (8 bytes); it comes back with this connection's own count, which starts at 1. */
static void *counter_connection(void *argument)
{
    int fd = (int)(intptr_t)argument, one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    uint64_t message[2] = { 0, 0 };
    for (;;) {
        size_t have = 0;
        while (have < sizeof message[0]) {
            ssize_t n = recv(fd, (char *)message + have, sizeof message[0] - have, 0);
            if (n <= 0) { close(fd); return NULL; }
            have += (size_t)n;
        }
        message[1]++;
        if (send(fd, message, sizeof message, MSG_NOSIGNAL) != sizeof message) { close(fd); return NULL; }
    }
}

static void *counter_server(void *unused)
{
    (void)unused;
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(COUNTER_PORT) };
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 16) != 0) { perror("listen"); exit(1); }
    for (;;) {
        int connection = accept(fd, NULL, NULL);
        pthread_t thread;
        if (connection >= 0 && pthread_create(&thread, NULL, counter_connection, (void *)(intptr_t)connection) == 0) pthread_detach(thread);
    }
    return NULL;
}

static void *dirty(void *unused)
{
    (void)unused;
    uint64_t rate = number("livcloud.dirty", 0), pages = number("livcloud.set", 0) / PAGE_BYTES;
    size_t random_bytes = (size_t)(PAGE_BYTES * (100 - number("livcloud.compressibility", 50)) / 100) & ~7u;
    uint64_t random_state = number("livcloud.seed", 1) + run;
    if (pages == 0) return NULL;
    unsigned char *set = mmap(NULL, pages * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (set == MAP_FAILED) { printf("livcloud: no memory for the working set\n"); return NULL; }

    char marker[MARKER_BYTES + 1] = "";
    const char *text = parameter("livcloud.marker");
    if (text) snprintf(marker, sizeof marker, "%s", text);
    uint64_t marker_step = pages / MARKER_COPIES ? pages / MARKER_COPIES : 1;
    const uint64_t step = 10000000;   /* every 10 ms */
    uint64_t deadline = now_nanoseconds(), page = 0, owed_bytes = 0;
    int filled = 0;   /* the first pass over the set is not paced: the set exists from the start */
    for (;;) {
        while (!filled || owed_bytes >= PAGE_BYTES) {
            unsigned char *p = set + page * PAGE_BYTES;
            for (size_t i = 0; i < random_bytes; i += 8) {
                uint64_t value = next_random(&random_state);
                memcpy(p + i, &value, 8);
            }
            if (random_bytes < PAGE_BYTES) memset(p + random_bytes, (int)(random_state & 0x7f), PAGE_BYTES - random_bytes);
            if (marker[0] && page % marker_step == 0) memcpy(p + PAGE_BYTES - MARKER_BYTES, marker, MARKER_BYTES);
            page = (page + 1) % pages;
            if (!filled) {
                if (page == 0) { filled = 1; deadline = now_nanoseconds(); }
                continue;
            }
            owed_bytes -= PAGE_BYTES;
            dirtied_pages++;
        }
        if (rate == 0) pause();
        deadline += step;
        uint64_t now = now_nanoseconds();
        if (now > deadline + 5 * step) deadline = now;   /* after a pause the lost time is not caught up */
        sleep_until(deadline);
        owed_bytes += rate / 100;
    }
}

struct record {
    char magic[8];
    uint64_t run, number, nanoseconds;
    unsigned char filler[RECORD_BYTES - 36];
    uint32_t crc;   /* over all that stands before it */
} __attribute__((packed));

static void *write_records(void *unused)
{
    (void)unused;
    if (number("livcloud.records", 0) == 0) return NULL;
    int fd;
    while ((fd = open("/dev/vda", O_RDWR | O_DIRECT)) < 0) sleep_until(now_nanoseconds() + 10000000);   /* found a little after boot */
    uint64_t bytes = 0, offset = number("livcloud.records", 0), interval = number("livcloud.interval", 5000) * 1000;
    if (ioctl(fd, BLKGETSIZE64, &bytes) != 0) return NULL;
    disk_state = 1;
    struct record *record = aligned_alloc(PAGE_BYTES, PAGE_BYTES);
    uint64_t random_state = run, deadline = now_nanoseconds();
    for (uint64_t n = 0; offset + (n + 1) * RECORD_BYTES <= bytes; n++) {
        memcpy(record->magic, "LIVCREC1", 8);
        record->run = run;
        record->number = n;
        record->nanoseconds = now_nanoseconds();
        for (size_t i = 0; i + 8 <= sizeof record->filler; i += 8) {
            uint64_t value = next_random(&random_state);
            memcpy(record->filler + i, &value, 8);
        }
        record->crc = crc32_of((unsigned char *)record, RECORD_BYTES - 4);
        while (pwrite(fd, record, RECORD_BYTES, (off_t)(offset + n * RECORD_BYTES)) != RECORD_BYTES || fdatasync(fd) != 0) {
            disk_errors++;
            sleep_until(now_nanoseconds() + 100000000);
        }
        durable_records = n + 1;
        deadline += interval;
        uint64_t now = now_nanoseconds();
        if (now > deadline) deadline = now;
        sleep_until(deadline);
    }
    disk_state = 2;
    return NULL;
}

int main(void)
{
    int fd = open("/proc/cmdline", O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, command_line, sizeof command_line - 1);
    command_line[n > 0 ? n : 0] = 0;
    fd = open("/dev/urandom", O_RDONLY);
    if (fd < 0 || read(fd, &run, sizeof run) != sizeof run) run = now_nanoseconds();

    void *(*tasks[])(void *) = { echo, counter_server, dirty, write_records };
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, tasks[i], NULL) != 0) { perror("pthread_create"); return 1; }
    }
    int status = udp_socket(STATUS_PORT);
    printf("livcloud: the guest is ready\n");
    fflush(stdout);
    for (;;) {
        char question[64], answer[512];
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        if (recvfrom(status, question, sizeof question, 0, (struct sockaddr *)&peer, &length) < 0) continue;
        int size = snprintf(answer, sizeof answer,
            "{\"run\":%llu,\"uptimeMs\":%llu,\"disk\":\"%s\",\"durableRecords\":%llu,\"diskErrors\":%llu,\"dirtiedPages\":%llu,\"echoedProbes\":%llu}",
            (unsigned long long)run, (unsigned long long)(now_nanoseconds() / 1000000),
            disk_state == 0 ? "none" : disk_state == 1 ? "writing" : "full", (unsigned long long)durable_records,
            (unsigned long long)disk_errors, (unsigned long long)dirtied_pages, (unsigned long long)echoed_probes);
        sendto(status, answer, (size_t)size, 0, (struct sockaddr *)&peer, length);
    }
}
