#!/bin/bash
source /tests/checks.sh

# gives K N D ROOT: the program prints exactly ROOT.
gives() {
  run /app/root "$1" "$2" "$3"
  expect "exit status of root $1 $2 $3" 0 "$status"
  expect "output of root $1 $2 $3" "$4"$'\n' "$out"
}

# verified K N D: the program's output is right by multiplication.
verified() {
  run /app/root "$1" "$2" "$3"
  expect "exit status of root $1 $2 $3" 0 "$status"
  perl /tests/verify.pl "$1" "$2" "$3" "$out" || exit
}

# digits COUNT: a random number of so many digits that does not begin with 0.
digits() {
  local i number=$((RANDOM % 9 + 1))
  for ((i = 1; i < $1; i++)); do number+=$((RANDOM % 10)); done
  echo "$number"
}

# repeat TEXT COUNT
repeat() {
  local i
  for ((i = 0; i < $2; i++)); do printf %s "$1"; done
}

few_decimals() {
  gives 2 2 5 1.41421
  gives 2 144 1 12.0
  gives 3 1000 2 10.00
  gives 9 512 3 2.000
  gives 5 100 10 2.5118864315
  gives 7 3 6 1.169930
  gives 2 5 1 2.2
}

zero_and_one() {
  gives 2 0 0 0
  gives 9 0 4 0.0000
  gives 3 1 3 1.000
  gives 2 0.000 2 0.00
  gives 8 00001 1 1.0
  gives 6 0000000000 0 0
}

without_decimals() {
  gives 3 26.999 0 2
  gives 3 27 0 3
  gives 2 99 0 9
  gives 2 100 0 10
  gives 4 0.9999 0 0
  gives 2 1"$(repeat 0 98)" 0 1"$(repeat 0 49)"
}

fractions() {
  gives 4 0.0081 3 0.300
  gives 2 0.25 2 0.50
  gives 2 000.2500 1 0.5
  gives 2 2.25 6 1.500000
  gives 3 0.000001 2 0.01
  gives 3 0.000000999 2 0.00
  gives 3 0.001 1 0.1
  gives 2 "0.$(repeat 0 96)16" 50 "0.$(repeat 0 48)40"
  gives 2 "3.$(repeat 9 99)" 3 1.999
  gives 5 "0.$(repeat 9 99)" 30 "0.$(repeat 9 30)"
}

perfect_powers() {
  gives 2 152415787532388367501905199875019052100 20 12345678901234567890.00000000000000000000
  gives 3 1881676372353657772490265749424677022198701224860897069000000 40 "123456789012345678900.$(repeat 0 40)"
  gives 9 1"$(repeat 0 99)" 100 "100000000000.$(repeat 0 100)"
}

just_below() {
  gives 2 999999999999999999999998000000000000000000000000 12 999999999999999999999998.999999999999
  gives 2 999999999999999999999998000000000000000000000001 12 999999999999999999999999.000000000000
  gives 3 999999999999999999999999999999999999999999999999999 20 99999999999999999.99999999999999999999
  gives 9 511 1 1.9
  gives 7 "$(repeat 9 98)" 60 "99999999999999.$(repeat 9 60)"
}

long_expansions() {
  gives 2 2 100 1.4142135623730950488016887242096980785696718753769480731766797379907324784621070388503875343276415727
  verified 2 2 500
  verified 3 2 500
  verified 2 0.0000000001 500
  verified 9 "$(digits 100)" 500
  verified 8 "$(repeat 9 100)" 499
  verified 7 "0.$(digits 99)" 500
}

random_roots() {
  local i number
  for ((i = 0; i < 24; i++)); do
    number=$(digits $((RANDOM % 60 + 1)))
    ((i % 3)) || number+=.$(digits $((RANDOM % 40 + 1)))
    verified $((i % 8 + 2)) "$number" $((RANDOM % 120))
  done
}

bad_arguments() {
  local arguments
  while IFS='|' read -ra arguments; do
    run /app/root "${arguments[@]}"
    expect "exit status of root ${arguments[*]}" 2 "$status"
    expect "standard output of root ${arguments[*]}" '' "$out"
    [[ -n $err ]] || expect "standard error of root ${arguments[*]}" 'a message' ''
  done << ARGUMENTS

2
2|2
2|2|2|2
1|2|2
10|2|2
02|2|2
+2|2|2
2.0|2|2
2|-4|2
2|+4|2
2|4.|2
2|.5|2
2|1.2.3|2
2|1e9|2
2|0x10|2
2|four|2
2||2
2|4 |2
2|$(repeat 7 101)|2
2|0.$(repeat 7 100)|2
2|2|501
2|2|-1
2|2|05
2|2|1.5
2|2|x
ARGUMENTS
}

check 'roots with few decimals' few_decimals
check 'roots of zero and one' zero_and_one
check 'no decimals, no point' without_decimals
check 'numbers with a fraction' fractions
check 'perfect powers have zeros only' perfect_powers
check 'just below a perfect power is truncated' just_below
check 'hundreds of decimals within the time limit' long_expansions
check '24 random roots' random_roots
check 'bad arguments exit with status 2' bad_arguments
finish
