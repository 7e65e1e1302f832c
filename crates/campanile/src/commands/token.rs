//! `campanile token`

use std::path::Path;

use anyhow::{bail, ensure};
use campanile_config::Role;
use campanile_domain::{Clock, ScopeName, UnknownScope, UserId};

use crate::cli::TokenOptions;
use crate::wiring::data_dir::DataDir;
use crate::wiring::{identity, print, settings};

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
    ensure!(!scopes.is_empty(), "--scope: {UnknownScope}");
    let is_unknown = |scope: &&&str| scope.parse::<ScopeName>().is_err();
    if let Some(unknown) = scopes.iter().find(is_unknown) {
        bail!("--scope: {unknown} is unknown; {UnknownScope}");
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
