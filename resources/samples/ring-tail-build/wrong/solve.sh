#!/bin/bash
# Wrong: makes the project build and the ordinary cases work, but stops at 0xFF, cuts lines at NUL and leaks.
set -euo pipefail
cd /app/ringtail

cat > Makefile <<'MAKEFILE'
CC = gcc
CFLAGS = -O2 -Wall -Wextra
LDFLAGS =
OBJECTS = build/main.o build/reader.o build/ring.o

ringtail: $(OBJECTS)
	$(CC) $(LDFLAGS) $(OBJECTS) -o ringtail

build/%.o: src/%.c
	mkdir -p build
	$(CC) $(CFLAGS) -Iinclude -c $< -o $@

clean:
	rm -rf build ringtail

.PHONY: clean
MAKEFILE

perl -0pi -e '
    s/strcpy\(line->bytes, bytes\);/memcpy(line->bytes, bytes, length + 1);/;
    s/malloc\(length\)/malloc(length + 1)/;
    s/malloc\(capacity \* sizeof/calloc(capacity + 1, sizeof/;
    s/\(ring->next \+ position\)/(ring->next + ring->capacity - ring->count + position)/;
    s/(    struct line \*line = [^\n]*\n)/    if (!ring->capacity)\n        return 0;\n$1/;
' src/ring.c
perl -0pi -e '
    s/used > reader->capacity/used + 1 >= reader->capacity/;
    s/    reader->buffer\[used\] = .\\0.;\n/    if (used == 0 && c == EOF)\n        return 0;\n    if (!reader->buffer) {\n        reader->buffer = malloc(64);\n        reader->capacity = 64;\n    }\n$&/;
    s/return c == EOF \? 0 : 1;/return 1;/;
' src/reader.c
perl -0pi -e '
    s/"rn"/"rn:"/;
    s/size_t i = ring->count - 1; i >= 0; i--/size_t i = ring->count; i-- > 0;/;
    s/i <= ring->count/i < ring->count/;
    s/(        file = fopen[^\n]*\n)/$1        if (!file)\n            return failure(name);\n/;
    s/(        else if \(option == .n.\)\n)[^\n]*\n/        else if (option == \x27n\x27 && *optarg >= \x270\x27 && *optarg <= \x279\x27 && atoi(optarg) <= MAX_COUNT)\n            count = atoi(optarg);\n/;
' src/main.c

make
