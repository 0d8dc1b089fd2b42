#!/bin/bash
source /tests/checks.sh

# prints PROGRAM OUTPUT: the program ends well and prints OUTPUT and a newline.
prints() {
  ends "$1" 0 "$2"$'\n' ''
}

# fails PROGRAM MESSAGE [OUTPUT]: the program ends with this runtime error.
fails() {
  ends "$1" 1 "${3-}" "error: $2"
}

# refused PROGRAM MESSAGE: the program is not executed because of this syntax error.
refused() {
  ends "$1" 2 '' "syntax error: $2"
}

ends() {
  printf %s "$1" > "$scratch/program.rill"
  run /app/rill "$scratch/program.rill"
  expect "standard output of ${1:0:300}" "$3" "$out"
  expect "standard error of ${1:0:300}" "$4" "$err"
  expect "exit status of ${1:0:300}" "$2" "$status"
}

arithmetic() {
  prints '2 3 + 4 * 5 - print' 15
  prints '7 2 / emit " " emit -7 2 / emit " " emit 7 -2 / emit " " emit -7 -2 / print' '3 -4 -4 3'
  prints '7 2 % emit " " emit -7 2 % emit " " emit 7 -2 % emit " " emit -7 -2 % print' '1 1 -1 -1'
  prints '6 -3 / emit " " emit 6 -3 % emit " " emit -6 3 % emit " " emit 0 -5 / emit " " emit 0 -5 * print' '-2 0 0 0 0'
  prints '007 emit -0 emit -08 print' 70-8
  prints '94906265 94906265 * print 9007199254740990 -2 / print -9007199254740991 2 / print' $'9007199136250225\n-4503599627370495\n-4503599627370496'
  prints '1 2 < emit 2 2 < emit 2 1 > emit -1 1 = emit 10 9 < emit "10" "9" < emit "b" "abc" > emit "" "a" < emit "x" "x" = emit "X" "x" = print' 1010011110
  prints '0 not emit 5 not emit -1 not print' 100
}

stack_words() {
  prints '1 2 3 rot emit emit print' 132
  prints '1 2 over emit emit print' 121
  prints '1 2 swap emit print' 12
  prints 'depth depth depth print drop dup print' $'2\n0'
  prints '"a" [ 1 ] 5 drop drop dup cat print' aa
}

strings() {
  prints '"tab\tquote\"back\\slash\nline" print' $'tab\tquote"back\\slash\nline'
  prints '"ab" "cd" cat dup len emit dup 0 at emit 3 at print' 4ad
  prints '-42 str "!" cat print "-0042" num 2 + print "" len print' $'-42!\n-40\n0'
  prints '"# no comment [ ] :x" print' '# no comment [ ] :x'
  prints '"%s $HOME `x` \\n" print' '%s $HOME `x` \n'
  prints '"" "x" "" cat cat emit "" print' x
}

tokens() {
  prints '2[dup *]call print' 4
  prints '1[2[3 print]call print]call print # the end' $'3\n2\n1'
  prints $'# first\n\t5 # five [ " \n#\n:a-b? a-b? @a-b? + print' 10
  prints '"a""b"cat"c"cat print' abc
  prints '1 :_ 2 :A1 3 :not-a-word 4 :iffy _ A1 + not-a-word + iffy + print' 10
  prints $'1\t2\n\n+\nprint' 3
  prints '"x#y" print 5 :a 6 :a--- a--- print' $'x#y\n6'
}

no_output() {
  ends '' 0 '' ''
  ends $'# only a comment' 0 '' ''
  ends $'\n\n' 0 '' ''
  ends '1 2 3 [ print ] "x"' 0 '' ''
  run /app/rill "$scratch/none.rill"
  expect 'exit status for a missing file' 2 "$status"
  expect 'standard output for a missing file' '' "$out"
  [[ -n $err ]] || expect 'standard error for a missing file' 'a message' ''
}

names_and_blocks() {
  prints '[ dup * ] :square 7 square print @square :again 3 again print' $'49\n9'
  prints '[ late ] :early [ 42 ] :late early print [ 43 ] :late early print' $'42\n43'
  prints '5 :x [ x 1 + !x ] :bump bump bump x print' 7
  prints '[ 1 ] :x 2 !x x print "s" :x x print' $'2\ns'
  prints '[ [ "inner" print ] ] :outer outer call' inner
  prints '[ "drop" ] :droppy droppy print' drop
}

