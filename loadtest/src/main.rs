//! The load test's command line.

fn main() -> std::process::ExitCode {
    campanile_loadtest::main()
}
