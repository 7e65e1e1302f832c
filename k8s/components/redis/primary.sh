#!/bin/sh
# Prints the node that is the primary: what the Sentinel of another node says, and before the first election the first
# node. A node's own Sentinel starts with it and knows nothing yet.
for node in campanile-redis-0 campanile-redis-1 campanile-redis-2; do
  [ "$node" != "$POD_NAME" ] || continue
  primary=$(
    timeout 2 redis-cli -h "$node" -p 26379 sentinel get-master-addr-by-name campanile 2>/dev/null | head -n 1
  )
  if [ -n "$primary" ]; then
    echo "$primary"
    exit
  fi
done
echo campanile-redis-0
