//! The doorbell of a cluster: RabbitMQ with quorum queues, confirms and a supervisor of its own.
//!
//! `topology` says what is declared, `link` keeps a connection alive, `publisher` and `consumer`
//! use one each, `dead` empties the dead-letter queue, [`RabbitQueue`] is the front. Losing the broker costs time: rows ring again.

mod acknowledge;
mod consumer;
mod dead;
mod link;
mod publisher;
mod queue;
mod settings;
mod topology;

pub use queue::RabbitQueue;
pub use settings::RabbitSettings;
