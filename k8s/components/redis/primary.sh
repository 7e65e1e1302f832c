#!/bin/sh
# Prints the node that Sentinel names as the primary; before the first election, the first node.
primary=$(
  timeout 3 redis-cli -h campanile-redis-sentinel -p 26379 sentinel get-master-addr-by-name campanile 2>/dev/null |
    head -n 1
)
echo "${primary:-campanile-redis-0}"
