#!/bin/bash
source /tests/checks.sh

# compacts LIST BLOCKS: the list gives these blocks; both have spaces between their lines.
compacts() {
  run /app/compact < <(lines "$1")
  expect "exit status for '$1'" 0 "$status"
  expect "blocks of '$1'" "$(lines "$2"; printf .)" "$out."
}

# lines WORDS: one word per line.
lines() {
  local -
  set -f
  # shellcheck disable=SC2086
  [[ -z $1 ]] || printf '%s\n' $1
}

single_entries() {
  compacts '192.0.2.7' '192.0.2.7/32'
  compacts '192.0.2.0/24' '192.0.2.0/24'
  compacts '10.0.0.4-10.0.0.7' '10.0.0.4/30'
  compacts '10.0.0.5-10.0.0.5' '10.0.0.5/32'
  compacts '192.0.2.10-192.0.2.99' '192.0.2.10/31 192.0.2.12/30 192.0.2.16/28 192.0.2.32/27 192.0.2.64/27 192.0.2.96/30'
  compacts '10.0.0.9/32' '10.0.0.9/32'
}

touching_and_overlapping() {
  compacts '10.0.0.0 10.0.0.1' '10.0.0.0/31'
  compacts '10.0.0.1 10.0.0.2' '10.0.0.1/32 10.0.0.2/32'
  compacts '10.0.1.0/24 10.0.0.0/24 10.0.2.0/23' '10.0.0.0/22'
  compacts '10.0.0.0-10.0.0.99 10.0.0.100-10.0.0.255' '10.0.0.0/24'
  compacts '10.0.0.0/24 10.0.0.7 10.0.0.64/26 10.0.0.0/24 10.0.0.250-10.0.1.3' '10.0.0.0/24 10.0.1.0/30'
  compacts '10.0.0.0-10.0.0.255 10.0.0.3-10.0.0.4 10.0.1.0-10.0.1.255' '10.0.0.0/23'
  compacts '10.0.0.255 10.0.1.0' '10.0.0.255/32 10.0.1.0/32'
}

ends_of_the_address_space() {
  local i high='' low=''
  compacts '0.0.0.0/0' '0.0.0.0/0'
  compacts '0.0.0.0-255.255.255.255' '0.0.0.0/0'
  compacts '128.0.0.0/1 0.0.0.0/1' '0.0.0.0/0'
  compacts '255.255.255.255 0.0.0.0' '0.0.0.0/32 255.255.255.255/32'
  compacts '255.255.255.254 255.255.255.255' '255.255.255.254/31'
  compacts '127.255.255.255-128.0.0.0' '127.255.255.255/32 128.0.0.0/32'
  compacts '0.0.0.0/0 255.255.255.255 0.0.0.0-10.0.0.0' '0.0.0.0/0'
  for ((i = 32; i > 1; i--)); do low+=" $(address $((1 << 32 - i)))/$i"; done
  for ((i = 2; i <= 32; i++)); do high+=" $(address $(((1 << 32) - (1 << 33 - i))))/$i"; done
  compacts '0.0.0.1-255.255.255.254' "${low# }$high"
}