scopes() {
  prints '1 :x [ 2 :x x print ] call x print' $'2\n1'
  prints '1 :x [ 2 !x 3 :x 4 !x x print ] call x print' $'4\n2'
  prints '1 [ 5 :y y print ] [ ] if 1 [ 1 :z ] times 9 :y y print' $'5\n9'
  prints '[ 0 :count [ count 1 + !count count ] ] :counter counter :a counter :b a emit a emit b emit a print' 1213
  prints '1 :x [ x ] :show [ 2 :x show ] call print' 1
  prints '[ :n [ n + ] ] :adder 3 adder :plus3 10 adder :plus10 1 plus3 print 1 plus10 print [ 100 :n 1 plus3 ] call print' $'4\n11\n4'
  prints '[ [ y ] :get 1 :y get ] call print' 1
  prints '7 :x [ [ x ] :get get 8 :x get ] call emit print' 87
  prints '3 [ 0 :i i 1 + !i i emit ] times "" print' 111
  fails $'[ 1 :x ] call\nx print' 'line 2: unknown name x'
  fails $'1 [ 1 :x ] [ ] if\n2 !x' 'line 2: unknown name x'
}

recursion() {
  prints '[ :n n 2 < [ n ] [ n 1 - fib n 2 - fib + ] if ] :fib 17 fib print' 1597
  prints '[ :n n 0 = [ 1 ] [ n 1 - factorial n * ] if ] :factorial 15 factorial print' 1307674368000
  prints '[ :n n 0 = [ 1 ] [ n 1 - odd ] if ] :even [ :n n 0 = [ 0 ] [ n 1 - even ] if ] :odd 11 even emit 11 odd print' 01
  prints '[ :b :a b 0 = [ a ] [ b a b % gcd ] if ] :gcd 1071 462 gcd print' 21
  prints '[ :to :by :from :n n 0 > [ n 1 - from to by hanoi moves 1 + !moves n 1 - by from to hanoi ] [ ] if ] :hanoi 0 :moves 9 "a" "b" "c" hanoi moves print' 511
}

control() {
  prints '1 ["yes"] ["no"] if print 0 ["yes"] ["no"] if print -1 ["yes"] ["no"] if print' $'yes\nno\nyes'
  prints '0 ["x" print] times -3 ["x" print] times 3 ["x" emit] times "" print' xxx
  prints '0 :i [i 3 <] [i emit i 1 + !i] while i print' 0123
  prints '[0] ["never" print] while "end" print' end
  prints '1 [dup 100 <] [dup +] while print' 128
  prints '2 [3 [depth emit] times "|" emit] times "" print' '000|000|'
  prints '2 :i [i] [i 1 - !i 2 :j [j] [j 1 - !j i emit j emit " " emit] while] while "" print' '11 10 01 00 '
}

depth_and_speed() {
  prints '[ :n n 0 > [ n 1 - down 1 + ] [ 0 ] if ] :down 30000 down print' 30000
  prints '[ 1 - dup 0 > [ sink ] [ ] if ] :sink 49999 sink print' 0
  prints '199999 [7] times depth print' 199999
  prints '0 :sum 0 :i [i 40000 <] [i 1 + !i sum i + !sum] while sum print' 800020000
}

