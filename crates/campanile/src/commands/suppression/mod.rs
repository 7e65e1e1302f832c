//! `campanile suppression list|add|import|report|remove`

mod add;
mod list;
mod report;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};
use campanile_app::mail_reports::take_mail;
use campanile_app::suppressions::{self, RemoveSuppression};
use campanile_config::Role;
use campanile_domain::{Clock, SuppressedAddress, SuppressionKey, SystemClock};

use super::tenant::ensure_exists;
use crate::cli::{SuppressionCommand, SuppressionOptions};
use crate::wiring::{act, database, links, print, settings};

pub(crate) use report::TryAgain;

/// Lists or changes a tenant's suppression list.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: SuppressionOptions,
) -> anyhow::Result<()> {
    let is_report = matches!(options.action, SuppressionCommand::Report { .. });
    let done = change(file, clock, options).await;
    match is_report {
        true => done.context(TryAgain),
        false => done,
    }
}

async fn change(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: SuppressionOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    // What needs no database is refused before one is opened.
    let tenant = options.tenant;
    let wanted = add::wanted(&options.action)?;
    // The mail is always read to its end: a mail server reports a delivery failure if the command closes the pipe early.
    let mail = match &options.action {
        SuppressionCommand::Report { file } => report::read(file)?,
        _ => Vec::new(),
    };
    let role = campanile_storage_postgres::Role::Api;
    let storage = database::open(&settings, &options.data.data_dir, role).await?;
    let opened = storage.as_ref();
    ensure_exists(opened, &tenant).await?;
    match options.action {
        SuppressionCommand::List {
            channel,
            limit,
            cursor,
            format,
        } => list::run(opened, &tenant, channel, cursor, limit, format).await?,
        SuppressionCommand::Add { .. } | SuppressionCommand::Import { .. } => {
            let mut added = 0;
            for request in &wanted {
                let act = act::now(clock);
                added += suppressions::add(opened, &tenant, request, &act).await?;
            }
            print::line(format_args!("added {added}"));
        }
        SuppressionCommand::Report { .. } => {
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let links = links::links(&settings, &storage, &clock);
            let taken = take_mail(opened, &links, &tenant, &mail, clock.now()).await?;
            let (kind, result) = (taken.kind.name(), taken.result.name());
            print::line(format_args!("{kind}: {result}"));
        }
        SuppressionCommand::Remove { address, about } => {
            let parsed = SuppressedAddress::parse(about.channel, &address);
            let key = SuppressionKey {
                channel: about.channel,
                address: parsed.map_err(|why| anyhow!("{address}: {why}"))?,
                notification_type: about.notification_type,
            };
            let request = RemoveSuppression(key);
            let act = act::now(clock);
            let removed = suppressions::remove(opened, &tenant, &request, &act).await?;
            ensure!(removed, "{address} is not on the list");
            print::line(format_args!("removed {address}"));
        }
    }
    storage.close().await;
    Ok(())
}
