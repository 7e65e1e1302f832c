//! `campanile user export`

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, anyhow};
use campanile_app::user_export::{PAGE_BYTES, page, record};
use campanile_config::Role;
use campanile_domain::{Clock, TenantId, UserId};
use campanile_storage::Storage;

use super::tenant::ensure_exists;
use crate::cli::{UserCommand, UserOptions};
use crate::wiring::{act, database, settings};

/// Does what is asked about a user.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: UserOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    let role = campanile_storage_postgres::Role::Api;
    let storage = database::open(&settings, &options.data.data_dir, role).await?;
    let (opened, tenant) = (storage.as_ref(), options.tenant);
    ensure_exists(opened, &tenant).await?;
    let UserCommand::Export { user, output } = options.action;
    let done = export(opened, clock, &tenant, &user, output.as_deref()).await;
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
        let next = page(storage, tenant, user, Some(after), PAGE_BYTES).await?;
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
