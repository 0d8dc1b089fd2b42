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
 * On the host, in bash. Arguments: the cgroup.procs files to join, `--`, then three paths of pipes for standard output, error and
 * input (input may be empty: none), or `-` where the streams stay as they are; then the program. The dot says that all is
 * connected. Each pipe is first opened for both directions, which never waits for the other side.
 */
export const ENTER = `set -e
${CLOSE_FILES}
umask 022
while [ "$1" != -- ]; do
  echo 0 > "$1"
  shift
done
shift
if [ "$1" = - ]; then
  shift
else
  exec 3<> "$1" 4<> "$2" 5> "$1" 6> "$2"
  if [ -n "$3" ]; then exec 7<> "$3" < "$3"; fi
  shift 3
  printf .
  exec >&5 2>&6 3>&- 4>&- 5>&- 6>&- 7>&-
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
