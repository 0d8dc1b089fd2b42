#!/bin/bash
source /tests/checks.sh

# The tests build a copy of the sources: they do not trust a program or objects that are there already.
# build [MAKE ARGUMENT...]: builds the copy in $scratch/copy, which becomes the current directory.
build() {
  cp -a /app/ringtail "$scratch/copy" && cd "$scratch/copy" || exit
  run make clean
  expect 'exit status of make clean' 0 "$status"
  run make "$@"
  expect "exit status of make $*" 0 "$status"
  [[ -x ringtail ]] || expect "ringtail after make $*" 'an executable' nothing
}

# tails [-r] [-n COUNT]: the program prints of $scratch/input what tail does, reversed with -r.
tails() {
  local reader=cat options=("$@") expected
  if [[ ${1-} == -r ]]; then
    reader=tac options=("${@:2}")
  fi
  expected=$(tail "${options[@]}" "$scratch/input" | "$reader" | od -An -c -v)
  run ./ringtail "$@" "$scratch/input"
  expect "exit status of ringtail $*" 0 "$status"
  expect "output of ringtail $*" "$expected" "$(od -An -c -v "$scratch/out")"
}

program_is_built() {
  local source
  run /app/ringtail/ringtail -n 1 < <(printf 'one\ntwo\n')
  expect 'exit status of /app/ringtail/ringtail' 0 "$status"
  expect 'output of /app/ringtail/ringtail' $'two\n' "$out"
  build -j4 CFLAGS='-O2 -Wall -Wextra -Werror'
  rm -f ringtail && mkdir "$scratch/bin"
  printf '#!/bin/bash\necho "$*" >> %q\nexec gcc "$@"\n' "$scratch/calls" > "$scratch/bin/cc-log"
  chmod 0755 "$scratch/bin/cc-log"
  build_again CC="$scratch/bin/cc-log" CFLAGS=-DMARK_COMPILE LDFLAGS=-Wl,-O1
  for source in main reader ring; do
    grep -F -e -DMARK_COMPILE "$scratch/calls" | grep -q "src/$source\.c" || expect "compilation of $source.c" 'with the given CC and CFLAGS' "$(cat "$scratch/calls")"
  done
  grep -q -e -Wl,-O1 "$scratch/calls" || expect linking 'with the given CC and LDFLAGS' "$(cat "$scratch/calls")"
  build_again CFLAGS= LDFLAGS=
}

build_again() {
  rm -rf "$scratch/copy"
  build "$@"
}

