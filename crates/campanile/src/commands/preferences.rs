//! `campanile tenant preferences show|set`

mod json;

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use campanile_app::preferences::{InForce, read_defaults, reschedule, set_defaults};
use campanile_domain::{Clock, TenantPreferences};
use campanile_fields::JsonText;
use campanile_storage::Storage;
use comfy_table::Table;

use json::PreferencesJson;

use super::tenant::ensure_exists;
use crate::cli::{Format, PreferencesAction};
use crate::wiring::{act, print};

/// More than the API would take.
const MOST_BYTES: u64 = 256 * 1_024;

/// Shows or sets what holds for a tenant's users.
pub(super) async fn run(
    storage: &dyn Storage,
    clock: &dyn Clock,
    action: PreferencesAction,
) -> anyhow::Result<()> {
    match action {
        PreferencesAction::Show { name, format } => {
            ensure_exists(storage, &name).await?;
            show(storage.tenant_preferences(&name).await?, format)
        }
        PreferencesAction::Set { name, file } => {
            let set = read(&file)?;
            ensure_exists(storage, &name).await?;
            set_defaults(storage, &name, &set, &act::now(clock)).await?;
            print::line(format_args!("stored the preferences of {name}"));
            match reschedule(storage, clock, &name).await {
                Ok(0) => {}
                Ok(rescheduled) => print::line(format_args!(
                    "rescheduled {rescheduled} deliveries deferred by quiet hours"
                )),
                // Stored they are, with the note by which a worker finishes the look.
                Err(error) => print::print_error(
                    &anyhow::Error::from(error)
                        .context("rescheduling was interrupted; a worker continues with the rest"),
                ),
            }
            Ok(())
        }
    }
}

fn read(path: &Path) -> anyhow::Result<TenantPreferences> {
    let whence = || format!("cannot read {}", path.display());
    let mut text = String::new();
    if path == Path::new("-") {
        let input = std::io::stdin().lock();
        input.take(MOST_BYTES).read_to_string(&mut text)
    } else {
        let file = std::fs::File::open(path).with_context(whence)?;
        file.take(MOST_BYTES).read_to_string(&mut text)
    }
    .with_context(whence)?;
    let body = JsonText::parse(text).with_context(|| format!("{} is not JSON", path.display()))?;
    read_defaults(&body).or_else(|errors| {
        let errors: Vec<_> = errors
            .iter()
            .map(|error| format!("{} {}", error.field, error.detail))
            .collect();
        bail!("{}", errors.join("; "))
    })
}

fn show(set: TenantPreferences, format: Format) -> anyhow::Result<()> {
    let shown = serde_json::to_value(PreferencesJson::from(InForce::from(set)))?;
    match (format, shown.as_object()) {
        (Format::Table, Some(fields)) => {
            let mut table = Table::new();
            table.set_header(["preference", "value"]);
            for (name, value) in fields {
                table.add_row([name.clone(), value.to_string()]);
            }
            print::line(table);
        }
        _ => print::line(shown),
    }
    Ok(())
}
