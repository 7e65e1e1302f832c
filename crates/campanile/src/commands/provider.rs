//! `campanile provider set|explain|list|resume|remove`

mod explain;
mod list_json;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use campanile_config::{Role, Settings};
use campanile_domain::{Clock, ProviderName, Random};
use campanile_providers::{ProviderService, ProviderShown};
use campanile_sealing::MasterKey;
use campanile_storage::Storage;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use list_json::ListJson;

pub(crate) use self::explain::{run as explain, settings_of};
use super::tenant::ensure_exists;
use crate::cli::{Format, ProviderAction, ProviderOptions};
use crate::wiring::data_dir::DataDir;
use crate::wiring::table::Columns;
use crate::wiring::{act, channels, database, master_key, print, settings};

/// Settings are a few lines and two keys.
const MOST_BYTES: u64 = 256 * 1024;

/// Sets, lists, resumes or removes a tenant's providers.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: ProviderOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    match &options.action {
        ProviderAction::Explain { channel, .. } => channels::known("CHANNEL", *channel)?,
        ProviderAction::Set { channel, .. } => channels::known("--channel", *channel)?,
        ProviderAction::List { .. }
        | ProviderAction::Resume { .. }
        | ProviderAction::Remove { .. } => {}
    }
    if let ProviderAction::Explain { channel, format } = options.action {
        return explain::run(channel, format);
    }
    // What needs no database is refused before one is opened.
    let body = match &options.action {
        ProviderAction::Set {
            channel,
            settings,
            weight,
            failover_to,
            ..
        } => json!({"channel": channel.name(), "settings": read(settings)?, "weight": weight,
            "failover_to": failover_to.as_ref().map(ProviderName::as_str)}),
        ProviderAction::Explain { .. }
        | ProviderAction::List { .. }
        | ProviderAction::Resume { .. }
        | ProviderAction::Remove { .. } => Value::Null,
    };
    // Tenants' providers are the API's to write.
    let role = campanile_storage_postgres::Role::Api;
    let storage = database::open(&settings, &options.data.data_dir, role).await?;
    let tenant = options.tenant;
    ensure_exists(storage.as_ref(), &tenant).await?;
    let master = match &options.action {
        ProviderAction::Set { .. } => {
            key(&settings, &options.data.data_dir, storage.as_ref()).await?
        }
        ProviderAction::Explain { .. }
        | ProviderAction::List { .. }
        | ProviderAction::Resume { .. }
        | ProviderAction::Remove { .. } => None,
    };
    let sender_factory = channels::sender_factory(&settings, Arc::clone(clock));
    let service = ProviderService::new(Arc::clone(&storage), master, sender_factory, random);
    let act = act::now(clock.as_ref());
    match options.action {
        ProviderAction::Set { name, .. } => {
            let shown = service.put(&tenant, &name, &(&body).into(), &act).await?;
            print::line(format_args!("set {} for {}", shown.name, shown.channel));
        }
        ProviderAction::Explain { .. } => {}
        ProviderAction::List { format, wide } => {
            list(service.list(&tenant, clock.now()).await?, format, wide)?;
        }
        ProviderAction::Resume { name } => {
            let resumed = service.resume(&tenant, &name, &act).await?;
            ensure!(resumed, "{tenant} has no paused provider {name}");
            print::line(format_args!("resumed {name}"));
        }
        ProviderAction::Remove { name } => {
            let removed = service.remove(&tenant, &name, &act).await?;
            ensure!(removed, "{tenant} has no provider {name}");
            print::line(format_args!("removed {name}"));
        }
    }
    storage.close().await;
    Ok(())
}

/// The cluster's key is in its settings; that of `up` in its directory, where one is made if need be.
pub(super) async fn key(
    settings: &Settings,
    data_dir: &Path,
    storage: &dyn Storage,
) -> anyhow::Result<Option<Arc<MasterKey>>> {
    if settings.database.is_server() {
        return master_key::of_settings(settings).await;
    }
    let data_dir = DataDir::at(data_dir);
    master_key::of_up(settings, &data_dir, storage)
        .await
        .map(Some)
}

/// The parser's message has line and column, never the text.
fn read(path: &Path) -> anyhow::Result<Value> {
    let whence = || format!("--settings: cannot read {}", path.display());
    let mut text = String::new();
    if path == Path::new("-") {
        let input = std::io::stdin().lock();
        input.take(MOST_BYTES).read_to_string(&mut text)
    } else {
        let file = std::fs::File::open(path).with_context(whence)?;
        file.take(MOST_BYTES).read_to_string(&mut text)
    }
    .with_context(whence)?;
    serde_json::from_str(&text)
        .with_context(|| format!("--settings: {} is not JSON", path.display()))
}

fn list(all: Vec<ProviderShown>, format: Format, wide: bool) -> anyhow::Result<()> {
    if format == Format::Json {
        print::line(serde_json::to_string(&ListJson::from(all))?);
        return Ok(());
    }
    let mut table = Columns::new(
        &[
            "name",
            "channel",
            "state",
            "since",
            "detail",
            "weight",
            "failover to",
            "updated",
            "secrets",
            "settings",
        ],
        3,
    );
    for one in all {
        let mut secrets = one.secrets.join(", ");
        if let Some(until) = one.previous_secret_expires_at {
            secrets = format!("{secrets} (the previous one until {})", moment(until));
        }
        table.row([
            one.name,
            one.channel.to_owned(),
            one.state.name().to_owned(),
            one.since.map_or_else(String::new, moment),
            one.detail.unwrap_or_default(),
            one.weight
                .map_or_else(String::new, |weight| weight.to_string()),
            one.failover_to.unwrap_or_default(),
            moment(one.updated_at),
            secrets,
            Value::from(one.settings).to_string(),
        ]);
    }
    table.print(wide);
    Ok(())
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%SZ").to_string()
}
