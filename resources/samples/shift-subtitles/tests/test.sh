#!/bin/bash
source /tests/checks.sh

# shifted OFFSET INPUT: runs the program on INPUT, a string, and demands success.
shifted() {
  run /app/shift-subtitles "$1" <<< "$2"
  expect 'exit status' 0 "$status"
}

carries() {
  shifted 1 $'1\n00:59:59,999 --> 09:59:59,999\nCarry.'
  expect output $'1\n01:00:00,000 --> 10:00:00,000\nCarry.\n' "$out"
  shifted -1 $'1\n01:00:00,000 --> 10:00:00,000\nBorrow.'
  expect output $'1\n00:59:59,999 --> 09:59:59,999\nBorrow.\n' "$out"
  shifted +1 $'1\n99:59:59,998 --> 99:59:59,999\nLong.'
  expect output $'1\n99:59:59,999 --> 100:00:00,000\nLong.\n' "$out"
}

leading_zeros() {
  shifted 0 $'8\n08:09:08,009 --> 09:08:09,080\nZeros.'
  expect output $'1\n08:09:08,009 --> 09:08:09,080\nZeros.\n' "$out"
  shifted -0080 $'1\n00:00:08,088 --> 00:00:09,099\nZeros.'
  expect output $'1\n00:00:08,008 --> 00:00:09,019\nZeros.\n' "$out"
}

edge_of_zero() {
  local cues=$'1\n00:00:00,000 --> 00:00:00,999\na\n\n2\n00:00:00,500 --> 00:00:01,000\nb\n\n3\n00:00:00,999 --> 00:00:01,001\nc\n\n4\n00:00:01,000 --> 00:00:03,000\nd'
  shifted -1000 "$cues"
  expect output $'1\n00:00:00,000 --> 00:00:00,001\nc\n\n2\n00:00:00,000 --> 00:00:02,000\nd\n' "$out"
  shifted -3000 "$cues"
  expect 'output without any cue' '' "$out"
}

text_that_looks_like_cues() {
  shifted 2000 $'5\n00:00:01,000 --> 00:00:02,000\n6\n00:00:03,000 --> 00:00:04,000\n  12 \\n %s -->\n\n9\n00:00:00,000 --> 00:00:00,500\n00:00:07,000\ttab '
  expect output $'1\n00:00:03,000 --> 00:00:04,000\n6\n00:00:03,000 --> 00:00:04,000\n  12 \\n %s -->\n\n2\n00:00:02,000 --> 00:00:02,500\n00:00:07,000\ttab \n' "$out"
}

empty_lines_and_line_ends() {
  shifted 0 $'\n\r\n3\r\n00:00:01,000 --> 00:00:02,000\r\none\r\n\r\n\n\n2\n00:00:00,100 --> 00:00:00,200\ntwo\r\n\r\n'
  expect output $'1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:00,100 --> 00:00:00,200\ntwo\n' "$out"
  run /app/shift-subtitles 0 < <(printf '1\n00:00:01,000 --> 00:00:02,000\nno line end')
  expect 'output without a last line end' $'1\n00:00:01,000 --> 00:00:02,000\nno line end\n' "$out"
  run /app/shift-subtitles 5 < /dev/null
  expect 'exit status of an empty input' 0 "$status"
  expect 'output of an empty input' '' "$out"
}

bad_offsets() {
  local offset
  for offset in '' 1.5 ten 12x -- +-3 ' 5' 0x10; do
    run /app/shift-subtitles "$offset" <<< $'1\n00:00:01,000 --> 00:00:02,000\ntext'
    expect "exit status with offset '$offset'" 2 "$status"
    expect "output with offset '$offset'" '' "$out"
  done
  run /app/shift-subtitles
  expect 'exit status without offset' 2 "$status"
  run /app/shift-subtitles 1 2
  expect 'exit status with two arguments' 2 "$status"
  [[ -n $err ]] || expect 'standard error' 'a message' ''
}

# Fresh cues: the generator knows every time as a number, so it writes the input and the expected output side by side.
fresh_file() {
  local offset=$((RANDOM * 1000 - 16000000))
  echo "offset $offset"
  perl -e '
    my ($offset, $input, $output) = @ARGV;
    sub clock { my $t = shift; sprintf "%02d:%02d:%02d,%03d", $t / 3600000, $t / 60000 % 60, $t / 1000 % 60, $t % 1000 }
    open my $in, ">", $input;
    open my $expected, ">", $output;
    for my $i (1 .. 3000) {
      my $start = int rand 30_000_000;
      my $end = $start + 1 + int rand 9_000;
      my $text = sprintf "line %d\n%d", $i, rand 99;
      printf $in "%d\n%s --> %s\n%s\n\n", $i * 3, clock($start), clock($end), $text;
      next if $end + $offset <= 0;
      print $expected "\n" if $kept++;
      $start = -$offset if $start + $offset < 0;
      printf $expected "%d\n%s --> %s\n%s\n", $kept, clock($start + $offset), clock($end + $offset), $text;
    }
  ' -- "$offset" "$scratch/fresh.srt" "$scratch/fresh.expected"
  run /app/shift-subtitles "$offset" < "$scratch/fresh.srt"
  expect 'exit status' 0 "$status"
  expect output "$(cat "$scratch/fresh.expected"; printf .)" "$out."
}

talk_is_shifted() {
  run cat /app/talk-shifted.srt
  expect talk-shifted.srt '1
00:00:00,000 --> 00:00:02,509
Good evening. We start at
08:30 --> 09:15

2
00:00:05,500 --> 00:00:06,499
Eight dialects of one language,

3
00:00:57,450 --> 00:00:58,550
and how many of them are still spoken?
7

4
00:00:59,999 --> 00:01:00,000
None.

5
00:09:57,100 --> 00:09:59,600
- Then  why do we  care?
- Ask the archive.

6
00:59:57,499 --> 00:59:59,999
<i>Laughter</i>

7
09:08:04,506 --> 09:08:07,008
The tape ends here.
' "$out"
}

check 'times carry and borrow across all fields' carries
check 'leading zeros are decimal' leading_zeros
check 'cues at zero are cut or left out, the rest renumbered' edge_of_zero
check 'text lines stay as they are' text_that_looks_like_cues
check 'empty lines and line ends are normalised' empty_lines_and_line_ends
check 'a bad offset exits with status 2' bad_offsets
check 'a fresh file of 3000 cues' fresh_file
check 'talk-shifted.srt is talk.srt 2500 ms earlier' talk_is_shifted
finish
