//! The load test's command line.

/// What load costs the machine is not there for the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    campanile_loadtest::main()
}
