//! What can be asked on the command line. The doc comments are the `--help`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is where answers are printed"
)]

mod callers;
mod client;
mod inbox;
mod join;
mod people;
mod recipes;
mod run;
mod scenario;
mod servers;
mod sink;
mod streams;
mod tenants;
mod topic;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cluster::Tell;

pub(crate) use callers::CallersOptions;
pub(crate) use client::{Call, ClientOptions};
pub(crate) use inbox::InboxOptions;
pub(crate) use join::JoinOptions;
pub(crate) use people::PeopleOptions;
pub(crate) use recipes::RecipesOptions;
pub(crate) use run::RunOptions;
pub(crate) use scenario::{Provided, ScenarioOptions};
pub(crate) use servers::{Servers, Shape};
pub(crate) use sink::{SinkKind, SinkOptions};
pub(crate) use streams::StreamsOptions;
pub(crate) use tenants::Tenants;
pub(crate) use topic::TopicOptions;

/// Loads a running Campanile and proves what became of every 202.
#[derive(Debug, Parser)]
#[command(name = "campanile-loadtest", version, max_term_width = 100, after_help = EXAMPLE)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "\
A run from beginning to end, against `campanile up` with WEBHOOK_URL=http://127.0.0.1:9999/:

  campanile-loadtest sink --listen 127.0.0.1:9999 --ledger received.jsonl &
  campanile-loadtest run --token \"$TOKEN\" --rate 50 --duration 30s --ledger accepted.jsonl
  campanile-loadtest join --accepted accepted.jsonl --received received.jsonl --timeout 60s

All of that in one command, with a private cluster and a report:

  campanile-loadtest scenario --channel push --rate 1000 --duration 60s --out push-1000

How fast inboxes are read while they are written to:

  campanile-loadtest inbox --out inbox

A topic of 100,000 users, the worker killed in the middle:

  campanile-loadtest topic --users 100000 --kills 2 --max-repeated 2000 --out topic";

