//! `campanile audit list|export|verify|retention`

mod entry_json;
mod export;
mod list;
mod verify;

use std::path::Path;

use campanile_app::audit;
use campanile_config::Role;
use campanile_domain::{AuditDays, Clock, TenantId};
use campanile_storage::Storage;

use super::tenant::ensure_exists;
use crate::cli::{AuditCommand, AuditOptions, AuditTermOption};
use crate::wiring::{act, database, print, settings};

/// Lists, exports or verifies a tenant's audit log, or sets for how long it is kept.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: AuditOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    let default = settings.retention.audit_days;
    let role = campanile_storage_postgres::Role::Api;
    let storage = database::open(&settings, &options.data.data_dir, role).await?;
    let tenant = options.tenant;
    ensure_exists(storage.as_ref(), &tenant).await?;
    let done = match options.action {
        AuditCommand::List(list) => list::run(storage.as_ref(), &tenant, list).await,
        AuditCommand::Export { output, after } => {
            export::run(storage.as_ref(), &tenant, output.as_deref(), after).await
        }
        AuditCommand::Verify { known, format } => {
            verify::run(storage.as_ref(), &tenant, known, format).await
        }
        AuditCommand::Retention { days } => {
            retention(storage.as_ref(), clock, &tenant, days, default).await
        }
    };
    storage.close().await;
    done
}

async fn retention(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    wanted: Option<AuditTermOption>,
    default: AuditDays,
) -> anyhow::Result<()> {
    let term = match wanted {
        None => audit::term(storage, tenant, default).await?,
        Some(AuditTermOption(days)) => {
            audit::set_term(storage, tenant, days, default, &act::now(clock)).await?
        }
    };
    let (days, of) = (
        term.days,
        if term.is_default {
            " (the default)"
        } else {
            ""
        },
    );
    print::line(format_args!("{days} days{of}"));
    Ok(())
}
