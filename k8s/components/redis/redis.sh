#!/bin/sh
# Starts a node as a replica of the primary that Sentinel names, or as the primary if Sentinel names it.
set -eu
primary=$(
  REDISCLI_AUTH='' timeout 3 redis-cli -h campanile-redis-sentinel -p 26379 \
    sentinel get-master-addr-by-name campanile 2>/dev/null | head -n 1
) || true
# Before the first election the first node is the primary.
[ -n "$primary" ] || primary=campanile-redis-0

{
  # On standard input, so that the password is in no list of processes.
  echo "requirepass $REDIS_PASSWORD"
  echo "masterauth $REDIS_PASSWORD"
  if [ "$primary" != "$HOSTNAME" ]; then
    echo "replicaof $primary 6379"
  fi
} | exec redis-server - --dir /data --save '' --appendonly no \
  --maxmemory 400mb --maxmemory-policy allkeys-lru --replica-announce-ip "$HOSTNAME"
