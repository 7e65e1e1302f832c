#!/bin/sh
# Starts a node as a replica of the primary, or as the primary if it is that.
set -eu
primary=$(sh /scripts/primary.sh)
# In a file, so that the password is in no list of processes.
umask 077
cat >/data/redis.conf <<CONFIG
dir /data
save ""
appendonly no
maxmemory 400mb
maxmemory-policy allkeys-lru
requirepass $REDIS_PASSWORD
masterauth $REDIS_PASSWORD
replica-announce-ip $POD_NAME
CONFIG
if [ "$primary" != "$POD_NAME" ]; then
  echo "replicaof $primary 6379" >>/data/redis.conf
fi
exec redis-server /data/redis.conf
