#!/bin/bash
source /tests/checks.sh

repository=/app/ledger
previous_main=bf533931e3d074ff916afc95d9eb592645e03fea
rounding=53d001a7304eeb241b205c8cba5f524a91d0e6f1
release=015b2deaecdd31487aedbae6ba4d7e9a0741b717
archive=5f57463bc2867950c63ae7c7c6418769b37a535c
tag=38b6f91814abdbc7d0372c99ff51cc30e30aaace

# ledger GIT_ARGUMENT...: Git in the repository, without configuration, hooks or replacements that might hide something.
ledger() {
  run env GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_NO_REPLACE_OBJECTS=1 GIT_OPTIONAL_LOCKS=0 \
    git -c core.hooksPath=/dev/null -c core.fsmonitor=false -C "$repository" "$@"
  expect "exit status of git $*" 0 "$status"
}

# gives ARGUMENTS INVOICE OUTPUT: the committed invoice.sh prints OUTPUT for the lines of INVOICE.
gives() {
  ledger show main:invoice.sh
  printf %s "$out" > "$scratch/invoice.sh"
  printf %s "$2" > "$scratch/invoice.txt"
  # shellcheck disable=SC2086
  run bash "$scratch/invoice.sh" $1 "$scratch/invoice.txt"
  expect "exit status for ${2:0:200}" 0 "$status"
  expect "output for ${2:0:200}" "$3"$'\n' "$out"
}

usable() {
  local left
  ledger symbolic-ref HEAD
  expect HEAD $'refs/heads/main\n' "$out"
  for left in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD rebase-merge rebase-apply index.lock HEAD.lock; do
    [[ ! -e $repository/.git/$left ]] || expect "$repository/.git/$left" nothing 'a file'
  done
  [[ -z $(find "$repository/.git/refs" -name '*.lock') ]] || expect 'lock files of refs' none some
}

sound() {
  ledger fsck --full --no-dangling --no-progress
  expect 'report of git fsck on standard output' '' "$out"
  expect 'report of git fsck on standard error' '' "$err"
}

complete() {
  [[ ! -s $repository/.git/shallow && ! -s $repository/.git/info/grafts && ! -s $repository/.git/objects/info/alternates ]] ||
    expect 'shallow, grafts and alternates' none some
  ledger clone -q --mirror --no-local "$repository" "$scratch/mirror"
  ledger rev-list --count main
  expect 'number of commits in main' $'8\n' "$out"
  ledger archive --format=tar main~4
}

refs() {
  local main
  ledger rev-parse main
  main=${out%$'\n'}
  ledger for-each-ref --format='%(objectname) %(refname)' refs/heads refs/tags refs/replace
  expect 'branches and tags' "$archive refs/heads/archive
$main refs/heads/main
$release refs/heads/release
$rounding refs/heads/rounding
$tag refs/tags/v1.0
" "$out"
}

parents() {
  ledger log -1 --format=%P main
  expect 'parents of main' "$previous_main $rounding"$'\n' "$out"
}

merged_files() {
  ledger diff --raw "$previous_main" main
  expect 'modes, status and names of what the merge changes' $':100755 100755 M\tinvoice.sh\n' "$(sed -E 's/^(:[0-9]+ [0-9]+) [0-9a-f]+ [0-9a-f]+/\1/' <<< "${out%$'\n'}")"$'\n'
  ledger show main:invoice.sh
  [[ ! $out =~ (^|$'\n')(\<\<\<\<\<\<\<|=======|\>\>\>\>\>\>\>) ]] || expect 'conflict markers' none "$out"
}

line_rounding() {
  gives '' $'1 100 0\n' $'lines: 1\ntotal: 1.00'
  gives '' $'3 999 0\n2 50 0\n' $'lines: 2\ntotal: 30.95'
  gives '' $'1 50 1\n1 50 1\n1 50 1\n1 50 1\n1 50 1\n' $'lines: 5\ntotal: 2.50'
  gives '' $'1 150 1\n1 50 1\n3 150 1\n1 103 0\n' $'lines: 4\ntotal: 7.50'
  gives '' $'1 55 10\n1 55 10\n1 55 10\n' $'lines: 3\ntotal: 1.50'
  gives '' $'7 1234 100\n0 500 0\n' $'lines: 2\ntotal: 0.00'
}

total_rounding() {
  local cents
  for cents in 0 1 2 3 4 5 6 7 8 97 98 99 1002 1003; do
    gives '' "1 $cents 0"$'\n' $'lines: 1\n'"$(printf 'total: %d.%02d' $(((cents + 2) / 5 * 5 / 100)) $(((cents + 2) / 5 * 5 % 100)))"
  done
  gives '' $'1 2 0\n1 2 0\n1 2 0\n' $'lines: 3\ntotal: 0.05'
}

currency() {
  gives '--currency EUR' $'1 100 0\n2 250 20\n' $'lines: 2\ntotal: 5.00 EUR'
  gives '--currency SEK' '' $'lines: 0\ntotal: 0.00 SEK'
}

random_invoices() {
  local i j quantity price discount total invoice
  for ((i = 0; i < 10; i++)); do
    total=0 invoice=
    for ((j = 0; j < 20; j++)); do
      quantity=$((RANDOM % 20)) price=$RANDOM discount=$((RANDOM % 101))
      invoice+="$quantity $price $discount"$'\n'
      total=$((total + (quantity * price * (100 - discount) + 50) / 100))
    done
    total=$(((total + 2) / 5 * 5))
    gives '--currency CHF' "$invoice" "$(printf 'lines: 20\ntotal: %d.%02d CHF' $((total / 100)) $((total % 100)))"
  done
}

colleague() {
  ledger status --porcelain=v1 --untracked-files=all --ignored
  expect 'git status' $' M README.md\n?? TODO.txt\n' "$out"
  run cat "$repository/README.md"
  # shellcheck disable=SC2016
  expect README.md $'# ledger\n\n`invoice.sh FILE` prints the total of an invoice.\n\n`rates.conf` is updated every Monday.\n' "$out"
  run cat "$repository/TODO.txt"
  expect TODO.txt $'ask about the rates of last year\n' "$out"
}

check 'the repository works, on main, with nothing in progress' usable
check 'git fsck reports nothing' sound
check 'the whole history can be read' complete
check 'branches and tags are where they were' refs
check 'main merges rounding into the previous main' parents
check 'the merge changes invoice.sh only' merged_files
check 'amounts are rounded half up' line_rounding
check 'totals are rounded to 5 cents' total_rounding
check 'the currency follows the total' currency
check 'random invoices' random_invoices
check 'the work of the colleague is untouched' colleague
finish
