#!/bin/bash
set -euo pipefail

release=/app/release
umask 022
rm -rf "$release"
mkdir -p "$release"/{bin,config,logs,secrets,versions/2.7.0}

printf 2.7.0 > "$release/VERSION"
echo 'Release 2.7.0' > "$release/versions/2.7.0/NOTES"
sed 's/@VERSION@/2.7.0/g; s/@CHANNEL@/stable/g' /app/beacon.conf.template > "$release/config/beacon.conf"
od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' > "$release/secrets/token"
echo >> "$release/secrets/token"
ln -s versions/2.7.0 "$release/current"

cat > "$release/bin/launch" <<'LAUNCH'
#!/bin/bash
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P) || exit 1
if [[ ! -f $root/VERSION ]]; then
  echo "launch: $root/VERSION does not exist" >&2
  exit 1
fi
printf 'beacon %s from %s\n' "$(< "$root/VERSION")" "$root"
LAUNCH

chmod 0755 "$release"{,/bin,/bin/launch,/config,/versions,/versions/2.7.0}
chmod 0750 "$release/logs"
chmod 0700 "$release/secrets"
chmod 0600 "$release/secrets/token"
