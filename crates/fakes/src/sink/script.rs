//! Faults that come and go: which answer a provider gives, by time and device.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Deserialize;
use tokio::signal::unix::{SignalKind, signal};

/// Which of a provider's endpoints a rule is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Endpoint {
    /// The one that takes messages.
    #[default]
    Send,
    /// The one that gives out access tokens.
    Token,
}

/// One rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    #[serde(default)]
    from_s: f64,
    /// Without it, until the end.
    until_s: Option<f64>,
    #[serde(default)]
    endpoint: Endpoint,
    /// Devices whose token or fid begins like this; without it, all.
    #[serde(default)]
    target_prefix: String,
    pub(super) status: u16,
    /// The provider's own name for the error; without it, the usual one for the status.
    pub(super) error: Option<String>,
    pub(super) retry_after_s: Option<u64>,
    /// Instead of what the provider would say.
    pub(super) body: Option<String>,
    #[serde(default)]
    delay_ms: u64,
}

impl Rule {
    /// How much longer than usual the answer takes.
    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }
}

/// All of them, and when their time began.
pub(super) struct Script {
    rules: Vec<Rule>,
    begun: Arc<OnceLock<Instant>>,
}

impl Script {
    /// Reads a file; none is a script without rules. Its time begins now, or at the first SIGUSR1.
    pub(super) fn read(path: Option<&Path>, begins_by_signal: bool) -> anyhow::Result<Self> {
        let rules: Vec<Rule> = match path {
            None => Vec::new(),
            Some(path) => {
                let place = || format!("--script: {}", path.display());
                let text = std::fs::read(path).with_context(place)?;
                serde_json::from_slice(&text).with_context(place)?
            }
        };
        for rule in &rules {
            let is_status = (200..600).contains(&rule.status);
            anyhow::ensure!(is_status, "--script: {} is no status", rule.status);
        }
        let begun = Arc::new(OnceLock::new());
        if begins_by_signal {
            let mut begin = signal(SignalKind::user_defined1())?;
            let begun = Arc::clone(&begun);
            tokio::spawn(async move {
                begin.recv().await;
                begun.get_or_init(Instant::now);
            });
        } else {
            begun.get_or_init(Instant::now);
        }
        Ok(Self { rules, begun })
    }

    /// The first rule that fits now.
    pub(super) fn rule(&self, endpoint: Endpoint, target: &str) -> Option<&Rule> {
        if self.rules.is_empty() {
            return None;
        }
        let now = self.begun.get()?.elapsed().as_secs_f64();
        self.rules.iter().find(|rule| {
            rule.endpoint == endpoint
                && rule.from_s <= now
                && rule.until_s.is_none_or(|until| now < until)
                && target.starts_with(&rule.target_prefix)
        })
    }
}
