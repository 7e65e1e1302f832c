use clap::Parser;

use super::*;
use crate::cli::{Cli, Command};

fn sized(arguments: &str) -> (Load, Vec<Part>) {
    let words = format!("campanile size {arguments}");
    let Command::Size(options) = Cli::parse_from(words.split_whitespace()).command else {
        panic!("another command");
    };
    let load = load(&options).expect("a good load");
    (load, parts(&load))
}

#[test]
fn more_load_never_needs_less() {
    let total = |part: &Part| part.replicas * part.cpu_m;
    let mut before = sized("--users 1000 --rate 10").1;
    for (users, rate) in [(10_000, 1_000), (100_000, 4_000), (1_000_000, 100_000)] {
        let now = sized(&format!("--users {users} --rate {rate}")).1;
        for (less, more) in before.iter().zip(&now) {
            assert!(total(more) >= total(less), "{less:?} {more:?}");
            assert!(
                more.memory_mib >= less.memory_mib || more.part == "api",
                "{more:?}"
            );
            assert!(more.disk_gib >= less.disk_gib, "{less:?} {more:?}");
        }
        before = now;
    }
}

#[test]
fn what_a_lost_replica_did_fits_into_the_others() {
    for rate in [10, 1_000, 4_000, 50_000] {
        let (load, parts) = sized(&format!("--rate {rate} --streams 25000"));
        let api = &parts[0];
        let left = figure((api.replicas - 1) * api.cpu_m) / 1_000.0;
        let needed = load.rate * costs::API.at_4000 / 1_000_000.0;
        assert!(left * costs::BUSY >= needed, "{api:?}");
        let streams = figure(api.replicas - 1) * costs::STREAMS_PER_API;
        assert!(streams >= load.streams, "{api:?}");
    }
}

#[test]
fn only_deliveries_by_a_provider_need_workers() {
    let worker =
        |channels: &str| sized(&format!("--rate 100000 --channels {channels}")).1[1].clone();
    let (in_app, push, both) = (worker("in_app"), worker("push"), worker("push,email"));
    assert_eq!(in_app.cpu_m, 100, "{in_app:?}");
    assert!(both.replicas > push.replicas, "{both:?}");
}

#[test]
fn a_limit_that_is_reached_stands_first() {
    let (load, _) = sized("--rate 50000 --users 1000 --channels push");
    let first = &next_limits(&load)[0];
    assert!(first.starts_with("REACHED, 5.0 times: FCM"), "{first}");
    let (load, _) = sized("--rate 50000 --users 1000 --channels email");
    assert!(!next_limits(&load)[0].contains("FCM"));
}

#[test]
fn a_channel_that_is_named_twice_is_refused() {
    let options = Cli::parse_from(["campanile", "size", "--channels", "push=50,push=50"]).command;
    let Command::Size(options) = options else {
        panic!("another command");
    };
    let refused = load(&options).expect_err("it is named twice").to_string();
    assert_eq!(refused, "--channels names push twice");
}
