//! `campanile import`

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use campanile_app::moving::{Checked, Imported, MoveKeys, check, import, is_sealed};
use campanile_config::Role;
use campanile_domain::Clock;
use secrecy::SecretString;

use super::show;
use crate::cli::{Format, ImportOptions};
use crate::wiring::data_dir::DataDir;
use crate::wiring::passphrase::{given, passphrase};
use crate::wiring::{act, database, master_key, print, settings};

/// Checks all of a file, then stores it, from where an earlier run ended.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    options: ImportOptions,
) -> anyhow::Result<()> {
    let path = &options.file;
    let bytes = std::fs::metadata(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .len();
    let is_sealed = is_sealed(&mut open(path)?)?;
    let given = given(options.passphrase.passphrase_file.as_deref());
    if let (false, Some(given)) = (is_sealed, given) {
        bail!(
            "the file is not encrypted, although a passphrase was given ({given}): it is not the file that was written with this \
             passphrase. Import a plain file without one"
        );
    }
    let passphrase = match is_sealed {
        true => Some(passphrase(
            options.passphrase.passphrase_file.as_deref(),
            false,
        )?),
        false => None,
    };
    let checked = checked(path, bytes, passphrase.as_ref())?;
    let (head, rows) = (&checked.head, checked.rows());
    let tenant = &head.tenant.0;
    if options.check {
        show::totals(options.format, tenant, head.file, &checked.totals);
        if options.format == Format::Table {
            print::line(format_args!(
                "the file is complete: {rows} rows of the tenant {tenant}"
            ));
        }
        return Ok(());
    }
    let settings = settings::load(file, Role::Cli)?;
    let data_dir = &options.data.data_dir;
    let master_key = master_key::there(&settings, &DataDir::at(data_dir)).await?;
    let role = campanile_storage_postgres::Role::Worker;
    let storage = database::open(&settings, data_dir, role).await?;
    let bar = show::bar("storing {wide_bar} {bytes}/{total_bytes} {eta}", bytes);
    let mut seen = |bytes| bar.set_position(bytes);
    let imported = import(
        storage.as_ref(),
        &checked,
        &mut open(path)?,
        passphrase.as_ref(),
        MoveKeys(master_key.as_deref()),
        &act::now(clock.as_ref()),
        &mut seen,
    )
    .await;
    bar.finish_and_clear();
    storage.close().await;
    let imported =
        imported.context("the import is not complete; run the command again to continue")?;
    show::totals(options.format, tenant, head.file, &checked.totals);
    if options.format == Format::Table {
        let done = match imported {
            Imported::Whole => {
                format!("stored {rows} rows of the tenant {tenant}, which is suspended")
            }
            Imported::Already => {
                format!("the tenant {tenant} had been imported from this file already")
            }
        };
        print::line(done);
        print::line("next: delete the tenant at the source, then campanile tenant resume here");
    }
    Ok(())
}

fn checked(path: &Path, bytes: u64, passphrase: Option<&SecretString>) -> anyhow::Result<Checked> {
    let bar = show::bar("checking {wide_bar} {bytes}/{total_bytes} {eta}", bytes);
    let checked = check(&mut open(path)?, passphrase, |bytes| {
        bar.set_position(bytes)
    });
    bar.finish_and_clear();
    checked.with_context(|| format!("{} was not imported", path.display()))
}

fn open(path: &Path) -> anyhow::Result<impl BufRead + Send + use<>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let is_file = file.metadata().is_ok_and(|found| found.is_file());
    ensure!(
        is_file,
        "{} is not a file; an import reads it twice",
        path.display()
    );
    Ok(BufReader::with_capacity(256 * 1024, file))
}
