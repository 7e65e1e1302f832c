//! Which protocol an address speaks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The protocol of an ingest address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IngestKind {
    /// The Apprise API: `POST /notify` and `POST /notify/{key}`.
    Apprise,
    /// ntfy: `PUT` or `POST /ntfy/{topic}`, and JSON to `/ntfy`.
    Ntfy,
    /// Webhooks of Prometheus Alertmanager.
    Alertmanager,
    /// Webhooks of Grafana's alerting.
    Grafana,
    /// JSON of any shape, with a mapping.
    Webhook,
    /// Bounces and complaints about mails, which notify no one: they add to the suppression list.
    MailReport,
}

impl IngestKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Apprise,
        Self::Ntfy,
        Self::Alertmanager,
        Self::Grafana,
        Self::Webhook,
        Self::MailReport,
    ];

    /// The name used in requests, rows, logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apprise => "apprise",
            Self::Ntfy => "ntfy",
            Self::Alertmanager => "alertmanager",
            Self::Grafana => "grafana",
            Self::Webhook => "webhook",
            Self::MailReport => "mail_report",
        }
    }

    /// What its keys begin with. Clients of ntfy recognise a token by its beginning.
    pub const fn key_prefix(self) -> &'static str {
        match self {
            Self::Ntfy => "tk_",
            Self::Apprise
            | Self::Alertmanager
            | Self::Grafana
            | Self::Webhook
            | Self::MailReport => "cmi_",
        }
    }

    /// The path to which programs send, with `{key}` and `{topic}` where these belong.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Apprise => "/notify/{key}",
            Self::Ntfy => "/ntfy/{topic}",
            Self::Alertmanager | Self::Grafana | Self::Webhook | Self::MailReport => {
                "/ingest/{key}"
            }
        }
    }
}

impl std::str::FromStr for IngestKind {
    type Err = crate::InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(crate::InvalidName(
                "must be apprise, ntfy, alertmanager, grafana, webhook or mail_report",
            ))
    }
}

impl fmt::Display for IngestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
