//! `campanile ingest create`: the same checks as the API's.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use campanile_app::ingest::{self, NewIngest, read_ingest};
use campanile_config::Settings;
use campanile_domain::{Channel, Clock, Priority, Random, TenantId};
use campanile_providers::ProviderService;
use campanile_storage::Storage;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::cli::CreateIngestOptions;
use crate::commands::provider;
use crate::wiring::{act, channels, print};

/// Mappings are a few lines.
const MOST_BYTES: usize = 64 * 1024;

/// Where the address is created.
pub(super) struct Place<'a> {
    pub(super) settings: &'a Settings,
    pub(super) data_dir: &'a Path,
    pub(super) storage: &'a Arc<dyn Storage>,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) random: &'a Random,
}

/// Reads the options as the API reads a body.
pub(super) fn read(options: &CreateIngestOptions) -> anyhow::Result<NewIngest> {
    let mut body = json!({
        "kind": options.kind,
        "name": options.name,
        "topic": options.topic,
        "notification_type": options.notification_type,
        "priority": options.priority.map(Priority::name),
        "rate_limit": options.rate_limit,
        "notify_resolved": options.notify_resolved,
    });
    if !options.users.is_empty() {
        body["recipients"] = json!(options.users);
    }
    if !options.channels.is_empty() {
        for channel in &options.channels {
            channels::known("--channels", *channel)?;
        }
        let names = options
            .channels
            .iter()
            .map(|channel| Channel::name(*channel));
        body["channels"] = names.collect::<Vec<_>>().into();
    }
    if options.signed {
        body["signed"] = json!(true);
    }
    if let Some(file) = &options.mapping {
        body["mapping"] = mapping(file)?;
    }
    read_ingest(&(&body).into()).map_err(|errors| {
        let errors = errors.iter();
        let lines = errors.map(|error| format!("{}: {}", error.field, error.detail));
        anyhow!(lines.collect::<Vec<_>>().join("; "))
    })
}

fn mapping(file: &Path) -> anyhow::Result<Value> {
    let whence = || format!("--mapping: cannot read {}", file.display());
    let text = std::fs::read_to_string(file).with_context(whence)?;
    if text.len() > MOST_BYTES {
        return Err(anyhow!("--mapping: {} is too large", file.display()));
    }
    serde_json::from_str(&text)
        .with_context(|| format!("--mapping: {} is not JSON", file.display()))
}

/// Creates the address and prints what is shown once.
pub(super) async fn run(
    place: &Place<'_>,
    tenant: &TenantId,
    new: NewIngest,
) -> anyhow::Result<()> {
    let master = match new.signed {
        true => provider::key(place.settings, place.data_dir, place.storage.as_ref()).await?,
        false => None,
    };
    let storage = Arc::clone(place.storage);
    let senders = channels::sender_factory(place.settings, Arc::clone(place.clock));
    let secrets = ProviderService::new(storage, master, senders, place.random.clone());
    let (storage, act) = (place.storage.as_ref(), act::now(place.clock.as_ref()));
    let created = ingest::create(storage, &secrets, place.random, tenant, new, &act).await?;
    let address = &created.address;
    print::line(format_args!(
        "created the {} address {} ({})",
        address.kind, address.name, address.id
    ));
    print::line(format_args!("path    {}", address.kind.path()));
    print::line(format_args!("key     {}", created.key.reveal()));
    if let Some(secret) = &created.secret {
        print::line(format_args!("secret  {}", secret.expose_secret()));
    }
    print::line("They are not shown again.");
    Ok(())
}