runtime_errors() {
  fails $'1 print\n\n2 +' 'line 3: stack underflow in +' $'1\n'
  fails '"a" emit "b" 1 +' 'line 1: type mismatch in +' a
  fails $'1 [\n 0\n /\n] call' 'line 3: division by zero in /'
  fails '1 0 %' 'line 1: division by zero in %'
  fails $'"abc"\n3 at' 'line 2: index out of range in at'
  fails '"abc" -1 at' 'line 1: index out of range in at'
  fails '"" 0 at' 'line 1: index out of range in at'
  fails '"12x" num' 'line 1: not a number in num'
  fails '"+1" num' 'line 1: not a number in num'
  fails '"1\n" num' 'line 1: not a number in num'
  fails $'[ missing ] :f\nf' 'line 1: unknown name missing'
  fails '@f' 'line 1: unknown name f'
  fails '1 !f' 'line 1: unknown name f'
  fails '!f' 'line 1: stack underflow in !f'
  fails ':f' 'line 1: stack underflow in :f'
  fails '1 over' 'line 1: stack underflow in over'
  fails '1 2 rot' 'line 1: stack underflow in rot'
  fails '"a" +' 'line 1: stack underflow in +'
  fails '"a" 0 /' 'line 1: type mismatch in /'
  fails '1 "1" =' 'line 1: type mismatch in ='
  fails '[ ] [ ] =' 'line 1: type mismatch in ='
  fails '[ ] print' 'line 1: type mismatch in print'
  fails '"a" [ ] [ ] if' 'line 1: type mismatch in if'
  fails '1 2 [ ] if' 'line 1: type mismatch in if'
  fails '1 call' 'line 1: type mismatch in call'
  fails '1 [ ] while' 'line 1: type mismatch in while'
  fails $'[\n]\n[ ]\nwhile' 'line 4: stack underflow in while'
  fails $'[ "x"\n ]\n[ ] while' 'line 3: type mismatch in while'
  fails $'1 2 [ print ] times\n3 [\nprint ] times' 'line 1: stack underflow in print' $'1\n'
  fails '1 str len "a" not' 'line 1: type mismatch in not'
}

syntax_errors() {
  refused $'1 print\n2 print ]' 'line 2: unexpected ]'
  refused $'1 print [\n[ ]\n[ 2\n[ ]\n' 'line 3: missing ]'
  refused $'1 print\n"abc\n" print' 'line 2: unterminated string'
  refused '1 print "abc' 'line 1: unterminated string'
  refused '1 print "abc\"' 'line 1: unterminated string'
  refused $'"ok" print\n\n"a\\x" print' 'line 3: bad escape'
  refused '1 print "\\\\\q"' 'line 1: bad escape'
  refused '1 print 2[dup*]' 'line 1: bad token dup*'
  refused '1 print 1a' 'line 1: bad token 1a'
  refused '1 print :dup' 'line 1: bad token :dup'
  refused '1 print @+' 'line 1: bad token @+'
  refused '1 print :1x' 'line 1: bad token :1x'
  refused '1 print : x' 'line 1: bad token :'
  refused '1 print --1' 'line 1: bad token --1'
  refused '1 print ?a' 'line 1: bad token ?a'
  refused '1 print a#b' 'line 1: bad token a#b'
  refused '1 print 1.5' 'line 1: bad token 1.5'
  refused '1 print +1' 'line 1: bad token +1'
  refused $'[ x$ \n ] ] "' 'line 1: bad token x$'
}

# Random expressions in postfix form; bash computes the expected values, rounding quotients down itself.
random_expressions() {
  local i j operator a b q operators=+-x/% program='' expected=''
  for ((i = 0; i < 150; i++)); do
    a=$((RANDOM - 16384))
    program+="$a"
    for ((j = 0; j < 4; j++)); do
      b=$((RANDOM % 2000 - 1000))
      ((b != 0)) || b=7
      q=$((a / b - (a % b != 0 && (a < 0) != (b < 0))))
      operator=${operators:RANDOM % 5:1}
      case $operator in
        +) a=$((a + b)) ;;
        -) a=$((a - b)) ;;
        x) a=$((a % 100000 * b)) program+=" dup 0 < [ 0 swap - 100000 % 0 swap - ] [ 100000 % ] if" ;;
        /) a=$q ;;
        %) a=$((a - b * q)) ;;
      esac
      program+=" $b ${operator/x/*}"
    done
    program+=$' print\n' expected+="$a"$'\n'
  done
  prints "$program" "${expected%$'\n'}"
}

check 'arithmetic and comparison' arithmetic
check 'stack words' stack_words
check 'strings' strings
check 'tokens and comments' tokens
check 'programs without output and missing files' no_output
check 'names and blocks' names_and_blocks
check 'scopes are lexical' scopes
check 'recursion' recursion
check 'if, times and while' control
check 'depth and speed' depth_and_speed
check 'runtime errors' runtime_errors
check 'syntax errors' syntax_errors
check 'random expressions' random_expressions
finish
