#!/bin/bash
# Wrong: takes the unreviewed draft for the lost branch, and resets the colleague's change away.
set -euo pipefail
cd /app/ledger
export GIT_AUTHOR_NAME=Repair GIT_AUTHOR_EMAIL=repair@ledger.example
export GIT_COMMITTER_NAME=Repair GIT_COMMITTER_EMAIL=repair@ledger.example

echo 'ref: refs/heads/main' > .git/HEAD
rm -f .git/index .git/index.lock .git/refs/heads/release
find .git/objects -type f -empty -delete
git hash-object -w rates.conf > /dev/null
git bundle unbundle /app/ledger-backup.bundle > /dev/null
git reset -q --hard

git fsck --lost-found > /dev/null 2>&1
for commit in .git/lost-found/commit/*; do
  commit=${commit##*/}
  case $(git log -1 --format=%s "$commit") in
    'Round the total'*) git branch rounding "$commit" ;;
    Hotfix*) git branch release "$commit" ;;
  esac
done
rm -r .git/lost-found

git merge -q rounding > /dev/null 2>&1 || true
git checkout -q --ours invoice.sh
sed -i 's/^  amount=$((amount - .*/  amount=$(((amount * (100 - discount) + 50) \/ 100))/; s/^printf .total/total=$((total \/ 5 * 5))\n&/' invoice.sh
git add invoice.sh
git commit -q --no-edit
