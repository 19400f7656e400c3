#!/usr/bin/env bash
# The first process of a lab's host: gives it files of its own and keeps its daemons running, as systemd would.
# usage: host-init.sh NAME DATA_DIRECTORY RUN_DIRECTORY [AGENT_EXECUTABLE]
set -eu
name=$1 data=$2 run=$3 agent=${4:-}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8

mount --make-rprivate /
hostname "$name"
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /sys/fs/cgroup 2>/dev/null || true
mount -t tmpfs tmpfs /sys/fs/cgroup
for path in /etc/libvirt /etc/livcloud /etc/pki /var/lib/libvirt /var/lib/livcloud /var/cache/libvirt /var/log; do
  mkdir -p "$path" "$data$path"
  mount --bind "$data$path" "$path"
done
mount --bind "$data/etc/hosts" /etc/hosts
mkdir -p "$run"/{lab,lock,livcloud,libvirt}
mount --bind "$run" /run   # last: DATA_DIRECTORY or RUN_DIRECTORY may be below /run
ulimit -c 0

# A daemon is started again 0.2 s after its end; while /run/lab/hold.NAME exists it stays down.
supervise() { # NAME COMMAND...
  local daemon=$1; shift
  while :; do
    if [ ! -e "/run/lab/hold.$daemon" ]; then
      "$@" >>"/var/log/$daemon.log" 2>&1 &
      echo $! >"/run/lab/$daemon.pid"
      wait $! || true
      rm -f "/run/lab/$daemon.pid"
    fi
    sleep 0.2
  done
}

supervise libvirtd libvirtd &
if [ -n "$agent" ]; then supervise agent nice -n -10 "$agent" agent --config /etc/livcloud/agent.yaml & fi
while :; do wait || true; done
