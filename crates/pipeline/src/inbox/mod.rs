//! What users do with their notifications.
//!
//! A read, archived or deleted notification is not worth a push or an email any more: its pending deliveries are
//! cancelled in the same transaction.

mod change;
mod delete;
mod read_all;
mod seen;

pub use change::change_notification;
pub use delete::delete_notification;
pub use read_all::{ReadSteps, read_step};
pub use seen::see_notifications;
