#!/bin/bash
source /tests/checks.sh

header=$'id\ttime\tstatus\tamount'

# export_rows ENTRY...: exports a ledger with these entries (fields separated by spaces) to $scratch/export.
export_rows() {
  rm -rf "$scratch/export"
  { echo "$header"; (($# == 0)) || printf '%s\n' "$@" | tr ' ' '\t'; } > "$scratch/ledger.tsv"
  run /app/export-paid "$scratch/ledger.tsv" "$scratch/export"
  expect 'exit status' 0 "$status"
}

# expect_orders DIR ENTRY...: the orders.tsv of DIR holds exactly these entries.
expect_orders() {
  run cat "$1/orders.tsv"
  expect orders.tsv "$(echo "$header"; (($# == 1)) || printf '%s\n' "${@:2}" | tr ' ' '\t')"$'\n' "$out"
}

# expect_manifest DIR TOTAL: the manifest has this total and describes the orders.tsv beside it.
expect_manifest() {
  local orders="$1/orders.tsv" sum rows first last
  [[ -f $orders && -f $1/MANIFEST ]] || expect "files in $1" 'MANIFEST orders.tsv' "$(ls "$1" 2>&1)"
  sum=$(sha256sum < "$orders")
  rows=$(($(wc -l < "$orders") - 1))
  first=$(sed -n 2p "$orders" | cut -f 1)
  last=$(sed 1d "$orders" | tail -n 1 | cut -f 1)
  run cat "$1/MANIFEST"
  expect MANIFEST "file: orders.tsv
rows: $rows
bytes: $(wc -c < "$orders")
sha256: ${sum%% *}
total: $2
first: ${first:--}
last: ${last:--}
" "$out"
}

given_orders() {
  run cat /app/export/orders.tsv
  expect 'lines in orders.tsv' 113 "$(wc -l <<< "${out%$'\n'}")"
  expect 'checksum of orders.tsv' 'f314b66fdc06c1d283c774903973f5c29f4cb6e93b360a8454a673c292876021  -' "$(printf %s "$out" | sha256sum)"
}

corrections() {
  export_rows 'EU-1 t1 paid 1.00' 'EU-2 t2 open 2.00' 'EU-3 t3 paid 3.00' 'EU-1 t4 cancelled 1.00' 'EU-2 t0 paid 2.50' 'EU-3 t3 paid 3.25' 'EU-4 t9 refunded 4.00'
  expect_orders "$scratch/export" 'EU-2 t0 paid 2.50' 'EU-3 t3 paid 3.25'
  expect_manifest "$scratch/export" 5.75
}

byte_order() {
  export_rows 'US-9 t paid 1.00' 'EU-10 t paid 1.00' 'US-10 t paid 1.00' 'EU-1000 t paid 1.00' 'EU-9 t paid 1.00' 'EU-100 t paid 1.00' 'EU-1 t paid 1.00'
  expect_orders "$scratch/export" 'EU-1 t paid 1.00' 'EU-10 t paid 1.00' 'EU-100 t paid 1.00' 'EU-1000 t paid 1.00' 'EU-9 t paid 1.00' 'US-10 t paid 1.00' 'US-9 t paid 1.00'
  expect_manifest "$scratch/export" 7.00
}

totals() {
  local i rows=()
  export_rows 'EU-1 t paid 9999999.99' 'EU-2 t paid 9999999.99' 'EU-3 t paid 0.02' 'EU-4 t paid 10000.08'
  expect_manifest "$scratch/export" 20010000.08
  export_rows 'EU-1 t paid 0.05' 'EU-2 t paid -0.10'
  expect_manifest "$scratch/export" -0.05
  export_rows 'EU-1 t paid -1200.70' 'EU-2 t paid 0.69'
  expect_manifest "$scratch/export" -1200.01
  export_rows 'EU-1 t paid 19.99' 'EU-2 t paid -19.99'
  expect_manifest "$scratch/export" 0.00
  for ((i = 1000; i < 10000; i++)); do rows+=("US-$i t paid 9999999.09"); done
  export_rows "${rows[@]}"
  expect_manifest "$scratch/export" 89999991810.00
}

nothing_paid() {
  export_rows 'EU-1 t open 1.00' 'EU-2 t paid 1.00' 'EU-2 t refunded 1.00'
  expect_orders "$scratch/export"
  expect_manifest "$scratch/export" 0.00
  export_rows
  expect_manifest "$scratch/export" 0.00
}

replaces_an_export() {
  local directory="$scratch/deep/er/out put"
  export_rows 'EU-1 t paid 1.00' 'EU-2 t paid 2.00'
  mkdir "$scratch/a ledger"
  mv "$scratch/ledger.tsv" "$scratch/a ledger/l.tsv"
  run /app/export-paid "$scratch/a ledger/l.tsv" "$directory"
  expect 'exit status' 0 "$status"
  expect_manifest "$directory" 3.00
  printf '%s\nEU-7\tt\tpaid\t7.00\n' "$header" > "$scratch/a ledger/l.tsv"
  run /app/export-paid "$scratch/a ledger/l.tsv" "$directory"
  expect 'exit status' 0 "$status"
  expect_orders "$directory" 'EU-7 t paid 7.00'
  expect_manifest "$directory" 7.00
  expect 'files in the directory' $'MANIFEST\norders.tsv' "$(ls -A "$directory")"
}

unreadable_ledger() {
  export_rows 'EU-1 t paid 1.00'
  run /app/export-paid "$scratch/missing.tsv" "$scratch/export"
  expect 'exit status' 1 "$status"
  [[ -n $err ]] || expect 'standard error' 'a message' ''
  expect_orders "$scratch/export" 'EU-1 t paid 1.00'
  expect_manifest "$scratch/export" 1.00
  run /app/export-paid "$scratch/missing.tsv" "$scratch/absent"
  expect 'exit status' 1 "$status"
  [[ ! -e $scratch/absent ]] || expect 'output directory' 'not created' created
}

# A fresh ledger: a shuffled list in which every id has a wrong entry first and its right entry later.
fresh_ledger() {
  local i id cents total=0 ids=() right=() wrong=()
  mapfile -t ids < <(seq 100 99999 | shuf -n 1500)
  for ((i = 0; i < 1500; i++)); do
    id=EU-${ids[i]} cents=$((RANDOM * 30000 + RANDOM))
    wrong+=("$id w paid $((RANDOM % 1000)).99")
    if ((i % 3)); then
      right+=("$id r paid $((cents / 100)).$(printf %02d $((cents % 100)))")
      total=$((total + cents))
    else
      right+=("$id r open 1.00")
    fi
  done
  mapfile -t right < <(printf '%s\n' "${right[@]}" | shuf)
  export_rows "${wrong[@]}" "${right[@]}"
  mapfile -t right < <(printf '%s\n' "${right[@]}" | grep ' paid ' | sort -k 1,1)
  expect_orders "$scratch/export" "${right[@]}"
  expect_manifest "$scratch/export" "$((total / 100)).$(printf %02d $((total % 100)))"
}

check 'the given ledger is exported to /app/export' given_orders
check 'the manifest in /app/export agrees with its orders.tsv' expect_manifest /app/export 1011408.47
check 'only the last entry of an id counts' corrections
check 'orders are sorted by id in byte order' byte_order
check 'totals are exact' totals
check 'an export without paid orders' nothing_paid
check 'an earlier export is replaced' replaces_an_export
check 'an unreadable ledger leaves the directory alone' unreadable_ledger
check 'a fresh ledger of 3000 entries' fresh_ledger
finish
