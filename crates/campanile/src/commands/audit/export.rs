//! `campanile audit export`

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use campanile_domain::{AuditId, TenantId};
use campanile_storage::Storage;
use uuid::Uuid;

use super::entry_json::EntryJson;

/// Entries that are read at once.
const PAGE: u32 = 500;

/// Writes every entry as a line of JSON.
pub(super) async fn run(
    storage: &dyn Storage,
    tenant: &TenantId,
    output: Option<&Path>,
    after: Option<Uuid>,
) -> anyhow::Result<()> {
    let mut out: Box<dyn Write + Send> = match output {
        None => Box::new(io::stdout()),
        Some(path) => {
            let whence = || format!("--output: cannot create {}", path.display());
            Box::new(BufWriter::new(File::create_new(path).with_context(whence)?))
        }
    };
    let mut after = AuditId(after.unwrap_or(Uuid::nil()));
    loop {
        let rows = storage.audit_rows_after(tenant, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows {
            let line = serde_json::to_string(&EntryJson::from(row))?;
            writeln!(out, "{line}").context("cannot write the export")?;
        }
    }
    out.flush().context("cannot write the export")
}
