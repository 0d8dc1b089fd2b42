#!/bin/bash
source /tests/checks.sh

header=$'route\trequests\terrors\tp50\tp95\tmax'

# write_log NAME LINE...: a log file in $scratch/in.
write_log() {
  mkdir -p "$scratch/in"
  printf '%s\n' "${@:2}" > "$scratch/in/$1"
}

# report DIR: runs the program on DIR, output to $scratch/report.
report() {
  run /app/report "$1" "$scratch/report"
  expect 'exit status' 0 "$status"
}

# expect_routes DIR ROW...: the rows of routes.tsv, with a bar between the fields.
expect_routes() {
  run cat "$1/routes.tsv"
  expect routes.tsv "$(echo "$header"; (($# == 1)) || printf '%s\n' "${@:2}" | tr '|' '\t')"$'\n' "$out"
}

# expect_incident DIR REQUESTS SKIPPED WINDOW ERRORS ROUTE
expect_incident() {
  run cat "$1/incident.txt"
  expect incident.txt "requests: $2
skipped: $3
window: $4
window_errors: $5
worst_route: $6
" "$out"
}

given_routes() {
  expect_routes /app/report.d \
    'PUT /v1/users/:id/avatar-512|71|8|306|1665|3030' \
    'GET /v1/users/:id/orders|48|5|120|811|1574' \
    'DELETE /v1/carts/:id/lines/:id|70|4|57|195|461' \
    'GET /v1/users/:id|65|4|42|189|700' \
    'POST /v1/orders|68|3|150|372|481' \
    'GET /|72|2|19|71|118' \
    'GET /v1/items/:id|68|0|29|108|218' \
    'GET /health|58|0|3|11|12'
}

percentiles() {
  local i lines=()
  for ((i = 1; i <= 41; i++)); do
    lines+=("2026-01-01T00:00:00.000+00:00 a rid=a$i GET /forty-one 200 $((i * 17 % 41 + 1))ms")
    ((i > 40)) || lines+=("2026-01-01T00:00:00.000+00:00 a rid=b$i GET /forty 200 $((i * 17 % 41))ms")
    ((i > 20)) || lines+=("2026-01-01T00:00:00.000+00:00 a rid=c$i GET /twenty 200 $((i * 11))ms")
  done
  lines+=('2026-01-01T00:00:00.000+00:00 a rid=d1 GET /one 200 007ms')
  lines+=('2026-01-01T00:00:00.000+00:00 a rid=e1 GET /two 200 1000ms' '2026-01-01T00:00:00.000+00:00 a rid=e2 GET /two 200 999ms')
  write_log a.access "${lines[@]}"
  report "$scratch/in"
  expect_routes "$scratch/report" 'GET /forty-one|41|0|21|39|41' 'GET /forty|40|0|20|38|40' 'GET /twenty|20|0|110|209|220' 'GET /two|2|0|999|1000|1000' 'GET /one|1|0|7|7|7'
}

time_zones() {
  write_log a.access \
    '2028-02-29T23:59:59.999-00:01 a rid=1 GET /a 500 1ms' \
    '2028-03-01T05:30:00.000+05:30 a rid=2 GET /b 500 1ms' \
    '2028-02-29T18:04:59.999-06:00 a rid=3 GET /b 500 1ms' \
    '2028-03-01T12:05:00.000+12:00 a rid=4 GET /b 500 1ms'
  report "$scratch/in"
  expect_incident "$scratch/report" 4 0 2028-03-01T00:00:00Z 3 'GET /b'
  write_log a.access \
    '2027-01-01T01:59:59.999+02:00 a rid=1 GET /a 500 1ms' \
    '2026-12-31T14:55:00.000-09:00 a rid=2 GET /b 500 1ms' \
    '2027-01-01T00:00:00.000+00:00 a rid=3 GET /c 500 1ms'
  report "$scratch/in"
  expect_incident "$scratch/report" 3 0 2026-12-31T23:55:00Z 2 'GET /a'
}

attempts() {
  write_log edge.access \
    '2026-06-01T12:00:00.500+02:00 edge-1 rid=aa GET /last-attempt/1 503 10ms' \
    '2026-06-01T12:00:09.000+02:00 edge-1 rid=bb GET /first/2 200 20ms' \
    '2026-06-01T10:00:01.000+00:00 edge-1 rid=bb GET /first/2 500 30ms'
  write_log edge.access.17 \
    '2026-06-01T10:00:00.501+00:00 edge-2 rid=aa GET /last-attempt/1 200 40ms' \
    '2026-06-01T09:30:00.000-00:30 edge-2 rid=aaa POST /other 504 50ms'
  report "$scratch/in"
  expect_routes "$scratch/report" 'POST /other|1|1|50|50|50' 'GET /first/:id|1|0|20|20|20' 'GET /last-attempt/:id|1|0|40|40|40'
  expect_incident "$scratch/report" 3 0 2026-06-01T10:00:00Z 1 'POST /other'
}

invalid_lines() {
  write_log a.access \
    '2026-06-01T10:00:00.000+00:00 a rid=1 GET /x 500 1ms' \
    '' \
    '    at Pool.take(Pool.java:118)' \
    '2026-06-01T10:00:00+00:00 a rid=2 GET /x 500 1ms' \
    '2026-06-01T10:00:00.000Z a rid=3 GET /x 500 1ms' \
    '2026-06-01 10:00:00.000+00:00 a rid=4 GET /x 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 A rid=5 GET /x 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid=6G GET /x 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid= GET /x 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid=7 get /x 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid=8 GET x 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid=9 GET /x y 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid=a GET /x 5000 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid=b GET /x 500 1s' \
    '2026-06-01T10:00:00.000+00:00 a rid=c GET /x 500 1ms ' \
    ' 2026-06-01T10:00:00.000+00:00 a rid=d GET /x 500 1ms' \
    '2026-06-01T10:00:00.000+00:00  a rid=e GET /x 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid=f GET /x 500 1ms|' \
    '2026-06-01T10:00:00.000+00:00 b-2 rid=10 GET /x? 404 2ms'
  report "$scratch/in"
  expect_routes "$scratch/report" 'GET /x|2|1|1|2|2'
  expect_incident "$scratch/report" 2 17 2026-06-01T10:00:00Z 1 'GET /x'
}

