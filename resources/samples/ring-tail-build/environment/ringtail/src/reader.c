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
    char c;

    while ((c = getc(reader->file)) != EOF && c != '\n') {
        if (used > reader->capacity) {
            size_t capacity = reader->capacity ? reader->capacity * 2 : 64;
            char *buffer = realloc(reader->buffer, capacity);

            if (!buffer)
                return -1;
            reader->buffer = buffer;
            reader->capacity = capacity;
        }
        reader->buffer[used++] = c;
    }
    reader->buffer[used] = '\0';
    *length = used;
    return c == EOF ? 0 : 1;
}

void reader_free(struct reader *reader)
{
    free(reader->buffer);
}
