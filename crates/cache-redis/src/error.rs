//! What keeps the bus from being set up.

/// The address will not do. It is not shown, because it may carry a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid URL; expected redis://host:port/database or rediss://…")]
pub struct RedisBusError;
