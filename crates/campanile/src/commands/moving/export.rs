//! `campanile export`

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};
use campanile_app::moving::{ExportProgress, ExportRequest, MoveKeys, TableTotal, export};
use campanile_config::Role;
use campanile_domain::{Clock, Random};
use campanile_storage_sqlite::private_file;

use super::{RELEASE, show};
use crate::cli::{ExportOptions, Format};
use crate::wiring::data_dir::DataDir;
use crate::wiring::passphrase::passphrase;
use crate::wiring::{act, database, master_key, print, settings};

/// Writes a tenant to a file. The file has its name only when it is complete.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: ExportOptions,
) -> anyhow::Result<()> {
    let output = &options.output;
    let is_there = fs::symlink_metadata(output).is_ok();
    ensure!(!is_there, "--output: {} exists already", output.display());
    let passphrase = match options.plain {
        true => None,
        false => Some(passphrase(
            options.passphrase.passphrase_file.as_deref(),
            true,
        )?),
    };
    let settings = settings::load(file, Role::Cli)?;
    let data_dir = &options.data.data_dir;
    let master_key = master_key::there(&settings, &DataDir::at(data_dir)).await?;
    let role = campanile_storage_postgres::Role::Worker;
    let storage = database::open(&settings, data_dir, role).await?;
    let id = random.uuid();
    let request = ExportRequest {
        tenant: &options.tenant,
        passphrase: passphrase.as_ref(),
        keys: MoveKeys(master_key.as_deref()),
        with_queued: options.with_queued,
        release: RELEASE,
        file: id,
        act: &act::now(clock.as_ref()),
    };
    let bar = show::bar("{wide_bar} {pos}/{len} rows {eta}", 0);
    let unfinished = unfinished(output);
    let written = async {
        let mut out = BufWriter::new(new(&unfinished)?);
        let mut progress = |progress| match progress {
            ExportProgress::Found(rows) => bar.set_length(rows),
            ExportProgress::Written(rows) => bar.inc(rows),
        };
        let totals = export(storage.as_ref(), &request, &mut out, &mut progress).await?;
        finish(out, &unfinished, output)?;
        Ok::<_, anyhow::Error>(totals)
    }
    .await;
    bar.finish_and_clear();
    storage.close().await;
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    let totals = written?;
    show::totals(options.format, &options.tenant, id, &totals);
    if options.format == Format::Table {
        next_steps(&options, &totals);
    }
    Ok(())
}

/// Beside the file, so that a name is all that is missing in the end.
fn unfinished(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Only its owner reads it. What a killed export has left there is worth nothing.
fn new(path: &Path) -> anyhow::Result<File> {
    let _ = fs::remove_file(path);
    private_file::new(path).with_context(|| format!("--output: cannot write {}", path.display()))
}

fn finish(mut out: BufWriter<File>, unfinished: &Path, output: &Path) -> anyhow::Result<()> {
    out.flush()
        .and_then(|()| out.get_ref().sync_all())
        .and_then(|()| fs::rename(unfinished, output))
        .with_context(|| format!("--output: cannot write {}", output.display()))
}

fn next_steps(options: &ExportOptions, totals: &[TableTotal]) {
    let rows: u64 = totals.iter().map(|total| total.rows).sum();
    let (tenant, output) = (&options.tenant, options.output.display());
    print::line(format_args!(
        "wrote {rows} rows of the tenant {tenant} to {output}"
    ));
    print::line(
        "next: campanile import on the target, then delete the tenant here; do not resume it here",
    );
}
