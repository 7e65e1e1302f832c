//! `campanile ingest create|list|revoke`

mod create;
mod list;

use std::path::Path;
use std::sync::Arc;

use anyhow::ensure;
use campanile_app::ingest;
use campanile_config::Role;
use campanile_domain::{Clock, IngestId, Random};

use super::tenant::ensure_exists;
use crate::cli::{IngestAction, IngestOptions};
use crate::wiring::{act, database, print, settings};

/// Creates, lists or revokes a tenant's ingest addresses.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: IngestOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    // What needs no database is refused before one is opened.
    let new = match &options.action {
        IngestAction::Create(options) => Some(create::read(options)?),
        IngestAction::List { .. } | IngestAction::Revoke { .. } => None,
    };
    // The addresses of tenants are the API's to write.
    let role = campanile_storage_postgres::Role::Api;
    let data_dir = &options.data.data_dir;
    let storage = database::open(&settings, data_dir, role).await?;
    let tenant = options.tenant;
    ensure_exists(storage.as_ref(), &tenant).await?;
    match options.action {
        IngestAction::Create(_) => {
            if let Some(new) = new {
                let place = create::Place {
                    settings: &settings,
                    data_dir,
                    storage: &storage,
                    clock,
                    random: &random,
                };
                create::run(&place, &tenant, new).await?;
            }
        }
        IngestAction::List { format, wide } => {
            list::print(storage.ingest_addresses(&tenant).await?, format, wide)?;
        }
        IngestAction::Revoke { id } => {
            let act = act::now(clock.as_ref());
            let revoked = ingest::revoke(storage.as_ref(), &tenant, IngestId(id), &act);
            ensure!(revoked.await?, "{tenant} has no ingest address {id} in use");
            print::line(format_args!("revoked {id}"));
        }
    }
    storage.close().await;
    Ok(())
}
