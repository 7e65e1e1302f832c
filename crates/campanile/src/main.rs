//! The binary: every role of the service and the operator's commands.
//!
//! The only crate that knows all the others. `cli` says what can be asked, `commands` has a file
//! for each answer, `wiring` plugs implementations into traits.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod cli;
mod commands;
mod wiring;

use std::process::ExitCode;
use std::sync::Arc;

use campanile_domain::{Clock, Random, SystemClock};
use clap::Parser;

use crate::cli::{Cli, Command};

/// Small, quick, and it gives memory back: the idle process is held to 30 MB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Every TLS client of the process uses this one provider.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cli = Cli::parse();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // What Tokio itself reads; several processes on few cores do best with a thread each.
    if std::env::var_os("TOKIO_WORKER_THREADS").is_none() {
        let cores = std::thread::available_parallelism();
        runtime.worker_threads(cores.map_or(2, std::num::NonZero::get).min(8));
    }
    let runtime = runtime
        .enable_all()
        .build()
        .expect("the operating system gives threads and an event queue");
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            wiring::print::print_error(&error);
            match error.is::<commands::suppression::TryAgain>() {
                true => ExitCode::from(commands::suppression::TryAgain::EXIT_CODE),
                false => ExitCode::FAILURE,
            }
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    // Nothing else reaches for the machine's clock and its randomness.
    let (clock, random): (Arc<dyn Clock>, _) = (Arc::new(SystemClock), Random::system());
    let (file, clock) = (cli.config.as_deref(), &clock);
    match cli.command {
        Command::Up(options) => commands::up::run(file, clock, random, options).await,
        Command::Api(options) => commands::api::run(file, clock, random, options).await,
        Command::Worker(options) => commands::worker::run(file, clock, random, options).await,
        Command::Migrate(options) => commands::migrate::run(file, options).await,
        Command::Doctor(options) => commands::doctor::run(file, clock, &random, options).await,
        Command::Health(options) => commands::health::run(file, options).await,
        Command::Token(options) => commands::token::run(file, clock.as_ref(), options),
        Command::Tenant(options) => commands::tenant::run(file, clock, random, options).await,
        Command::Key(options) => commands::key::run(file, clock, random, options).await,
        Command::Encryption(options) => {
            commands::encryption::run(file, clock, random, options).await
        }
        Command::MagicLink(options) => {
            commands::magic_link::run(file, clock, random, options).await
        }
        Command::Audit(options) => commands::audit::run(file, clock.as_ref(), options).await,
        Command::Dlq(options) => commands::dlq::run(file, clock.as_ref(), options).await,
        Command::Provider(options) => commands::provider::run(file, clock, random, options).await,
        Command::Recipe(options) => commands::recipe::run(file, options),
        Command::Ingest(options) => commands::ingest::run(file, clock, random, options).await,
        Command::Export(options) => commands::moving::export(file, clock, random, options).await,
        Command::Import(options) => commands::moving::import(file, clock, options).await,
        Command::Retention(options) => {
            commands::retention::run(file, clock.as_ref(), options).await
        }
        Command::Suppression(options) => {
            commands::suppression::run(file, clock.as_ref(), options).await
        }
        Command::User(options) => commands::user::run(file, clock, random, options).await,
        Command::Template(options) => commands::template::run(file, clock.as_ref(), options).await,
        Command::Test(options) => commands::test::run(file, clock.as_ref(), options).await,
        Command::Size(options) => commands::size::run(&options),
        Command::Listen(options) => commands::listen::run(file, clock, random, options).await,
        Command::Openapi => commands::generate::openapi(),
        Command::Completions(options) => commands::generate::completions(&options),
        Command::Man(options) => commands::generate::man(&options),
    }
}
