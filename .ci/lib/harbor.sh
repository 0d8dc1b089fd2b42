# Harbor as a container: sourced, not run.

HARBOR_IMAGE=tbcc-harbor:0.24.0

build_harbor() {
  docker image inspect "$HARBOR_IMAGE" >/dev/null 2>&1 && return
  echo "building $HARBOR_IMAGE"
  local context bundle
  context=$(mktemp -d)
  bundle=$(ca_bundle)
  cp "$ci/harbor/Dockerfile" "$context/"
  cat "${bundle:-/dev/null}" >"$context/ca-bundle.crt"
  # Where the host installs through a mirror or a proxy, so must the build.
  DOCKER_BUILDKIT=0 quietly harbor-image docker build --network host --tag "$HARBOR_IMAGE" \
    --build-arg http_proxy --build-arg https_proxy --build-arg no_proxy --build-arg PIP_INDEX_URL "$context"
  rm -rf "$context"
}

# The bundle this host trusts instead of its distribution's, if any.
ca_bundle() {
  local name
  for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS; do
    if [[ -s ${!name:-} ]]; then
      echo "${!name}"
      return
    fi
  done
}

# in_harbor FOLDER READABLE COMMAND…: FOLDER is seen at the same path inside and may be written, since the engine
# resolves the mounts of Harbor's own containers on the host; READABLE is only read.
in_harbor() {
  local folder=$1 readable=$2
  shift 2
  timeout --kill-after=30 1500 docker run --rm --init --network host --volume /var/run/docker.sock:/var/run/docker.sock \
    --volume "$folder:$folder" --volume "$readable:$readable:ro" --workdir "$folder" "$HARBOR_IMAGE" "$@"
}
