#!/usr/bin/env bash
# Installs what a lab and the tests need, and nothing twice. Run by `./dev setup`, as root.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

say() { printf 'setup: %s\n' "$*" >&2; }
installed() { dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

apt_updated=
apt_install() { # [-t SUITE] PACKAGE...
  local suite=()
  if [ "$1" = -t ]; then suite=(-t "$2"); shift 2; fi
  local missing=() package
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ -z "$apt_updated" ]; then
    say "reading the package lists"
    apt-get update -qq
    apt_updated=yes
  fi
  say "installing ${missing[*]}"
  # No service may be started: the lab starts its own daemons in its own namespaces.
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; made=yes; fi
  local status=0
  apt-get install -y -qq --no-install-recommends "${suite[@]}" "${missing[@]}" >/tmp/livcloud-apt.$$ 2>&1 || status=$?
  [ -z "$made" ] || rm -f "$policy"
  if [ "$status" != 0 ]; then cat /tmp/livcloud-apt.$$ >&2; rm -f /tmp/livcloud-apt.$$; say "apt-get install failed"; exit 1; fi
  rm -f /tmp/livcloud-apt.$$
}

. /etc/os-release
qemu_suite=()
if [ "${VERSION_CODENAME:-}" = bookworm ]; then
  # QEMU 7.2 of bookworm corrupts emulated guests in pre-copy; QEMU 10 of the backports does not.
  qemu_suite=(-t bookworm-backports)
  if ! apt-cache policy 2>/dev/null | grep -q 'bookworm-backports'; then
    say "adding bookworm-backports of this machine's own mirror (for QEMU 10)"
    awk '/^URIs:/{u=$0} /^Signed-By:/{s=$0} /^$/{exit} END{print "Types: deb"; print u; print "Suites: bookworm-backports"; print "Components: main"; print s}' \
      /etc/apt/sources.list.d/debian.sources >/etc/apt/sources.list.d/livcloud-backports.sources
    apt-get update -qq
    apt_updated=yes
  fi
fi

apt_install "${qemu_suite[@]}" qemu-system-x86 qemu-utils qemu-block-extra
apt_install libvirt-daemon-system libvirt-clients iproute2 bridge-utils ethtool socat tcpdump \
  busybox-static cpio zstd gcc libc6-dev nfs-ganesha nfs-ganesha-vfs rpcbind libzstd1
