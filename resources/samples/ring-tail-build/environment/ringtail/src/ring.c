#include "ring.h"

#include <stdlib.h>
#include <string.h>

int ring_init(struct ring *ring, size_t capacity)
{
    ring->lines = malloc(capacity * sizeof *ring->lines);
    ring->capacity = capacity;
    ring->count = 0;
    ring->next = 0;
    return ring->lines ? 0 : -1;
}

int ring_push(struct ring *ring, const char *bytes, size_t length)
{
    struct line *line = &ring->lines[ring->next];

    line->bytes = malloc(length);
    if (!line->bytes)
        return -1;
    strcpy(line->bytes, bytes);
    line->length = length;
    ring->next = (ring->next + 1) % ring->capacity;
    if (ring->count < ring->capacity)
        ring->count++;
    return 0;
}

const struct line *ring_at(const struct ring *ring, size_t position)
{
    return &ring->lines[(ring->next + position) % ring->capacity];
}

void ring_free(struct ring *ring)
{
    for (size_t i = 0; i < ring->capacity; i++)
        free(ring->lines[i].bytes);
    free(ring->lines);
}
