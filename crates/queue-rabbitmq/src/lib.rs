//! campanile-queue-rabbitmq
