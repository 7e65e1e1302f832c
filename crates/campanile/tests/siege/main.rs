//! Hostile callers and hostile providers against processes that may use little memory and few descriptors.
//!
//! Each attack is played alone, then all at once. A process must stay under its limit of memory, serve another
//! tenant meanwhile, and give the memory back. The program runs by itself, because it measures.
//! `cargo test --release -p campanile --test siege -- --nocapture` prints the figures of a release build.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may stop where it stands, prints what it measured, and is documented by its name"
)]

mod attacks;
mod bystander;
mod footprint;
mod place;
#[path = "../it/support/process.rs"]
#[allow(
    dead_code,
    clippy::print_stderr,
    reason = "shared with the other test program, which uses all of it"
)]
mod process;
mod siege;

use place::Place;

/// The limit of a container of the API or of a worker.
const CLUSTER: u64 = 512;
/// The limit of the service that a small box runs.
const ALONE: u64 = 256;

/// One siege at a time: they measure.
static ALONE_HERE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn up_holds_out_under_256_mib() {
    let _alone = ALONE_HERE.lock().await;
    siege::lay(&Place::alone().await, ALONE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_holds_out_under_512_mib_for_each_process() {
    let _alone = ALONE_HERE.lock().await;
    siege::lay(&Place::cluster().await, CLUSTER).await;
}
