#!/usr/bin/env bash
# The NFS server of a lab, in user space. usage: storage-init.sh DATA_DIRECTORY RUN_DIRECTORY
# RUN_DIRECTORY becomes /run and holds ganesha.conf.
set -eu
data=$1 run=$2
mount --make-rprivate /
mount -t proc proc /proc
mkdir -p "$data/var/lib/nfs/ganesha" "$data/var/log" "$run/ganesha" "$run/rpcbind"
mount --bind "$data/var/lib/nfs" /var/lib/nfs
mount --bind "$run" /run
rpcbind -f &
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S /run/rpcbind.sock ] && break; sleep 0.1; done
ganesha.nfsd -F -L /dev/stderr -f /run/ganesha.conf -p /run/ganesha/ganesha.pid &
wait -n
