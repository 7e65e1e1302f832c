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
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let file = cli.config;
    match cli.command {
        Command::Up(options) => commands::up::run(file.as_deref(), options).await,
        Command::Api(options) => commands::api::run(file.as_deref(), options).await,
        Command::Worker(options) => commands::worker::run(file.as_deref(), options).await,
        Command::Migrate(options) => commands::migrate::run(file.as_deref(), options).await,
        Command::Doctor(options) => commands::doctor::run(file.as_deref(), options).await,
        Command::Health(options) => commands::health::run(file.as_deref(), options).await,
        Command::Token(options) => commands::token::run(file.as_deref(), options),
        Command::Tenant(options) => commands::tenant::run(file.as_deref(), options).await,
        Command::Dlq(options) => commands::dlq::run(file.as_deref(), options).await,
        Command::Provider(options) => commands::provider::run(file.as_deref(), options).await,
        Command::Retention(options) => commands::retention::run(file.as_deref(), options).await,
        Command::Test(options) => commands::test::run(file.as_deref(), options).await,
        Command::Size(options) => commands::size::run(&options),
        Command::Openapi => commands::openapi::run(),
        Command::Completions(options) => commands::completions::run(&options),
        Command::Man(options) => commands::man::run(&options),
    }
}
