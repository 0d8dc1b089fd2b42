#!/bin/bash
# A small agent for tests: it works on a sample as agents do and keeps an ATIF trajectory of it in /logs/agent.
model=@MODEL@
case $TBCC_INSTRUCTION in
  *'"beacon"'*) task=release-tree ;;
  *shift-subtitles*) task=shift-subtitles ;;
  *'edge servers'*) task=incident-report ;;
  *) task=compact-allowlist ;;
esac
price=$([[ $model == *deep* ]] && echo 0.0214 || echo 0.0031)
steps=()
dim=$'\e[2m' bold=$'\e[1m' cyan=$'\e[36m' green=$'\e[32m' red=$'\e[31m' off=$'\e[0m'

main() {
  mkdir -p /logs/agent
  note user "$TBCC_INSTRUCTION"
  act 'I start with what is there.' 'The instruction names files below /app. Before I write anything I want to see them.' 'pwd; ls -la /app'
  act 'Which tools can I use?' '' 'for tool in bash perl awk python3 gcc; do command -v "$tool" || echo "$tool: none"; done'
  if [[ $model == *deep* ]]; then
    act 'I read what is given more closely.' 'Details of the instruction decide; I look for what the tests may hold against me.' 'head -n 20 /app/* 2>/dev/null'
    act "I write the solution of $task so that it holds elsewhere, too." 'No Python and no compiler: bash, awk and perl have to do.' "cat /installed-agent/$task.sh"
  else
    act "I write the solution of $task." 'Straight ahead: this is a small task.' "cat /installed-agent/$task.sh"
  fi
  act 'Now I run it.' '' "bash /installed-agent/$task.sh"
  act 'Let me see what has become of it.' '' 'ls -laR /app | head -n 40'
  act 'One look at a path that may be missing.' '' 'cat /app/NOTES.md'
  note agent 'Everything that was asked for is in place. Done.'
  printf '%s✔ done%s\n' "$green" "$off"
}

# act MESSAGE REASONING COMMAND: says it, runs it, and records both.
act() {
  local output status
  printf '%s● %s%s\n' "$bold" "$1" "$off"
  [[ -z $2 ]] || printf '%s  %s%s\n' "$dim" "$2" "$off"
  printf '%s$ %s%s\n' "$cyan" "$3" "$off"
  sleep 0.3
  output=$(bash -c "$3" 2>&1)
  status=$?
  printf '%s\n' "$output"
  ((status == 0)) || printf '%sexit code %s%s\n' "$red" "$status" "$off"
  record agent "$1" "$2" "$3" "$output" "$status"
}

note() { record "$1" "$2" '' '' '' 0; }

# record SOURCE MESSAGE REASONING COMMAND OUTPUT STATUS
record() {
  local id=$((${#steps[@]} + 1)) step
  step="{\"step_id\":$id,\"timestamp\":\"$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)\",\"source\":\"$1\",\"message\":$(json "$2")"
  if [[ $1 == agent ]]; then
    step+=",\"model_name\":\"$model\",\"metrics\":{\"prompt_tokens\":$((1800 + id * 730)),\"cached_tokens\":$((id * 640)),\"completion_tokens\":$((90 + id * 37)),\"cost_usd\":$price}"
  fi
  [[ -z $3 ]] || step+=",\"reasoning_content\":$(json "$3")"
  if [[ -n $4 ]]; then
    step+=",\"tool_calls\":[{\"tool_call_id\":\"call-$id\",\"function_name\":\"bash\",\"arguments\":{\"command\":$(json "$4")}}]"
    step+=",\"observation\":{\"results\":[{\"source_call_id\":\"call-$id\",\"content\":$(json "$5")}]}"
  fi
  steps+=("$step}")
  local IFS=,
  printf '{"schema_version":"ATIF-v1.7","session_id":"%s","agent":{"name":"command","version":"1.0.0","model_name":"%s"},"steps":[%s]}' \
    "$task" "$model" "${steps[*]}" >/logs/agent/trajectory.json
}

# A text as JSON: the container has perl, and no jq.
json() { perl -e 'local $_ = shift; s/(["\\])/\\$1/g; s/\n/\\n/g; s/\t/\\t/g; s/([\x00-\x1f])/sprintf "\\u%04x", ord $1/ge; print "\"$_\""' -- "$1"; }

main
