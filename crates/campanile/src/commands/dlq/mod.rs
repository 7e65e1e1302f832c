//! `campanile dlq list|replay|purge`

mod choose;
mod list;
mod page_json;
mod sweep;

use std::path::Path;

use campanile_config::Role;
use campanile_domain::Clock;

use super::tenant::ensure_exists;
use crate::cli::DlqOptions;
use crate::wiring::{database, settings};

/// Lists, replays or purges a tenant's dead letters.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: DlqOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    // What needs no database is refused before one is opened.
    let action = choose::checked(options.action, clock.now())?;
    // Only the API's role may take dead letters off the list.
    let role = campanile_storage_postgres::Role::Api;
    let storage = database::open(&settings, &options.data.data_dir, role).await?;
    let tenant = options.tenant;
    ensure_exists(storage.as_ref(), &tenant).await?;
    match action {
        choose::Action::List(list) => list::run(storage.as_ref(), &tenant, list).await?,
        choose::Action::Replay(filter) => {
            sweep::replay(storage.as_ref(), clock, &tenant, &filter).await?;
        }
        choose::Action::Purge { filter, sure } => {
            sweep::purge(storage.as_ref(), clock, &tenant, &filter, sure).await?;
        }
    }
    storage.close().await;
    Ok(())
}
