/*
 * Shell that runs on the way of a command into a sandbox. Its parameters are paths and ids of ours; the environment of the
 * command travels under a prefix, so that nothing of it (LD_PRELOAD, BASH_ENV, PS4 …) means anything to the programs on
 * the host's side.
 */

export const ENV_PREFIX = 'TBCC_ENV_'

/** For bash: closes whatever open files tbcc itself was started with; Node closes only its own. */
export const CLOSE_FILES = `for path in /proc/self/fd/*; do
  fd=\${path##*/}
  if [ "$fd" -gt 2 ]; then exec {fd}>&-; fi
done`

/**
 * On the host, in bash. Arguments: the cgroup.procs files to join, `--`, then the pipes for standard output and error and
 * the paths of cat and chmod where there is standard input (else empty), or `-` where the streams stay as they are; then
 * the program.
 * The dot says that all is connected. A pipe is first opened for both directions, which never waits for the other side.
 * Input goes through cat, so that it is a pipe without a name: to open one with a name again (/dev/stdin) would wait for
 * a writer that may have finished.
 */
export const ENTER = `set -e
${CLOSE_FILES}
umask 022
join=()
while [ "$1" != -- ]; do
  join+=("$1")
  shift
done
shift
if [ "$1" = - ]; then
  connect=
  shift
else
  connect=1 out=$1 err=$2 cat=$3 chmod=$4
  shift 4
fi
if [ -n "$connect" ] && [ -n "$cat" ]; then
  exec 3<&0
  exec < <(exec "$cat" <&3)
  exec 3<&-
  "$chmod" 666 /proc/self/fd/0
fi
for file in "\${join[@]}"; do echo 0 > "$file"; done
if [ -n "$connect" ]; then
  exec 3<> "$out" 4<> "$err" 5> "$out" 6> "$err"
  printf .
  exec >&5 2>&6 3>&- 4>&- 5>&- 6>&-
fi
exec "$@"`

/**
 * Inside, as the user of the command and with its rights only. Arguments: the working directory, then the command. The
 * environment gets its own names back. (bash keeps UID, EUID, PPID and the like for itself.)
 */
export const BEGIN = `cd -- "$1" || exit 126
shift
for __tbcc in "\${!${ENV_PREFIX}@}"; do
  export "\${__tbcc#${ENV_PREFIX}}=\${!__tbcc}"
  unset -v "$__tbcc"
done 2> /dev/null
unset -v __tbcc OLDPWD
exec -- "$@"`
