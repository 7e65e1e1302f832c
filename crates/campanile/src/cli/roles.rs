//! Options of the roles.

use std::net::SocketAddr;
use std::path::PathBuf;

use campanile_domain::Channel;
use clap::Args;

use super::{channel, listen};

/// Options of `up`.
#[derive(Debug, Args)]
pub(crate) struct UpOptions {
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
    /// The address to listen on (default 127.0.0.1:8080, or CAMPANILE_LISTEN); port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", value_parser = listen)]
    pub(crate) listen: Option<SocketAddr>,
}

/// Options of `api`.
#[derive(Debug, Args)]
pub(crate) struct ApiOptions {
    /// The address to listen on (default 0.0.0.0:8080, or CAMPANILE_LISTEN).
    #[arg(long, value_name = "ADDRESS", value_parser = listen)]
    pub(crate) listen: Option<SocketAddr>,
}

/// Options of `worker`.
#[derive(Debug, Args)]
pub(crate) struct WorkerOptions {
    /// The channels this worker delivers (default: all).
    #[arg(long, value_delimiter = ',', value_name = "CHANNEL,…", value_parser = channel)]
    pub(crate) channels: Vec<Channel>,
    /// Deliver all channels apart from these, which other workers deliver.
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "CHANNEL,…",
        value_parser = channel,
        conflicts_with = "channels"
    )]
    pub(crate) except: Vec<Channel>,
    /// The address of the health and metrics endpoints (default 0.0.0.0:9090, or CAMPANILE_METRICS_LISTEN).
    #[arg(long, value_name = "ADDRESS", value_parser = listen)]
    pub(crate) listen: Option<SocketAddr>,
}

/// Where `up` keeps its data.
#[derive(Debug, Args)]
pub(crate) struct DataDirOptions {
    /// The directory where `up` keeps its database and keys.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "campanile-data"
    )]
    pub(crate) data_dir: PathBuf,
}
