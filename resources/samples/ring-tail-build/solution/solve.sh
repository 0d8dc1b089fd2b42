#!/bin/bash
set -euo pipefail
cd /app/ringtail

cat > Makefile <<'MAKEFILE'
CC = gcc
CFLAGS = -O2 -Wall -Wextra
LDFLAGS =
OBJECTS = build/main.o build/reader.o build/ring.o

ringtail: $(OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) $(OBJECTS) -o $@

build/%.o: src/%.c | build
	$(CC) $(CFLAGS) -Iinclude -MMD -MP -c $< -o $@

build:
	mkdir -p $@

clean:
	rm -rf build ringtail

.PHONY: clean

-include $(OBJECTS:.o=.d)
MAKEFILE

cat > src/ring.c <<'SOURCE'
#include "ring.h"

#include <stdlib.h>
#include <string.h>

int ring_init(struct ring *ring, size_t capacity)
{
    ring->lines = calloc(capacity ? capacity : 1, sizeof *ring->lines);
    ring->capacity = capacity;
    ring->count = 0;
    ring->next = 0;
    return ring->lines ? 0 : -1;
}

int ring_push(struct ring *ring, const char *bytes, size_t length)
{
    struct line *line;
    char *copy;

    if (ring->capacity == 0)
        return 0;
    copy = malloc(length ? length : 1);
    if (!copy)
        return -1;
    if (length)
        memcpy(copy, bytes, length);

    line = &ring->lines[ring->next];
    free(line->bytes);
    line->bytes = copy;
    line->length = length;
    ring->next = (ring->next + 1) % ring->capacity;
    if (ring->count < ring->capacity)
        ring->count++;
    return 0;
}

const struct line *ring_at(const struct ring *ring, size_t position)
{
    size_t oldest = ring->next + ring->capacity - ring->count;

    return &ring->lines[(oldest + position) % ring->capacity];
}

void ring_free(struct ring *ring)
{
    for (size_t i = 0; i < ring->capacity; i++)
        free(ring->lines[i].bytes);
    free(ring->lines);
}
SOURCE

cat > src/reader.c <<'SOURCE'
#include "reader.h"

#include <stdlib.h>

void reader_init(struct reader *reader, FILE *file)
{
    reader->file = file;
    reader->buffer = NULL;
    reader->capacity = 0;
}

int reader_next(struct reader *reader, size_t *length)
{
    size_t used = 0;
    int c;

    while ((c = getc(reader->file)) != EOF && c != '\n') {
        if (used == reader->capacity) {
            size_t capacity = reader->capacity ? reader->capacity * 2 : 64;
            char *buffer = realloc(reader->buffer, capacity);

            if (!buffer)
                return -1;
            reader->buffer = buffer;
            reader->capacity = capacity;
        }
        reader->buffer[used++] = (char)c;
    }
    if (ferror(reader->file))
        return -1;
    *length = used;
    return c == '\n' || used > 0;
}

void reader_free(struct reader *reader)
{
    free(reader->buffer);
}
SOURCE

cat > src/main.c <<'SOURCE'
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

/* 0, or -1 if the text is not a number from 0 to MAX_COUNT. */
static int parse_count(const char *text, size_t *count)
{
    if (*text == '\0')
        return -1;
    for (*count = 0; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        *count = *count * 10 + (size_t)(*text - '0');
        if (*count > MAX_COUNT)
            return -1;
    }
    return 0;
}

static void print_line(const struct line *line)
{
    fwrite(line->bytes, 1, line->length, stdout);
    putchar('\n');
}

static void print_lines(const struct ring *ring, int reverse)
{
    for (size_t i = 0; i < ring->count; i++)
        print_line(ring_at(ring, reverse ? ring->count - 1 - i : i));
}

int main(int argc, char **argv)
{
    struct reader reader;
    struct ring ring;
    size_t length, count = 10;
    int option, more, reverse = 0;
    FILE *file = stdin;
    const char *name = "standard input";

    while ((option = getopt(argc, argv, "rn:")) != -1) {
        if (option == 'r')
            reverse = 1;
        else if (option != 'n' || parse_count(optarg, &count))
            return usage();
    }
    if (argc - optind > 1)
        return usage();
    if (optind < argc) {
        name = argv[optind];
        file = fopen(name, "r");
        if (!file)
            return failure(name);
    }

    reader_init(&reader, file);
    if (ring_init(&ring, count))
        return failure("memory");
    while ((more = reader_next(&reader, &length)) == 1) {
        if (ring_push(&ring, reader.buffer, length))
            return failure("memory");
    }
    if (more < 0)
        return failure(name);

    print_lines(&ring, reverse);
    ring_free(&ring);
    reader_free(&reader);
    if (file != stdin)
        fclose(file);
    if (fflush(stdout) || ferror(stdout))
        return failure("standard output");
    return 0;
}
SOURCE

make
