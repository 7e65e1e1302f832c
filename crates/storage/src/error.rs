//! What can go wrong behind the traits, by what the caller can do about it.

/// An error of a back end.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// The server refuses connections or says nothing, or all connections are in use. Try again later. The back end logs
    /// that, once for each outage.
    #[error("the database cannot be reached: {0}")]
    Away(String),
    /// The database does not do it at the moment, or not in time. Try again later.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The connection was lost while committing: whether the rows are there is unknown.
    #[error("commit outcome unknown: {0}")]
    CommitUnknown(String),
    /// The database refused these rows. A batch is split to find the row that it refuses.
    #[error("rows refused: {0}")]
    Refused(String),
    /// This process's clock and the database's are too far apart for time-ordered ids.
    #[error(
        "the clock of this machine differs from the database's by {skew_ms} ms; at most 5000 ms are allowed"
    )]
    ClockSkew {
        /// Ours minus the database's, in milliseconds.
        skew_ms: i64,
    },
    /// A stored row cannot be read: table, column and row are named.
    #[error("undecodable {table}.{column}: {detail}")]
    Undecodable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        detail: String,
    },
}

impl StorageError {
    /// Whether the same question gets the same answer however often it is asked.
    pub const fn is_lasting(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Undecodable { .. })
    }

    /// Whether the connection or the server failed, which is not the fault of the statement and is in the log
    /// already.
    pub const fn is_connection(&self) -> bool {
        matches!(self, Self::Away(_) | Self::CommitUnknown(_))
    }
}
