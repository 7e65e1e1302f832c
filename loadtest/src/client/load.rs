//! The calls: for each person one after the other, all together at a fixed rate.

use std::time::Duration;

use anyhow::Context;
use campanile_client::{Client, Error, MessageCreated, Notification, Outcome, UserInfo};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use crate::cli::{Call, ClientOptions};
use crate::pace::requests;

/// Who calls what for whom.
#[derive(Debug, Clone)]
pub(super) struct Load {
    call: Call,
    rate: u32,
    total: u64,
    pub(super) users: u32,
    /// Makes the people and messages of this run its own.
    run: Uuid,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Accepted,
    Spooled,
    /// It was promised nothing.
    Failed,
}

/// A call that was made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) user: u32,
    pub(super) number: u64,
    pub(super) end: End,
    /// From when it was due.
    pub(super) took: Duration,
}

/// All calls of a run.
#[derive(Debug, Default)]
pub(super) struct Calls {
    pub(super) made: Vec<Made>,
    pub(super) most_spooled: u64,
    pub(super) first_error: Option<String>,
}

impl Load {
    pub(super) fn new(options: &ClientOptions, run: Uuid) -> Self {
        Self {
            call: options.call,
            rate: options.rate,
            total: requests(options.duration, options.rate),
            users: options.users,
            run,
        }
    }

    /// The name of one person.
    pub(super) fn user(&self, user: u32) -> String {
        format!("client-{}-{user}", self.run)
    }

    /// Makes all calls.
    pub(super) async fn run(&self, client: &Client) -> anyhow::Result<Calls> {
        let begun = Instant::now();
        let mut people = JoinSet::new();
        for user in 0..self.users {
            people.spawn(self.clone().person(client.clone(), user, begun));
        }
        let mut all = Calls::default();
        while let Some(person) = people.join_next().await {
            let calls = person.context("a caller has panicked")?;
            all.made.extend(calls.made);
            all.most_spooled = all.most_spooled.max(calls.most_spooled);
            all.first_error = all.first_error.or(calls.first_error);
        }
        Ok(all)
    }

    async fn person(self, client: Client, user: u32, begun: Instant) -> Calls {
        let mut calls = Calls::default();
        for number in (u64::from(user)..self.total).step_by(self.users as usize) {
            let due = begun + Duration::from_secs_f64(number as f64 / f64::from(self.rate));
            sleep_until(due).await;
            let end = match self.make(&client, user, number).await {
                Ok(Outcome::Accepted(_)) => End::Accepted,
                Ok(_) => End::Spooled,
                Err(error) => {
                    let whole = format!("{:#}", anyhow::Error::from(error));
                    calls.first_error.get_or_insert(whole);
                    End::Failed
                }
            };
            calls.made.push(Made {
                user,
                number,
                end,
                took: due.elapsed(),
            });
            calls.most_spooled = calls.most_spooled.max(client.spooled());
        }
        calls
    }

    async fn make(&self, client: &Client, user: u32, number: u64) -> Result<Outcome, Error> {
        let (person, message) = (self.user(user), number.to_string());
        match self.call {
            Call::Message => {
                let sender = UserInfo::new("load", "load", "Load test");
                let call = MessageCreated::new(message, "load", sender, [person], "Load test");
                client.create_message_notification(&call).await
            }
            Call::Send => {
                let call = Notification::to_users("loadtest", [person]).title("Load test");
                client.send(&call.with("message_id", message)).await
            }
        }
    }
}