#[derive(Debug, Subcommand)]
enum Command {
    /// Receive webhooks, mail, or what is meant for FCM, and keep a ledger.
    ///
    /// Over HTTP `GET /count` answers {"requests", "distinct_ids", "unverified"}, `GET /healthz`
    /// that it lives; every other request is taken for what --kind says. Ends at SIGTERM or Ctrl-C.
    #[command(after_help = sink::EXAMPLES)]
    Sink(SinkOptions),
    /// Register a device or a mail address for each user, through the API.
    ///
    /// May be repeated: what is there already is refreshed.
    #[command(after_help = people::EXAMPLES)]
    People(PeopleOptions),
    /// Send notifications at a fixed rate, whatever the answers. Exit 1 if not one was accepted.
    ///
    /// Open loop: every request has a moment at which it is due, and its latency counts from there,
    /// so a server that stalls is not spared the requests that it kept waiting.
    #[command(after_help = run::EXAMPLES)]
    Run(RunOptions),
    /// Join the two ledgers by notification: what was lost, what came twice.
    ///
    /// Exit 1 if a notification was lost or came under several webhook-ids, if a signature was
    /// wrong, or if more came twice than --max-doubled allows.
    #[command(after_help = join::EXAMPLES)]
    Join(JoinOptions),
    /// Do all of it: start a cluster, load it, join the ledgers, report, and leave nothing behind.
    ///
    /// Starts the service's roles and a fake provider as processes, with a private database and queues; registers
    /// users, sends at a fixed rate, waits until everything has arrived, and writes report.json, report.md and
    /// report.svg. Exits with 1 if a limit is missed, and prints a line for each. Ctrl-C also cleans up.
    #[command(after_help = scenario::EXAMPLES)]
    Scenario(ScenarioOptions),
    /// Send through ten services at once, beside pushes, while one of them answers nothing: what the others notice.
    ///
    /// Starts a private cluster with a recipe and a fake server for each service, and writes report.json and report.md. Exits
    /// with 1 if a limit is missed, and prints a line for each. Ctrl-C also cleans up.
    #[command(after_help = recipes::EXAMPLES)]
    Recipes(RecipesOptions),
    /// Read and write inboxes at fixed rates: latencies, cache hits, freshness, deep pages.
    ///
    /// Starts a private cluster (or loads a running one: --url, --secret), fills it, polls as users' apps do while
    /// others write, and writes report.json, report.md and report.svg. Open loop: latency counts from the time a
    /// request was due. Exits with 1 if a limit is missed, and prints a line for each. Ctrl-C also cleans up.
    #[command(after_help = inbox::EXAMPLES)]
    Inbox(InboxOptions),
    /// Send as fast as the answers come, by more and more callers: what an accept costs, and how long it takes.
    ///
    /// Starts a private cluster (or loads a running one: --url, --secret). Closed loop: each caller sends its next
    /// request after the previous answer. Writes report.json and report.md. Exits with 1 if requests fail.
    #[command(after_help = callers::EXAMPLES)]
    Callers(CallersOptions),
    /// Call through the client crate while you stop the service; check that nothing is lost or duplicated.
    ///
    /// Calls at a fixed rate, waits until the spool is empty, reads the inboxes, and holds one against
    /// the other. Exit 1 if a call failed, was lost, came twice or out of order.
    #[command(after_help = client::EXAMPLES)]
    Client(ClientOptions),
    /// Send once to a topic of many users, kill the worker meanwhile, and check that each user is notified once.
    ///
    /// Starts a private cluster, or `up`, and a fake push provider; registers a device for each user, subscribes
    /// them, sends, and writes report.json and report.md with times, memory and what each user received. Exits with 1
    /// if a limit is missed, and prints a line for each. Ctrl-C also cleans up.
    #[command(after_help = topic::EXAMPLES)]
    Topic(TopicOptions),
    /// Open many streams on one api, and measure memory, the time to an event, a topic, and a reconnect of all.
    ///
    /// Starts a private cluster, or `up`; opens a stream for each user, sends at a fixed rate, sends once to all, and
    /// cuts all streams. Compares what each stream received with its inbox: nothing may be missing. With --nchan it
    /// does the same with nginx and Nchan. Writes report.json, report.md and report.svg. Exits with 1 if a limit is
    /// missed, and prints a line for each. Ctrl-C also cleans up.
    #[command(after_help = streams::EXAMPLES)]
    Streams(StreamsOptions),
}

/// Runs what was asked.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = runtime
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(done(cli.command)));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("campanile-loadtest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether it passed.
async fn done(command: Command) -> anyhow::Result<bool> {
    let tell: Tell = |line| eprintln!("{line}");
    let report = match command {
        Command::Sink(options) => {
            campanile_fakes::sink::run(options.into(), |ready| println!("{ready}")).await?;
            return Ok(true);
        }
        Command::People(options) => {
            let count = crate::people::run(&options).await?;
            println!("{count} people are registered");
            return Ok(true);
        }
        Command::Run(options) => crate::run::experiment(options).await?,
        Command::Join(options) => crate::join::experiment(&options, tell).await?,
        Command::Scenario(options) => crate::scenario::run(options, tell).await?,
        Command::Recipes(options) => crate::recipes::run(options, tell).await?,
        Command::Inbox(options) => crate::inbox::run(options, tell).await?,
        Command::Callers(options) => crate::callers::run(options, tell).await?,
        Command::Client(options) => crate::client::run(options, tell).await?,
        Command::Streams(options) => crate::streams::run(options, tell).await?,
        Command::Topic(options) => crate::topic::run(options, tell).await?,
    };
    print!("{}", report.markdown());
    for miss in report.missed() {
        eprintln!("campanile-loadtest: {miss}");
    }
    Ok(report.missed().is_empty())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
