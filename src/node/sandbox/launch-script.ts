import { CLOSE_FILES } from './enter-script.ts'

/*
 * Shell (bash) that runs between the host and a sandbox. It runs with the host's programs and an empty environment, before
 * anything of a task is there; nothing of a task is ever part of its text.
 */

/**
 * Keeps what a sandbox starts from making user namespaces of its own. Written from inside the namespace, it holds for that
 * namespace only. Arguments: the program to go on with.
 */
export const FORBID_NESTING = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'

/**
 * For bubblewrap: in a mount namespace of our own, puts the private folder `root` of the working directory at /tmp, from
 * where bubblewrap can take it although the folders above it are closed to the user that it runs as. Arguments: the folder
 * (empty: memory), then the program to go on with.
 */
export const MOUNT_ROOT = `set -e
${CLOSE_FILES}
if [ -n "$1" ]; then mount --no-canonicalize --bind "$1" /tmp; else mount -t tmpfs tbcc /tmp; fi
shift
exec "$@"`

/**
 * Without bubblewrap: builds the root at /tmp and makes it the root. Runs as the first process of the sandbox's pid
 * namespace. Arguments: the folder (empty: memory), the host name, paths to be made read-only (between spaces), the mounts
 * as KIND SOURCE TARGET, `--`, and the program to go on with.
 */
export const BUILD_ROOT = `set -e
${CLOSE_FILES}
umask 022
folder=$1 name=$2 cover=$3
shift 3
if [ -n "$folder" ]; then mount --no-canonicalize --bind "$folder" /tmp; else mount -t tmpfs tbcc /tmp; fi
mount -o remount,bind,nosuid,nodev /tmp
cd /tmp

# What hangs below a mount that is made read-only stays writable unless it is told so itself; what forbids programs to run
# must go on to do so.
make_read_only() {
  while read -r _ _ _ _ point options _; do
    case $point in
      "$1" | "$1"/*)
        case ,$options, in *,noexec,*) more=,noexec ;; *) more= ;; esac
        mount -o "remount,bind,ro,nosuid,nodev$more" "$(printf '%b' "$point")"
        ;;
    esac
  done < /proc/self/mountinfo
}

while [ "$1" != -- ]; do
  kind=$1 source=$2 target=/tmp$3
  shift 3
  if [ -d "$source" ]; then mkdir -p "$target"; fi
  case $kind in
    read-only) mount --rbind "$source" "$target" && make_read_only "$target" ;;
    writable) mount --bind "$source" "$target" && mount -o remount,bind,nosuid,nodev "$target" ;;
  esac
done
shift

mkdir -p proc dev
mount -t proc -o nosuid,nodev,noexec proc proc
for path in $cover; do
  mount --bind ".$path" ".$path"
  mount -o remount,bind,ro,nosuid,nodev,noexec ".$path"
done

mount -t tmpfs -o nosuid,mode=755 tmpfs dev
for node in null zero full random urandom tty; do
  : > "dev/$node"
  mount --bind "/dev/$node" "dev/$node"
done
mkdir dev/pts dev/shm
mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs -o nosuid,nodev,mode=1777,size=64m tmpfs dev/shm
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
ln -s pts/ptmx dev/ptmx

ip link set lo up 2> /dev/null || ifconfig lo up 2> /dev/null || perl -e '
  # SIOCSIFFLAGS with IFF_UP and IFF_RUNNING, where neither program is installed.
  socket(my $socket, 2, 2, 0) && ioctl($socket, 0x8914, pack("Z16 s x22", "lo", 0x41)) or die "the loopback interface: $!\\n"'
hostname "$name" 2> /dev/null || :

mkdir old
pivot_root . old
cd /
umount -l old
rmdir old
exec "$@"`

/**
 * The first process of a sandbox: collects orphans (bash does while it waits for input) and ends, and with it everything
 * in the sandbox, when its input ends, because tbcc has; unless it was told to stay.
 */
export const INIT = `printf .
exec > /dev/null 2>&1
while IFS= read -r line; do
  if [[ $line == keep ]]; then
    # A pipe that this process itself could write to never ends.
    exec {hold}<> <(:)
    while :; do read -r -u "$hold"; done
  fi
done`
