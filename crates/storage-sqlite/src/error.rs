//! From the driver's errors to what a caller can do about them.

use campanile_storage::StorageError;

pub(crate) fn storage_error(error: sqlx::Error) -> StorageError {
    match &error {
        sqlx::Error::Database(database) => match database.code().as_deref() {
            // SQLITE_BUSY, _LOCKED, _IOERR, _FULL, _CANTOPEN and their extended forms: the file
            // cannot be used now. The low byte is the primary code.
            Some(code)
                if matches!(
                    code.parse::<u32>().map(|c| c & 0xff),
                    Ok(5 | 6 | 10 | 13 | 14)
                ) =>
            {
                StorageError::Unavailable(error.to_string())
            }
            _ => StorageError::Refused(error.to_string()),
        },
        sqlx::Error::ColumnDecode { index, source } => StorageError::Undecodable {
            table: "sqlite",
            column: "column",
            detail: format!("{index}: {source}"),
        },
        _ => StorageError::Unavailable(error.to_string()),
    }
}

/// A stored text that does not parse.
pub(crate) fn undecodable(
    table: &'static str,
    column: &'static str,
    detail: impl ToString,
) -> StorageError {
    StorageError::Undecodable {
        table,
        column,
        detail: detail.to_string(),
    }
}
