//! `campanile template list|pull|push|diff|preview|publish|rollback|variants|results|promote|versions`

mod difference;
mod files;
mod json;
mod lines;
mod preview;
mod pull;
mod push;
mod variants;
mod versions;
mod watch;
mod watch_page;

use std::path::Path;

use anyhow::bail;
use campanile_app::templates::{
    self, Announcer, Editor, PromoteRequest, PublishRequest, RollBackRequest, TemplateError,
};
use campanile_config::Role;
use campanile_domain::{Act, Clock, ShownVersion, TenantId, VersionState};
use campanile_storage::Storage;
use comfy_table::Table;

use super::tenant::ensure_exists;
use crate::cli::{Format, TemplateAction, TemplateOptions};
use crate::wiring::{database, print, settings};

/// Lists, writes, saves or publishes a tenant's templates.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: TemplateOptions,
) -> anyhow::Result<()> {
    if let TemplateAction::Watch(options) = options.action {
        return watch::watch(options).await;
    }
    let settings = settings::load(file, Role::Cli)?;
    // Templates are the API's to write.
    let role = campanile_storage_postgres::Role::Api;
    let storage = database::open(&settings, &options.data.data_dir, role).await?;
    let by = Act::at_command_line(&options.editor, clock);
    let editor = Editor::new(&by);
    let done = act(
        storage.as_ref(),
        &options.tenant,
        editor,
        clock,
        options.action,
    )
    .await;
    storage.close().await;
    done
}

async fn act(
    storage: &dyn Storage,
    tenant: &TenantId,
    editor: Editor<'_>,
    clock: &dyn Clock,
    action: TemplateAction,
) -> anyhow::Result<()> {
    ensure_exists(storage, tenant).await?;
    // This process ends before a wake is out; nodes look again within seconds.
    let announcer = Announcer::silent();
    match action {
        TemplateAction::List { format } => list(storage, tenant, format).await,
        TemplateAction::Pull {
            folder,
            only,
            force,
        } => pull::pull(storage, tenant, &folder, only.as_ref(), force).await,
        TemplateAction::Push(options) => push::push(storage, tenant, editor, options).await,
        TemplateAction::Diff { folder } => push::diff(storage, tenant, &folder).await,
        TemplateAction::Preview(options) => preview::preview(storage, tenant, clock, options).await,
        TemplateAction::Publish { of, at, comment } => {
            let request = PublishRequest { at, comment };
            let shown =
                templates::publish(storage, &announcer, tenant, &of, request, None, editor).await;
            print::line(told(&of, &shown.map_err(explained)?));
            Ok(())
        }
        TemplateAction::Rollback {
            of,
            version,
            comment,
        } => {
            let request = RollBackRequest { version, comment };
            let shown =
                templates::roll_back(storage, &announcer, tenant, &of, request, None, editor).await;
            print::line(told(&of, &shown.map_err(explained)?));
            Ok(())
        }
        TemplateAction::Retire { of } => {
            let done = templates::retire(storage, &announcer, tenant, &of, editor).await;
            done.map_err(explained)?;
            print::line(format_args!("{of}: the built-in words are in use"));
            Ok(())
        }
        TemplateAction::Watch(options) => watch::watch(options).await,
        TemplateAction::Variants(options) => {
            variants::variants(storage, tenant, editor, options).await
        }
        TemplateAction::Results { of, format } => {
            variants::results(storage, tenant, &of, format).await
        }
        TemplateAction::Promote {
            of,
            channel,
            variant,
            comment,
        } => {
            let request = PromoteRequest {
                channel,
                variant,
                comment,
            };
            variants::promote(storage, &announcer, tenant, &of, request, editor).await
        }
        TemplateAction::Versions { of, limit, format } => {
            versions::versions(storage, tenant, &of, limit, format).await
        }
    }
}

/// One line about a version.
fn told(of: impl std::fmt::Display, shown: &ShownVersion) -> String {
    let version = shown.head.version;
    match (shown.state, shown.head.due_at) {
        (VersionState::Scheduled, Some(at)) => {
            format!(
                "{of}: version {version} will be published at {}",
                at.to_rfc3339()
            )
        }
        _ => format!("{of}: version {version} is in use"),
    }
}

/// With every wrong field, for people who have no JSON before them.
fn explained(error: TemplateError) -> anyhow::Error {
    match error {
        TemplateError::Fields(errors) => {
            let lines = errors.iter().map(|error| match &*error.field {
                "" => error.detail.clone(),
                field => format!("{}: {}", field.trim_start_matches('/'), error.detail),
            });
            anyhow::anyhow!("{}", lines.collect::<Vec<_>>().join("; "))
        }
        error => error.into(),
    }
}

async fn list(storage: &dyn Storage, tenant: &TenantId, format: Format) -> anyhow::Result<()> {
    let mut types = storage.template_types(tenant).await?;
    let drafts = storage.template_draft_heads(tenant).await?;
    // Of others only numbers are remembered.
    types.retain(|one| {
        let name = &one.notification_type;
        one.holds_something()
            || drafts
                .iter()
                .any(|draft| draft.key.notification_type == *name)
    });
    if let Format::Json = format {
        print::line(serde_json::to_string(&json::ListJson::new(types, drafts))?);
        return Ok(());
    }
    let mut table = Table::new();
    table.set_header(["type", "in use", "latest", "drafts"]);
    for one in types {
        let of = drafts
            .iter()
            .filter(|draft| draft.key.notification_type == one.notification_type);
        let names = of.map(|draft| format!("{} {}", draft.key.channel, draft.key.locale));
        let version = one
            .current_version
            .map_or_else(|| "-".to_owned(), |version| version.to_string());
        table.add_row([
            one.notification_type.to_string(),
            version,
            one.latest_version.to_string(),
            names.collect::<Vec<_>>().join(", "),
        ]);
    }
    print::line(table);
    Ok(())
}

/// Fails with this line, which says all: a difference is no error in itself, but an exit code.
fn differs() -> anyhow::Result<()> {
    bail!("the folder and the stored templates differ")
}
