//! The message queue of a cluster: RabbitMQ with quorum queues, publisher confirms and a supervised connection.
//!
//! `topology` says what is declared, `link` keeps a connection alive, `publisher` and `consumer` use one each, `dead`
//! empties the dead-letter queue, [`RabbitQueue`] is the interface. Losing the broker costs time only: dispatches are
//! published again.

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
