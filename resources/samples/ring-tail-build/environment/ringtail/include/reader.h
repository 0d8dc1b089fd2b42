/* Reads lines of any length and any content. */
#ifndef READER_H
#define READER_H

#include <stddef.h>
#include <stdio.h>

struct reader {
    FILE *file;
    char *buffer;
    size_t capacity;
};

void reader_init(struct reader *reader, FILE *file);

/* 1 with the next line, without its line end, in reader->buffer; 0 at the end of the file; -1 on an error. */
int reader_next(struct reader *reader, size_t *length);

void reader_free(struct reader *reader);

#endif
