/* The most recent lines of a stream, at most `capacity` of them. */
#ifndef RING_H
#define RING_H

#include <stddef.h>

struct line {
    char *bytes;
    size_t length;
};

struct ring {
    struct line *lines;
    size_t capacity;
    size_t count; /* lines in the ring */
    size_t next;  /* where the next line goes */
};

/* 0, or -1 without memory. */
int ring_init(struct ring *ring, size_t capacity);

/* Keeps a copy of the bytes, dropping the oldest line if the ring is full. 0, or -1 without memory. */
int ring_push(struct ring *ring, const char *bytes, size_t length);

/* The line at this position; 0 is the oldest line in the ring. */
const struct line *ring_at(const struct ring *ring, size_t position);

void ring_free(struct ring *ring);

#endif
