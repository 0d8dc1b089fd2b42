#!/bin/bash
set -euo pipefail

cat > /app/export-paid <<'PROGRAM'
#!/bin/bash
set -euo pipefail
export LC_ALL=C

ledger=$1 directory=$2
if [[ ! -f $ledger || ! -r $ledger ]]; then
  echo "export-paid: cannot read $ledger" >&2
  exit 1
fi

mkdir -p "$directory"
orders=$directory/orders.tsv
{
  head -n 1 "$ledger"
  tail -n +2 "$ledger" | tac | sort -t $'\t' -k 1,1 -s -u | { grep $'^[^\t]*\t[^\t]*\tpaid\t' || true; }
} > "$orders"

cents=0 sign=
while read -r amount; do
  [[ $amount =~ ^(-?)([0-9]+)\.([0-9]{2})$ ]]
  cents=$((cents + ${BASH_REMATCH[1]}10#${BASH_REMATCH[2]}${BASH_REMATCH[3]}))
done < <(tail -n +2 "$orders" | cut -f 4)
if ((cents < 0)); then
  sign=- cents=$((-cents))
fi
sum=$(sha256sum < "$orders")
first=$(sed -n '2s/\t.*//p' "$orders")
last=$(sed -n '1!{$s/\t.*//p}' "$orders")

cat > "$directory/MANIFEST" <<MANIFEST
file: orders.tsv
rows: $(($(wc -l < "$orders") - 1))
bytes: $(wc -c < "$orders")
sha256: ${sum%% *}
total: $sign$((cents / 100)).$(printf %02d $((cents % 100)))
first: ${first:--}
last: ${last:--}
MANIFEST
PROGRAM
chmod 0755 /app/export-paid

/app/export-paid /app/orders.tsv /app/export
