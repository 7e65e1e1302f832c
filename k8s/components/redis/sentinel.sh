#!/bin/sh
# Watches the primary with the other Sentinels; two of three decide on a failover.
set -eu
primary=$(sh /scripts/primary.sh)
umask 077
cat >/data/sentinel.conf <<CONFIG
port 26379
dir /data
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $POD_NAME
sentinel monitor campanile $primary 6379 2
sentinel auth-pass campanile $REDIS_PASSWORD
sentinel down-after-milliseconds campanile 5000
sentinel failover-timeout campanile 30000
sentinel parallel-syncs campanile 1
CONFIG
exec redis-server /data/sentinel.conf --sentinel
