#!/usr/bin/env bash
# Installs the clients, the broker and the proxy that test/interop talks to. Only what is missing is installed; run it again at will.
# Debian's packages become the system's; what comes from PyPI and Go stays in .cache/peers, which may be removed at any time.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$PWD/.cache/peers
interop=$PWD/test/interop

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Packages start their servers: mosquitto's takes 1883, which the tested broker wants, nginx's takes 80, which nobody asked for.
stop_service() {
  if [ -d /run/systemd/system ]; then as_root systemctl disable --now "$1"
  else as_root service "$1" stop; fi
}

# nginx stands where few but root look.
has() { command -v "$1" > /dev/null || [ -x "/usr/sbin/$1" ]; }

debian_packages() {
  local packages=() services=() service
  has mosquitto || { packages+=(mosquitto); services+=(mosquitto); }
  has nginx || { packages+=(nginx); services+=(nginx); }
  command -v curl > /dev/null || packages+=(curl)
  command -v mosquitto_pub > /dev/null || packages+=(mosquitto-clients)
  command -v openssl > /dev/null || packages+=(openssl)
  python3 -c 'import ensurepip, venv' 2> /dev/null || packages+=(python3-venv)
  command -v go > /dev/null || packages+=(golang-go)
  ((${#packages[@]})) || return 0
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=180 "${packages[@]}"
  for service in "${services[@]}"; do stop_service "$service"; done
}

# The environment is made anew when the list of packages is another than the one it was made from.
python_packages() {
  local wanted=$interop/python/requirements.txt made_from=$cache/venv/requirements.txt
  cmp -s "$wanted" "$made_from" && return
  rm -rf "$cache/venv"
  python3 -m venv "$cache/venv"
  "$cache/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement "$wanted"
  cp "$wanted" "$made_from"
}

# Go finds out by itself whether there is anything to do.
go_program() { (cd "$interop/go" && go build -mod=readonly -o "$cache/paho-golang" .); }

mkdir -p "$cache"
debian_packages
python_packages
go_program
echo 'all peers are there'
