# Base images under the names that the Dockerfiles use, in Docker and in Podman: sourced, not run.

# base_image RELEASE: pulled where a container registry can be reached, else built from Debian's packages.
base_image() {
  local image=debian:$1-slim
  docker image inspect "$image" >/dev/null 2>&1 && return
  if timeout 120 docker pull --quiet "$image" 2>/dev/null; then return; fi
  echo "building $image with debootstrap"
  debian_image "$1" "$image"
}

# debian_image RELEASE IMAGE
debian_image() {
  local root mirror
  root=$(mktemp -d)
  mirror=$(debian_mirror)
  quietly "debootstrap-$1" debootstrap --variant=minbase "$1" "$root/debian" ${mirror:+"$mirror"}
  # Downloads, and what debootstrap copied from this machine.
  rm -rf "$root"/debian/var/cache/apt/archives/*.deb "$root"/debian/var/lib/apt/lists/* "$root"/debian/etc/{hostname,resolv.conf}
  # As in the image of that name on the registry: it has a command and a path.
  tar -C "$root/debian" --numeric-owner -c . | docker import \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'CMD ["bash"]' - "$2" >/dev/null
  rm -rf "$root"
}

# The archive that this machine installs from; empty (debootstrap's own default) where that cannot be told.
debian_mirror() {
  apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    awk -v release="$(. /etc/os-release && echo "$VERSION_CODENAME")" '$1 == release && !found { print $2; found = 1 }'
}

# podman_image IMAGE: `podman load` names it localhost/…, which is not where a Dockerfile's short name leads.
podman_image() {
  podman image exists "docker.io/library/$1" && return
  docker save "$1" | podman load --quiet >/dev/null
  podman image exists "docker.io/library/$1" || podman tag "localhost/$1" "docker.io/library/$1"
}
