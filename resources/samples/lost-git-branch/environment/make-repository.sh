#!/bin/bash
# Makes /app/ledger as a power cut left it, and /app/ledger-backup.bundle. All commit ids are the same in every build.
set -euo pipefail

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME='Ines Duarte' GIT_AUTHOR_EMAIL=ines@ledger.example
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
umask 022

# record HOUR GIT_COMMAND...: runs a command that makes a commit or tag at this hour of one day.
record() {
  local -x GIT_AUTHOR_DATE="2026-03-10T$1:00:00+00:00" GIT_COMMITTER_DATE="2026-03-10T$1:00:00+00:00"
  git "${@:2}"
}

git init -q -b main /app/ledger
cd /app/ledger
git config gc.auto 0

cat > README.md <<'TEXT'
# ledger

`invoice.sh FILE` prints the total of an invoice.
TEXT
cat > invoice.sh <<'TEXT'
#!/bin/bash
# invoice.sh FILE: a line of the file has a quantity, a unit price in cents and a discount in percent.
total=0
while read -r quantity price discount; do
  amount=$((quantity * price))
  total=$((total + amount))
done < "$1"
printf 'total: %d.%02d\n' $((total / 100)) $((total % 100))
TEXT
chmod 0755 invoice.sh
git add .
record 08 commit -q -m 'Add the invoice script'

printf 'EUR 1.0000\nCHF 0.9312\nSEK 11.2480\n' > rates.conf
git add .
record 09 commit -q -m 'Add exchange rates'
sed -i 's/^  amount=.*/&\n  amount=$((amount - amount * discount \/ 100))/' invoice.sh
record 10 commit -q -a -m 'Apply discounts'
record 10 tag -a v1.0 -m 'Version 1.0'
git branch archive

# The branch that will be lost. An older draft of its second commit and an experiment on top of it are left behind.
git checkout -q -b rounding
sed -i 's/^  amount=$((amount - .*/  amount=$(((amount * (100 - discount) + 50) \/ 100))/' invoice.sh
record 11 commit -q -a -m 'Round line amounts half up'
sed -i 's/^printf/total=$((total \/ 5 * 5))\n&/' invoice.sh
record 12 commit -q -a -m 'Round the total to 5 cents'
sed -i 's/^total=$((total \/ 5.*/total=$(((total + 2) \/ 5 * 5))/' invoice.sh
record 13 commit -q -a --amend -m 'Round the total to 5 cents

Cash totals go to the nearest multiple, not down.

Reviewed-by: Tomas Lind <tomas@ledger.example>'
sed -i 's/+ 50/+ 49/' invoice.sh
record 14 commit -q -a -m 'WIP: round half down?'

git checkout -q -b release v1.0
sed -i 's/^while .*/&\n  ((quantity >= 0)) || exit 1/' invoice.sh
record 15 commit -q -a -m 'Hotfix: refuse negative quantities'

git checkout -q main
cat > invoice.sh <<'TEXT'
#!/bin/bash
# invoice.sh [--currency CODE] FILE: a line of the file has a quantity, a unit price in cents and a discount in percent.
currency=
if [[ $1 == --currency ]]; then
  currency=" $2"
  shift 2
fi
total=0
while read -r quantity price discount; do
  amount=$((quantity * price))
  amount=$((amount - amount * discount / 100))
  total=$((total + amount))
done < "$1"
printf 'total: %d.%02d%s\n' $((total / 100)) $((total % 100)) "$currency"
TEXT
record 16 commit -q -a -m 'Add an option for the currency'
sed -i 's/^total=0/total=0 lines=0/; s/^  amount=$((amount - .*/&\n  lines=$((lines + 1))/; s/^printf/printf '"'lines: %d\\\\n'"' "$lines"\n&/' invoice.sh
printf 'EUR 1.0000\nCHF 0.9307\nSEK 11.2510\nNOK 11.6905\n' > rates.conf
record 17 commit -q -a -m 'Print the number of lines, update the rates'

git bundle create -q /app/ledger-backup.bundle v1.0 archive

# What a colleague was working on.
printf '\n`rates.conf` is updated every Monday.\n' >> README.md
printf 'ask about the rates of last year\n' > TODO.txt

# The branch is deleted, and then the power fails.
git branch -q -D rounding
git pack-refs --no-all
rm -rf .git/logs .git/ORIG_HEAD .git/COMMIT_EDITMSG

# object ID: the file of a loose object.
object() { echo ".git/objects/${1:0:2}/${1:2}"; }

blob=$(object "$(git rev-parse main:rates.conf)")
tree=$(object "$(git rev-parse 'main~3^{tree}')")
rm -f "$blob"
install -m 0444 /dev/null "$blob"
rm -f "$tree"
head -c 41 /dev/zero > .git/refs/heads/release
: > .git/HEAD
truncate -s 60 .git/index
: > .git/index.lock
