#include "reader.h"
#include "ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_COUNT 1000000

static int usage(void)
{
    fputs("usage: ringtail [-r] [-n COUNT] [FILE]\n", stderr);
    return 2;
}

static int failure(const char *what)
{
    fprintf(stderr, "ringtail: %s: %s\n", what, strerror(errno));
    return 1;
}

static void print_line(const struct line *line)
{
    fputs(line->bytes, stdout);
    putchar('\n');
}

static void print_lines(const struct ring *ring, int reverse)
{
    if (reverse) {
        for (size_t i = ring->count - 1; i >= 0; i--)
            print_line(ring_at(ring, i));
    } else {
        for (size_t i = 0; i <= ring->count; i++)
            print_line(ring_at(ring, i));
    }
}

int main(int argc, char **argv)
{
    struct reader reader;
    struct ring ring;
    size_t length, count = 10;
    int option, reverse = 0;
    FILE *file = stdin;
    const char *name = "standard input";

    while ((option = getopt(argc, argv, "rn")) != -1) {
        if (option == 'r')
            reverse = 1;
        else if (option == 'n')
            count = atoi(optarg);
        else
            return usage();
    }
    if (optind < argc) {
        name = argv[optind];
        file = fopen(name, "r");
    }

    reader_init(&reader, file);
    if (ring_init(&ring, count))
        return failure("memory");
    while (reader_next(&reader, &length) == 1) {
        if (ring_push(&ring, reader.buffer, length))
            return failure("memory");
    }

    print_lines(&ring, reverse);
    ring_free(&ring);
    reader_free(&reader);
    return 0;
}
