#!/bin/bash
set -euo pipefail
cd /app/ledger
export GIT_AUTHOR_NAME=Repair GIT_AUTHOR_EMAIL=repair@ledger.example
export GIT_COMMITTER_NAME=Repair GIT_COMMITTER_EMAIL=repair@ledger.example

# What Git needs to start at all. The index is made anew below, without touching the working tree.
echo 'ref: refs/heads/main' > .git/HEAD
rm -f .git/index .git/index.lock .git/refs/heads/release

# Empty object files hide what should be there. The damaged blob is a file of the working tree, the rest is in the bundle.
find .git/objects -type f -empty -delete
git hash-object -w invoice.sh rates.conf > /dev/null
git bundle unbundle /app/ledger-backup.bundle > /dev/null
git reset -q

# commit_with SUBJECT TEXT: the unreachable commit that has this subject and this text in its message.
commit_with() {
  local commit
  for commit in $(git fsck --unreachable 2> /dev/null | sed -n 's/^unreachable commit //p'); do
    if [[ $(git log -1 --format=%s "$commit") == "$1" && $(git log -1 --format=%B "$commit") == *"$2"* ]]; then
      echo "$commit"
      return
    fi
  done
  echo "no commit '$1'" >&2
  return 1
}
rounding=$(commit_with 'Round the total to 5 cents' 'Reviewed-by:')
release=$(commit_with 'Hotfix: refuse negative quantities' '')
git branch rounding "$rounding"
git branch release "$release"

git merge -q rounding > /dev/null 2>&1 || true # conflicts in invoice.sh
cat > invoice.sh <<'SCRIPT'
#!/bin/bash
# invoice.sh [--currency CODE] FILE: a line of the file has a quantity, a unit price in cents and a discount in percent.
currency=
if [[ $1 == --currency ]]; then
  currency=" $2"
  shift 2
fi
total=0 lines=0
while read -r quantity price discount; do
  amount=$((quantity * price))
  amount=$(((amount * (100 - discount) + 50) / 100))
  lines=$((lines + 1))
  total=$((total + amount))
done < "$1"
total=$(((total + 2) / 5 * 5))
printf 'lines: %d\n' "$lines"
printf 'total: %d.%02d%s\n' $((total / 100)) $((total % 100)) "$currency"
SCRIPT
git add invoice.sh
git commit -q --no-edit
git fsck --full --no-dangling
git status --short --branch