routes() {
  local target i=0 lines=()
  for target in / '/?a=/7' /7 /7/ '/7/?x=1/' /77/8/999 /7a/b7/7 /v1/:id '/a?b?c=/1' /a/; do
    lines+=("2026-06-01T10:00:00.000+00:00 a rid=$((i += 1)) GET $target 200 ${i}ms")
  done
  write_log a.access "${lines[@]}" '2026-06-01T10:00:00.000+00:00 a rid=ff HEAD / 200 5ms'
  report "$scratch/in"
  expect_routes "$scratch/report" 'GET /:id|3|0|4|5|5' 'GET /|2|0|1|2|2' 'GET /a|2|0|9|10|10' \
    'GET /7a/b7/:id|1|0|7|7|7' 'GET /:id/:id/:id|1|0|6|6|6' 'GET /v1/:id|1|0|8|8|8' 'HEAD /|1|0|5|5|5'
}

ties() {
  write_log a.access \
    '2026-06-01T10:09:59.999+00:00 a rid=1 GET /b 500 1ms' \
    '2026-06-01T10:05:00.000+00:00 a rid=2 GET /B 599 1ms' \
    '2026-06-01T10:04:59.999+00:00 a rid=3 GET /b 500 1ms' \
    '2026-06-01T10:00:00.000+00:00 a rid=4 GET /a 500 1ms' \
    '2026-06-01T10:10:00.000+00:00 a rid=5 GET /B 499 1ms' \
    '2026-06-01T10:10:00.000+00:00 a rid=6 GET /c 200 1ms'
  report "$scratch/in"
  expect_incident "$scratch/report" 6 0 2026-06-01T10:00:00Z 2 'GET /a'
  expect_routes "$scratch/report" 'GET /b|2|2|1|1|1' 'GET /B|2|1|1|1|1' 'GET /a|1|1|1|1|1' 'GET /c|1|0|1|1|1'
}

nothing_to_report() {
  local name
  write_log a.access '2026-06-01T10:00:00.000+00:00 a rid=1 GET /a 499 1ms'
  for name in notes.txt b.access.old c.access.gz access d.access.1.bak; do
    write_log "$name" '2026-06-01T10:00:00.000+00:00 a rid=2 GET /ignored 500 1ms'
  done
  mkdir -p "$scratch/in/sub.access"
  cp "$scratch/in/notes.txt" "$scratch/in/sub.access/x.access"
  report "$scratch/in"
  expect_incident "$scratch/report" 1 0 - 0 -
  rm "$scratch/in/a.access"
  report "$scratch/in"
  expect_incident "$scratch/report" 0 0 - 0 -
  expect_routes "$scratch/report"
}

# Fresh logs whose figures are known by construction: a route has the latencies 1..n times a factor, shuffled,
# and its errors lie in one window; every request has an earlier failed attempt in another file.
fresh_logs() {
  local route rows=() n factor errors i worst=0 window name hour day=0
  mkdir -p "$scratch/in"
  for route in alpha beta gamma delta; do
    n=$((RANDOM % 300 + 50)) factor=$((RANDOM % 9 + 1)) errors=$((worst + RANDOM % 5 + 1))
    worst=$errors name=$route
    hour=$(printf %02d $((RANDOM % 20 + 2)))
    window=2026-07-0$((day += 1))T$hour:$(printf %02d $((RANDOM % 12 * 5)))
    rows=("GET /$route/:id|$n|$errors|$(((n + 1) / 2 * factor))|$(((n * 95 + 99) / 100 * factor))|$((n * factor))" "${rows[@]}")
    for i in $(seq "$n" | shuf); do
      printf '%s:30.%03d+00:00 late rid=%x%x GET /%s/%d?q=%d %d %dms\n' \
        "$window" $((i % 1000)) "'$route" "$i" "$route" "$i" "$i" $((i > errors ? 200 : 502)) $((i * factor))
      printf '2026-06-30T%s:00:00.%03d-02:00 early rid=%x%x GET /%s/%d %d %dms\n' \
        "$hour" $((i % 1000)) "'$route" "$i" "$route" "$i" 500 99999 >&3
    done > "$scratch/in/$route.access.1" 3> "$scratch/in/$route.access"
  done
  report "$scratch/in"
  expect_routes "$scratch/report" "${rows[@]}"
  expect_incident "$scratch/report" "$(cat "$scratch"/in/*.1 | wc -l)" 0 "$window:00Z" "$worst" "GET /$name/:id"
}

check 'routes.tsv of the given logs' given_routes
check 'incident.txt of the given logs' expect_incident /app/report.d 520 25 2026-05-11T22:15:00Z 6 'PUT /v1/users/:id/avatar-512'
check 'percentiles are nearest-rank' percentiles
check 'instants are compared in UTC' time_zones
check 'only the latest attempt of a request counts' attempts
check 'lines of another form are skipped' invalid_lines
check 'targets become routes' routes
check 'ties are broken as specified' ties
check 'logs without errors or requests, and other files' nothing_to_report
check 'fresh logs with known figures' fresh_logs
finish
