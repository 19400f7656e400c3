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
if [ ${#qemu_suite[@]} -gt 0 ] && dpkg --compare-versions "$(dpkg-query -W -f='${Version}' qemu-system-x86)" lt 1:8; then
  say "replacing QEMU $(dpkg-query -W -f='${Version}' qemu-system-x86), which corrupts emulated guests in pre-copy, by that of the backports"
  apt-get install -y -qq --no-install-recommends "${qemu_suite[@]}" qemu-system-x86 qemu-utils qemu-block-extra >&2
fi
apt_install libvirt-daemon-system libvirt-clients iproute2 bridge-utils ethtool socat tcpdump \
  busybox-static cpio zstd gcc g++ libc6-dev libudt-dev libsrt-openssl-dev iperf3 nfs-ganesha nfs-ganesha-vfs rpcbind libzstd1

# The guest of the lab: a Debian cloud kernel and an initramfs with busybox, the virtio drivers and lab/guest/workload.c.
here=$(cd "$(dirname "$0")" && pwd)
cache=${LIVCLOUD_CACHE:-/var/cache/livcloud}
mkdir -p "$cache"

if [ ! -s "$cache/vmlinuz" ] || [ ! -d "$cache/kernel-modules" ]; then
  if [ -z "$apt_updated" ] && ! apt-cache policy linux-image-cloud-amd64 2>/dev/null | grep -q 'Candidate: [0-9]'; then
    apt-get update -qq
    apt_updated=yes
  fi
  package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/{print $2; exit}')
  [ -n "$package" ] || { say "no cloud kernel in the package lists (linux-image-cloud-amd64)"; exit 1; }
  say "fetching $package for the lab's guests"
  work=$(mktemp -d "$cache/kernel.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  (cd "$work" && apt-get -o APT::Sandbox::User=root download -qq "$package" && dpkg -x ./*.deb root)
  rm -rf "$cache/kernel-modules"
  mv "$work"/root/lib/modules/*/kernel "$cache/kernel-modules"
  mv "$work"/root/boot/vmlinuz-* "$cache/vmlinuz"
  rm -rf "$work"
  trap - EXIT
fi

stamp=$(cat "$here/guest/init" "$here/guest/workload.c" "$here/setup.sh" | sha256sum | cut -d' ' -f1)
if [ ! -s "$cache/initramfs" ] || [ "$(cat "$cache/initramfs.stamp" 2>/dev/null)" != "$stamp" ]; then
  say "building the lab guest's initramfs"
  root=$(mktemp -d "$cache/initramfs.XXXXXX")
  trap 'rm -rf "$root"' EXIT
  mkdir -p "$root"/{bin,dev,proc,sys,modules}
  gcc -static -O2 -Wall -Wextra -Werror -pthread -o "$root/bin/workload" "$here/guest/workload.c"
  strip "$root/bin/workload"
  cp "$(command -v busybox)" "$root/bin/busybox"
  cp "$here/guest/init" "$root/init"
  chmod 755 "$root/init"
  # The order matters: virtio_ring before virtio.
  for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover virtio_net virtio_blk; do
    file=$(find "$cache/kernel-modules" -name "$module.ko*" | head -n 1)
    [ -n "$file" ] || continue   # built into this kernel, or part of another module
    case $file in
      *.xz) xz -dc "$file" >"$root/modules/$module.ko" ;;
      *.zst) zstd -qdc "$file" >"$root/modules/$module.ko" ;;
      *) cp "$file" "$root/modules/$module.ko" ;;
    esac
    echo "$module.ko" >>"$root/modules.order"
  done
  (cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -1 >"$cache/initramfs.new"
  mv "$cache/initramfs.new" "$cache/initramfs"
  echo "$stamp" >"$cache/initramfs.stamp"
  rm -rf "$root"
  trap - EXIT
fi
# Programs on libudt and libsrt to talk to, for tests and benchmarks.
peers=$here/../bench/peers
for library in udt srt; do
  peer=$library-peer
  if [ ! -x "$cache/$peer" ] || [ "$peers/$peer.cpp" -nt "$cache/$peer" ] || [ "$peers/peer.h" -nt "$cache/$peer" ]; then
    say "building the peer on lib$library"
    g++ -O2 -Wall -Wextra -Werror -o "$cache/$peer.new" "$peers/$peer.cpp" "-l$library" -lpthread
    mv "$cache/$peer.new" "$cache/$peer"
  fi
done
say "ready (guest kernel and initramfs in $cache)"
