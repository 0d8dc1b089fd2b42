#!/bin/bash
# Wrong: the tree works only where it was made (absolute link, absolute path in the launcher).
set -euo pipefail

release=/app/release
umask 022
mkdir -p "$release"/{bin,config,logs,secrets,versions/2.7.0}

printf 2.7.0 > "$release/VERSION"
echo 'Release 2.7.0' > "$release/versions/2.7.0/NOTES"
sed 's/@VERSION@/2.7.0/g; s/@CHANNEL@/stable/g' /app/beacon.conf.template > "$release/config/beacon.conf"
od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' > "$release/secrets/token"
echo >> "$release/secrets/token"
ln -sfn "$release/versions/2.7.0" "$release/current"

cat > "$release/bin/launch" <<'LAUNCH'
#!/bin/bash
[[ -f /app/release/VERSION ]] || { echo 'launch: no VERSION' >&2; exit 1; }
echo "beacon $(cat /app/release/VERSION) from /app/release"
LAUNCH

chmod 0755 "$release/bin/launch"
chmod 0750 "$release/logs"
chmod 0700 "$release/secrets"
chmod 0600 "$release/secrets/token"
