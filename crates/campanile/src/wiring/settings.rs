//! Settings for a role, or every reason why they will not do.

use std::path::Path;

use anyhow::anyhow;
use campanile_config::{Role, Settings};
use campanile_telemetry::{LogFormat, LogSettings, init_logs};

/// Loads settings and checks them for a role.
pub(crate) fn load(file: Option<&Path>, role: Role) -> anyhow::Result<Settings> {
    Settings::load_for(role, file, |name| std::env::var(name).ok()).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!("{}", lines.join("\ncampanile: "))
    })
}

/// Starts logging as the settings say.
pub(crate) fn start_logs(settings: &Settings) -> anyhow::Result<()> {
    init_logs(LogSettings {
        format: match settings.logs.format {
            campanile_config::LogFormat::Json => LogFormat::Json,
            campanile_config::LogFormat::Text => LogFormat::Text,
        },
        filter: Some(settings.logs.filter.clone()),
        file: settings.logs.file.clone(),
    })?;
    Ok(())
}
