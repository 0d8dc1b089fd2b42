# What the README promises of a checkout that was set up: sourced, not run.

# `npx --no tbcc …` works in it.
command_works() {
  local output
  output=$(npx --no tbcc jobs -o "$work/no-jobs") || return 1
  [[ $output == "No jobs in "* ]] || { echo "npx --no tbcc jobs says: $output" >&2; return 1; }
}

# Each sample is resolved: an exit code of 0 says only that each was judged.
quickstart_resolves_all() {
  local log=$work/quickstart.log samples
  samples=$(find resources/samples -mindepth 2 -maxdepth 2 -name task.toml | wc -l)
  npm run quickstart 2>&1 | tee "$log" || return 1
  grep --quiet "^resolved/N  *$samples/$samples " "$log" || { echo "not all of the $samples samples were resolved" >&2; return 1; }
}
