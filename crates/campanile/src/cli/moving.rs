//! Options of `export` and `import`.

use std::path::PathBuf;

use campanile_domain::TenantId;
use clap::Args;

use super::{DataDirOptions, Format, tenant};

/// Options of `export`.
#[derive(Debug, Args)]
pub(crate) struct ExportOptions {
    /// The tenant. It must be suspended.
    #[arg(long, value_name = "NAME", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    /// The file to write. It must not exist.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseOptions,
    /// Do not encrypt the file. Only for tenants that have no keys.
    #[arg(long, conflicts_with = "passphrase_file")]
    pub(crate) plain: bool,
    /// Also export deliveries that are in the queue. All workers must be stopped, or both databases deliver them.
    #[arg(long)]
    pub(crate) with_queued: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub(crate) struct ImportOptions {
    /// The file that `campanile export` wrote.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseOptions,
    /// Only read the file and check that it is complete; no database is needed.
    #[arg(long)]
    pub(crate) check: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Where the passphrase comes from.
#[derive(Debug, Args)]
pub(crate) struct PassphraseOptions {
    /// A file with the passphrase in its first line; - reads standard input. Without it, CAMPANILE_EXPORT_PASSPHRASE is
    /// used, and without that a terminal is asked.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}