address() {
  echo "$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

numerical_order() {
  compacts '100.0.0.0 20.0.0.0/8 9.255.255.255 9.9.0.0/16 100.0.0.20 100.0.0.9 3.0.0.0-3.0.0.2' \
    '3.0.0.0/31 3.0.0.2/32 9.9.0.0/16 9.255.255.255/32 20.0.0.0/8 100.0.0.0/32 100.0.0.9/32 100.0.0.20/32'
}

exclusions() {
  compacts '10.0.0.0/30 !10.0.0.1' '10.0.0.0/32 10.0.0.2/31'
  compacts '!10.0.0.1 10.0.0.0/30' '10.0.0.0/32 10.0.0.2/31'
  compacts '10.0.0.0/24 !10.0.0.0/24' ''
  compacts '!10.0.0.0/8' ''
  compacts '10.0.0.4-10.0.0.11 !10.0.0.0-10.0.0.4 !10.0.0.11-10.0.0.20 !10.0.0.7 10.0.0.30' '10.0.0.5/32 10.0.0.6/32 10.0.0.8/31 10.0.0.10/32 10.0.0.30/32'
  compacts '10.0.0.0/24 10.0.2.0/24 !10.0.0.128-10.0.2.127 !10.0.1.0 10.0.2.0' '10.0.0.0/25 10.0.2.128/25'
  compacts '0.0.0.0/0 !0.0.0.0/1 !192.0.0.0/2' '128.0.0.0/2'
  compacts '0.0.0.0/0 !255.255.255.255 !0.0.0.0-255.255.255.253' '255.255.255.254/32'
}

comments_and_blanks() {
  run /app/compact < <(printf '# office\n\n  10.0.0.0 # first\n\t10.0.0.1\t\n   \t \n10.0.0.2-10.0.0.2#x\n10.0.0.3 \t-  10.0.0.4\n #10.0.0.9\n 10.0.0.5 -10.0.0.6\n !10.0.0.6 # not this\n10.0.0.7')
  expect 'exit status' 0 "$status"
  expect blocks $'10.0.0.0/30\n10.0.0.4/31\n10.0.0.7/32\n' "$out"
  compacts '' ''
  compacts '# #0.0.0.0/0' ''
}

invalid_entries() {
  local entry
  for entry in 256.0.0.1 1.2.3 1.2.3.4.5 1..2.3 1.2.3. .1.2.3.4 01.2.3.4 1.2.3.00 1.2.3.4/33 1.2.3.4/032 1.2.3.4/ 1.2.3.0/024 1.2.3.4/-1 1.2.3.4/+8 192.0.2.1/24 128.0.0.0/0 0.0.0.1/31 \
    10.0.0.2-10.0.0.1 10.0.0.1- -10.0.0.1 10.0.0.1-2 10.0.0.1-10.0.0.2-10.0.0.3 10.0.0.0/31-10.0.0.4 '10.0.0.1 10.0.0.2' '1.2.3.4 /32' '! 1.2.3.4' '!!1.2.3.4' '!' host 1.2.3.4x 0x1.2.3.4 1.2.3.-4 ::1 \
    1.2.3.999999999999999999999 '1,2,3,4' 4294967295; do
    run /app/compact <<< "$entry"
    expect "exit status for '$entry'" 1 "$status"
    expect "standard output for '$entry'" '' "$out"
    expect "standard error for '$entry'" 'line 1: invalid entry' "$err"
  done
}

several_invalid_lines() {
  run /app/compact < <(printf '10.0.0.1\n# 300.0.0.1\nnonsense\n\n10.0.0.2/99\n10.0.0.3\n!1.1.1.1/8\n10.0.0.4\n1.1.1')
  expect 'exit status' 1 "$status"
  expect 'standard output' '' "$out"
  expect 'standard error' $'line 3: invalid entry\nline 5: invalid entry\nline 7: invalid entry\nline 9: invalid entry' "$err"
}

random_lists() {
  local i
  for ((i = 0; i < 25; i++)); do
    perl /tests/reference.pl "$scratch/list" "$scratch/blocks"
    run /app/compact < "$scratch/list"
    expect "exit status for random list $i" 0 "$status"
    expect "blocks of random list $i" "$(cat "$scratch/blocks"; printf .)" "$out."
  done
}

many_entries() {
  run /app/compact < <(perl -e '
    printf "10.%d.%d.%d\n", $_ >> 16, $_ >> 8 & 255, $_ & 255 for map { $_ * 7919 % 45000 } 0 .. 44999;
    printf "!10.0.%d.0-10.0.%d.1\n", $_, $_ for 0 .. 99;
    printf "172.16.%d.%d/31\n", $_ >> 7, ($_ & 127) * 2 for reverse 0 .. 4899;')
  expect 'exit status' 0 "$status"
  expect 'number of blocks' 716 "$(printf %s "$out" | wc -l)"
  expect 'first and last blocks' '10.0.0.2/31 10.0.0.4/30 172.16.36.0/23 172.16.38.0/26 172.16.38.64/29' "$(printf %s "$out" | sed -n '1,2p;714,716p' | paste -sd ' ')"
}

check 'single addresses, blocks and ranges' single_entries
check 'touching and overlapping entries become one' touching_and_overlapping
check 'both ends of the address space' ends_of_the_address_space
check 'the order is numerical' numerical_order
check 'exclusions apply wherever they stand' exclusions
check 'comments, blanks and empty lists' comments_and_blanks
check 'invalid entries are refused' invalid_entries
check 'all invalid lines are reported' several_invalid_lines
check '25 random lists' random_lists
check '50 000 entries in time' many_entries
finish
