//! `campanile user export|erase|merge|address`

mod address;
mod erase;
mod merge;
mod path;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};
use campanile_app::user_export::{PAGE_BYTES, page, record};
use campanile_config::Role;
use campanile_domain::{Clock, Random, TenantId, UserId};
use campanile_storage::Storage;

use super::tenant::ensure_exists;
use crate::cli::{UserCommand, UserOptions};
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::{act, database, settings};

/// Does what is asked about a user.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: UserOptions,
) -> anyhow::Result<()> {
    let (tenant, reach) = (options.tenant, options.reach);
    let (user, output) = match options.action {
        UserCommand::Export { user, output } => (user, output),
        UserCommand::Erase { user, yes, format } => {
            ensure!(
                yes,
                "this would permanently remove everything about {user}; confirm with --yes"
            );
            let api = OperatorApi::open(file, clock, random, &reach).await?;
            let done = erase::run(&api, &tenant, &user, format).await;
            api.close().await;
            return done;
        }
        UserCommand::Merge { user, into, format } => {
            let api = OperatorApi::open(file, clock, random, &reach).await?;
            let both = (&user, &into);
            let done = merge::run(&api, clock.as_ref(), &tenant, both, format).await;
            api.close().await;
            return done;
        }
        UserCommand::Address { action } => {
            let api = OperatorApi::open(file, clock, random, &reach).await?;
            let done = address::run(&api, &tenant, action).await;
            api.close().await;
            return done;
        }
    };
    ensure!(
        reach.url.is_none(),
        "user export reads the database itself, so --url has no use; the API has GET /api/v1/admin/users/{{user_id}}/export"
    );
    let settings = settings::load(file, Role::Cli)?;
    let role = campanile_storage_postgres::Role::Api;
    let storage = database::open(&settings, &reach.data.data_dir, role).await?;
    let opened = storage.as_ref();
    ensure_exists(opened, &tenant).await?;
    let done = export(opened, clock.as_ref(), &tenant, &user, output.as_deref()).await;
    storage.close().await;
    done
}

async fn export(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    user: &UserId,
    output: Option<&Path>,
) -> anyhow::Result<()> {
    let first = page(storage, tenant, user, None, PAGE_BYTES).await?;
    let mut read = first.ok_or_else(|| anyhow!("there is no data of the user {user}"))?;
    record(storage, tenant, user, &act::now(clock)).await?;
    let mut out: Box<dyn Write + Send> = match output {
        None => Box::new(io::stdout()),
        Some(path) => {
            let whence = || format!("--output: cannot create {}", path.display());
            Box::new(BufWriter::new(private(path).with_context(whence)?))
        }
    };
    loop {
        out.write_all(read.lines.as_bytes())
            .context("cannot write the export")?;
        let Some(after) = read.next else { break };
        let next = page(storage, tenant, user, Some(&after), PAGE_BYTES).await?;
        read = next.ok_or_else(|| anyhow!("the user was erased meanwhile"))?;
    }
    out.flush().context("cannot write the export")
}

/// A new file that only its owner reads.
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600);
    options.open(path)
}
