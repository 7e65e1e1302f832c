//! Settings for a role, or every reason why they will not do.

use std::io::IsTerminal;
use std::path::Path;

use anyhow::anyhow;
use campanile_config::{Role, Settings, mistyped};
use campanile_telemetry::{LogFormat, LogSettings, Traces, init_logs, log_slow_queries, metrics};

use super::{print, recipes};

/// Loads settings and checks them for a role. Commands warn here about variables that are probably mistyped; roles
/// that [start the log](start_logs) log it there.
pub(crate) fn load(file: Option<&Path>, role: Role) -> anyhow::Result<Settings> {
    if matches!(role, Role::Cli | Role::Doctor) {
        for slip in mistyped(variables()) {
            print::warn(slip);
        }
    }
    let settings = Settings::load_for(role, file, |name| std::env::var(name).ok());
    let settings = settings.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!("{}", lines.join("\ncampanile: "))
    })?;
    recipes::declare(&settings)?;
    Ok(settings)
}

/// Starts logging as the settings say, and traces if they name a collector.
pub(crate) fn start_logs(
    settings: &Settings,
    role: &'static str,
) -> anyhow::Result<Option<Traces>> {
    let endpoint = settings.traces.otlp_endpoint.as_ref();
    let traces = endpoint
        .map(|endpoint| Traces::start(endpoint.as_str(), role))
        .transpose()?;
    let mut logs = settings.logs.clone();
    // Only `up` is started by hand; what the cluster's roles log is collected, even from a terminal.
    if role == "up" && logs.file.is_none() && std::io::stderr().is_terminal() {
        logs = logs.for_terminal();
    }
    let logs = LogSettings {
        format: match logs.format {
            None | Some(campanile_config::LogFormat::Json) => LogFormat::Json,
            Some(campanile_config::LogFormat::Text) => LogFormat::Text,
        },
        filter: logs.filter,
        file: logs.file,
    };
    init_logs(logs)?;
    log_slow_queries(settings.database.slow_query);
    metrics()
        .build_info
        .with_label_values(&[env!("CARGO_PKG_VERSION"), role])
        .set(1);
    for slip in mistyped(variables()) {
        tracing::warn!(variable = slip.variable, "{slip}");
    }
    for variable in &settings.unused {
        tracing::warn!(variable, "this setting is set but not used by this version");
    }
    Ok(traces)
}

/// Says which keys this role was given without need.
pub(crate) fn warn_of_needless_keys(settings: &Settings, role: Role) {
    for variable in settings.needless_for(role) {
        tracing::warn!(
            variable,
            "this role does not use the key; remove it from its environment"
        );
    }
}

fn variables() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())
}

/// Sends the last spans.
pub(crate) async fn stop_traces(traces: Option<Traces>) {
    if let Some(traces) = traces {
        // It blocks until the collector has answered.
        let _ = tokio::task::spawn_blocking(move || traces.stop()).await;
    }
}