incremental_build() {
  local header
  build
  run make -q
  expect 'exit status of make -q after make' 0 "$status"
  for header in include/*.h; do
    sleep 0.02
    touch "$header"
    run make -q
    expect "exit status of make -q after a change of $header" 1 "$status"
    run make
    expect "exit status of make after a change of $header" 0 "$status"
  done
  run make -q
  expect 'exit status of make -q at the end' 0 "$status"
}

clean_build() {
  cp -a /app/ringtail "$scratch/copy" && cd "$scratch/copy" || exit
  run make clean
  run find . -type f
  sort "$scratch/out" > "$scratch/before"
  expect 'built files after make clean' '' "$(grep -E 'ringtail$|\.[od]$' "$scratch/before")"
  expect 'sources after make clean' './Makefile ./include/reader.h ./include/ring.h ./src/main.c ./src/reader.c ./src/ring.c' \
    "$(grep -xE '\./(Makefile|include/(reader|ring)\.h|src/(main|reader|ring)\.c)' "$scratch/before" | paste -sd ' ')"
  run make
  touch notes.txt src/extra.txt
  run make clean
  expect 'exit status of make clean' 0 "$status"
  run find . -type f
  expect 'files after make clean' "$(sort "$scratch/before" - <<< $'./notes.txt\n./src/extra.txt')" "$(sort "$scratch/out")"
  run make clean
  expect 'exit status of a second make clean' 0 "$status"
}

last_lines() {
  local lines count
  build
  for lines in 0 1 2 9 10 11 25; do
    seq 1 "$lines" | sed 's/^/line /' > "$scratch/input"
    tails
    tails -r
    for count in 0 1 2 $((lines + 1)) $((lines > 0 ? lines - 1 : 7)) "$lines" 1000000; do
      tails -n "$count"
      tails -r -n "$count"
    done
  done
  run ./ringtail -n 3 -r < <(seq 7)
  expect 'output for standard input' $'7\n6\n5\n' "$out"
  run ./ringtail -n003 < <(seq 7)
  expect 'output with leading zeros in COUNT' $'5\n6\n7\n' "$out"
}

any_bytes() {
  build
  printf 'a\377b\n\377\n\377\377\nx\0y\n\0\n\0\0z\n\n\n\r\n%s\n' "$(printf '\\%o' {1..9} {11..255} | xargs -0 printf)" > "$scratch/input"
  tails -n 4
  tails
  tails -r -n 100
  head -c 60000 /dev/urandom > "$scratch/input"
  echo >> "$scratch/input"
  tails -n 50
}

line_lengths() {
  local length
  build
  for length in {0..40} 62 63 64 65 66 126 127 128 129 130 255 256 257 511 512 513 1023 1024 1025 4095 4096 4097 70000; do
    head -c "$length" /dev/zero | tr '\0' x
    echo
  done > "$scratch/input"
  tails -n 100
  tails -r -n 7
  tac "$scratch/input" > "$scratch/turned" && mv "$scratch/turned" "$scratch/input"
  tails -n 100
}

missing_line_end() {
  build
  run ./ringtail -n 2 < <(printf 'one\ntwo\nthree')
  expect output $'two\nthree\n' "$out"
  run ./ringtail -r < <(printf 'one\ntwo')
  expect 'output with -r' $'two\none\n' "$out"
  run ./ringtail < <(printf x)
  expect 'output of one byte' $'x\n' "$out"
  run ./ringtail < <(printf '\n\n')
  expect 'output of empty lines' $'\n\n' "$out"
}

wrong_usage() {
  local arguments
  build
  echo line > "$scratch/input"
  for arguments in -x -n '-n -1' '-n 5x' '-n x' '-n 1000001' '-n 99999999999999999999' '-n +3' '-n 1.5' "-n= $scratch/input" "$scratch/input $scratch/input"; do
    # shellcheck disable=SC2086
    run ./ringtail $arguments
    expect "exit status of ringtail $arguments" 2 "$status"
    expect "output of ringtail $arguments" '' "$out"
    [[ -n $err ]] || expect "standard error of ringtail $arguments" 'a message' ''
  done
  run ./ringtail -n '' "$scratch/input"
  expect 'exit status with an empty COUNT' 2 "$status"
}

input_and_output_errors() {
  local file
  build
  for file in "$scratch/none" /; do
    run ./ringtail "$file"
    expect "exit status of ringtail $file" 1 "$status"
    expect "output of ringtail $file" '' "$out"
    [[ -n $err ]] || expect "standard error of ringtail $file" 'a message' ''
  done
  seq 10 > "$scratch/input"
  run bash -c './ringtail "$0" > /dev/full' "$scratch/input"
  expect 'exit status with a full disk' 1 "$status"
  [[ -n $err ]] || expect 'standard error with a full disk' 'a message' ''
}

bounded_memory() {
  build
  run bash -c 'ulimit -v 40000; yes 0123456789012345678901234567890123456789 | head -n 1500000 | ./ringtail -n 2'
  expect 'exit status after 60 MB of input in 40 MB of memory' 0 "$status"
  expect output $'0123456789012345678901234567890123456789\n0123456789012345678901234567890123456789\n' "$out"
}

no_memory_errors() {
  local arguments
  build CFLAGS='-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all' LDFLAGS=-fsanitize=address,undefined
  { seq 50; printf 'nul \0 and \377\n\n%0200d\n%04100d\nno end' 1 2; } > "$scratch/input"
  for arguments in '' -r '-n 0' '-n 1' '-n 3' '-n 54' '-n 55' '-r -n 55' '-n 56' '-n 1000000' '-r -n 0'; do
    # shellcheck disable=SC2086
    run env ASAN_OPTIONS=detect_leaks=0 ./ringtail $arguments "$scratch/input"
    expect "exit status of ringtail $arguments" 0 "$status"
    expect "report about ringtail $arguments" '' "$err"
  done
  run env ASAN_OPTIONS=detect_leaks=0 ./ringtail -r < /dev/null
  expect 'report about an empty input' '' "$err"
}

check 'make builds without warnings and honours its variables' program_is_built
check 'make rebuilds what a header changes, and nothing else' incremental_build
check 'make clean removes exactly what was built' clean_build
check 'the last lines in order and reversed' last_lines
check 'lines of any bytes' any_bytes
check 'lines of any length' line_lengths
check 'a last line without line end' missing_line_end
check 'wrong usage exits with status 2' wrong_usage
check 'input and output errors exit with status 1' input_and_output_errors
check 'memory does not grow with the input' bounded_memory
check 'no reports by the sanitizers' no_memory_errors
finish
