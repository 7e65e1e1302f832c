//! `campanile-loadtest sink`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use campanile_fakes::sink::{self, SinkSettings};
use clap::{Args, ValueEnum};

pub(super) const EXAMPLES: &str = "\
Verify every signature with the secret that Campanile signs with:

  campanile-loadtest sink --listen 127.0.0.1:9999 --ledger received.jsonl --secret whsec_…

Play a provider that is slow, or one that is broken:

  campanile-loadtest sink --listen 127.0.0.1:9999 --ledger received.jsonl --delay 20ms
  campanile-loadtest sink --listen 127.0.0.1:9999 --ledger received.jsonl --status 503

Play FCM (FCM_ENDPOINT=http://127.0.0.1:9998, FCM_TOKEN_URI=http://127.0.0.1:9998/token) that is away for half a minute:

  echo '[{\"from_s\": 10, \"until_s\": 40, \"status\": 503}]' > faults.json
  campanile-loadtest sink --kind fcm --listen 127.0.0.1:9998 --ledger received.jsonl --script faults.json

Play a mail relay (SMTP_HOST=127.0.0.1, SMTP_PORT=2525, SMTP_TLS=none):

  campanile-loadtest sink --kind smtp --listen 127.0.0.1:2525 --ledger mails.jsonl";

/// Whom a sink plays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SinkKind {
    /// A webhook.
    #[default]
    Webhook,
    /// FCM: its token endpoint at `/token`, and `messages:send` over HTTP/2 without TLS.
    Fcm,
    /// A mail relay with PIPELINING, without TLS and login; the ledger's id is that of Message-ID.
    Smtp,
}

/// Options of `sink`.
#[derive(Debug, Args)]
pub(crate) struct SinkOptions {
    /// Whom to play.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) kind: SinkKind,
    /// The address to listen on; port 0 takes a free one, and the first line printed names it.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// The file that every call is noted in, a JSON object a line; what is in it stays.
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: PathBuf,
    /// The secret (`whsec_…`) to verify signatures with; left out, none is verified.
    #[arg(long, env = "WEBHOOK_SECRET", hide_env_values = true)]
    pub(crate) secret: Option<String>,
    /// Faults by time and device, for --kind fcm: a JSON array of {"from_s", "until_s" (seconds since
    /// the start), "endpoint" ("send" or "token"), "target_prefix", "status", "error" (FCM's name),
    /// "retry_after_s", "body", "delay_ms"}, all but "status" optional; the first that fits counts.
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// The script's time begins at the first SIGUSR1 and not at the start.
    #[arg(long, requires = "script")]
    pub(crate) script_begins_by_signal: bool,
    /// The status of every answer; of a relay's to every mail, where 200 to 399 become 250.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(200..600))]
    pub(crate) status: u16,
    /// How long every answer takes.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = humantime::parse_duration)]
    pub(crate) delay: Duration,
}

impl From<SinkOptions> for SinkSettings {
    fn from(options: SinkOptions) -> Self {
        Self {
            kind: match options.kind {
                SinkKind::Webhook => sink::SinkKind::Webhook,
                SinkKind::Fcm => sink::SinkKind::Fcm,
                SinkKind::Smtp => sink::SinkKind::Smtp,
            },
            listen: options.listen,
            ledger: options.ledger,
            secret: options.secret,
            script: options.script,
            script_begins_by_signal: options.script_begins_by_signal,
            status: options.status,
            delay: options.delay,
        }
    }
}
