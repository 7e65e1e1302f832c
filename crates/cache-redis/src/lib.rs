//! campanile-cache-redis
