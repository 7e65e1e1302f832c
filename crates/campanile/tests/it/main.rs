//! The binary as its users meet it: started as a process, called over HTTP, killed.
//!
//! Tests run on several threads, because they wait for processes while they serve their webhooks.
#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may stop where it stands, say what it counted, and is documented by its name"
)]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod accounts;
mod alone;
mod apns;
mod audit;
mod bad_settings;
mod bounces;
mod canaries;
mod client;
mod cluster;
mod crash;
mod dead_messages;
mod dlq;
mod dlq_commands;
mod erasure;
mod failover;
mod faults;
mod fuzz;
mod guide_token;
mod home_page;
mod inbox_cache;
mod ingest;
mod keys;
mod listen;
mod magic_links;
mod metrics;
mod moving;
mod moving_interrupted;
mod operator;
mod operators_day;
mod outages;
mod own_recipes;
mod paused;
mod people;
mod providers;
mod reading;
mod recipes;
mod retention_commands;
mod rotation;
mod same_json;
mod sealed;
mod service_calls;
mod shell;
mod support;
mod template_versions;
mod templates;
mod tenants;
mod topics;
mod traces;
mod user_addresses;
mod web_push;
