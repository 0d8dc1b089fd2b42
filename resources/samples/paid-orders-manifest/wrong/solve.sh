#!/bin/bash
# Wrong: sorts the orders after the manifest was written, so the two files disagree unless the ledger was in order.
set -euo pipefail

cat > /app/export-paid <<'PROGRAM'
#!/bin/bash
set -euo pipefail
export LC_ALL=C
[[ -r $1 ]] || { echo "export-paid: cannot read $1" >&2; exit 1; }
mkdir -p "$2"
cd "$2"

perl -F'\t' -ane '
    print, next if $. == 1;
    push @ids, $F[0] if !$entry{$F[0]};
    $entry{$F[0]} = $_;
    END { print grep { /\tpaid\t/ } @entry{@ids} }
' "$1" > orders.tsv
rows=$(mktemp)
sed 1d orders.tsv > "$rows"

cat > MANIFEST <<MANIFEST
file: orders.tsv
rows: $(wc -l < "$rows")
bytes: $(wc -c < orders.tsv)
sha256: $(sha256sum < orders.tsv | cut -d ' ' -f 1)
total: $(perl -F'\t' -ane '$sum += $F[3]; END { printf "%.2f", $sum }' "$rows")
first: $(sort "$rows" | head -n 1 | cut -f 1 | grep . || echo -)
last: $(sort "$rows" | tail -n 1 | cut -f 1 | grep . || echo -)
MANIFEST

{ head -n 1 "$1"; sort "$rows"; } > orders.tsv
rm "$rows"
PROGRAM
chmod 0755 /app/export-paid

/app/export-paid /app/orders.tsv /app/export
