//! What can be asked on the command line. The doc comments are the `--help`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is where answers are printed"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

/// Loads a running Campanile and proves what became of every promise.
#[derive(Debug, Parser)]
#[command(name = "campanile-loadtest", version, max_term_width = 100, after_help = EXAMPLE)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "\
A run from beginning to end, against `campanile up` with WEBHOOK_URL=http://127.0.0.1:9999/:

  campanile-loadtest sink --listen 127.0.0.1:9999 --ledger received.jsonl &
  campanile-loadtest run --token \"$TOKEN\" --rate 50 --duration 30s --ledger promised.jsonl
  campanile-loadtest join --promised promised.jsonl --received received.jsonl --wait 30s";

#[derive(Debug, Subcommand)]
enum Command {
    /// Receive webhooks, verify them, and keep a ledger.
    ///
    /// `GET /count` tells how many came. Ends at SIGTERM or Ctrl-C.
    Sink(SinkOptions),
    /// Send notifications at a fixed rate, whatever the answers.
    ///
    /// Open loop: every request has a moment at which it is due, and its latency counts from there,
    /// so a server that stalls is not spared the requests that it kept waiting.
    Run(RunOptions),
    /// Join the two ledgers: what was lost, what came twice. Exit 1 if anything was lost.
    Join(JoinOptions),
}

/// Options of `sink`.
#[derive(Debug, Args)]
pub(crate) struct SinkOptions {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// The file that every call is noted in, a JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: PathBuf,
    /// The secret (`whsec_…`) to verify signatures with, by the official library.
    #[arg(long, env = "WEBHOOK_SECRET", hide_env_values = true)]
    pub(crate) secret: Option<String>,
    /// The status of every answer.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(200..600))]
    pub(crate) status: u16,
    /// How long every answer takes.
    #[arg(long, default_value = "0s", value_parser = humantime::parse_duration)]
    pub(crate) delay: Duration,
}

/// Options of `run`.
#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// The API's address.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// A token with the scope notifications:send (`campanile token`).
    #[arg(long, env = "CAMPANILE_TOKEN", hide_env_values = true)]
    pub(crate) token: String,
    /// Requests a second.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// For how long.
    #[arg(long, default_value = "30s", value_parser = humantime::parse_duration)]
    pub(crate) duration: Duration,
    /// How many users the notifications go to, in turn.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,
    /// Recipients of one request.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) recipients: u32,
    /// Requests under way at once, at most; those that have to wait for a place grow old meanwhile.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,
    /// Repeats a request without an answer, or with a 5xx, under the same Idempotency-Key for so
    /// long: what a careful caller does when a server is killed.
    #[arg(long, default_value = "0s", value_parser = humantime::parse_duration)]
    pub(crate) retry_for: Duration,
    /// The file that every 202 is noted in.
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// A process whose CPU time and memory are reported; may be given several times.
    #[arg(long, value_name = "PID")]
    pub(crate) pid: Vec<u32>,
    /// The file for the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// Options of `join`.
#[derive(Debug, Args)]
pub(crate) struct JoinOptions {
    /// The ledger of `run`.
    #[arg(long, value_name = "FILE")]
    pub(crate) promised: PathBuf,
    /// The ledger of `sink`.
    #[arg(long, value_name = "FILE")]
    pub(crate) received: PathBuf,
    /// Waits so long for what is missing.
    #[arg(long, default_value = "0s", value_parser = humantime::parse_duration)]
    pub(crate) wait: Duration,
    /// More notifications that came twice than this are a failure.
    #[arg(long, default_value_t = u64::MAX, hide_default_value = true)]
    pub(crate) max_doubled: u64,
    /// The file for the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// Runs what was asked.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        runtime.block_on(async {
            match cli.command {
                Command::Sink(options) => crate::sink::run(options, |ready| println!("{ready}"))
                    .await
                    .map(|()| true),
                Command::Run(options) => crate::run::run(options).await.map(|report| {
                    println!("{report}");
                    true
                }),
                Command::Join(options) => crate::join::run(&options).await.map(|report| {
                    println!("{report}");
                    report.passed()
                }),
            }
        })
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("campanile-loadtest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
