//! The database's clock: SQLite is a file of this process, so it is the machine's.

use chrono::{DateTime, Utc};

/// What a server would answer to `SELECT now()`.
#[expect(
    clippy::disallowed_methods,
    reason = "this stands for the clock of a database server"
)]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
