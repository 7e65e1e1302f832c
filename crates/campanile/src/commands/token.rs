//! `campanile token`

use std::path::Path;

use anyhow::{bail, ensure};
use campanile_config::Role;
use campanile_domain::{Clock, UserId};

use crate::cli::TokenOptions;
use crate::wiring::data_dir::DataDir;
use crate::wiring::{identity, print, settings};

/// What a token may be allowed to do.
const SCOPES: [&str; 4] = ["notifications:send", "inbox", "admin", "platform"];

/// Prints one signed token and nothing else.
pub(crate) fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: TokenOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    ensure!(
        options.ttl.as_secs() > 0,
        "--ttl: a token lives for at least one second"
    );
    UserId::parse(&options.sub).map_err(|error| anyhow::anyhow!("--sub: {error}"))?;
    let scopes: Vec<&str> = options.scope.split_ascii_whitespace().collect();
    ensure!(
        !scopes.is_empty(),
        "--scope must have at least one of {}",
        SCOPES.join(", ")
    );
    if let Some(unknown) = scopes.iter().find(|scope| !SCOPES.contains(scope)) {
        bail!(
            "--scope: {unknown} is unknown; must be one of {}",
            SCOPES.join(", ")
        );
    }
    let own = DataDir::at(&options.data.data_dir).secret()?;
    let Some(secret) = settings.jwt.secret.clone().or(own) else {
        bail!(
            "no key to sign with: set JWT_SECRET, or give the data directory of `campanile up` with --data-dir ({} has no \
            signing key)",
            options.data.data_dir.display()
        );
    };
    let scope = scopes.join(" ");
    let token = identity::token(
        &settings,
        clock,
        &secret,
        &options.tenant,
        &options.sub,
        &scope,
        options.ttl,
    )?;
    print::line(token);
    Ok(())
}
