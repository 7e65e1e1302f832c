//! Who has a live stream open, shared by all nodes: a key per user, which a node with a stream of theirs renews.
//!
//! A key expires by itself when its node dies. It is removed when the last stream of a node ends; another node that
//! has one too renews it within [`RENEWED_EVERY_S`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use campanile_cache::{Mailbox, Presence};
use redis::aio::MultiplexedConnection;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::keys::Keys;
use crate::link::Link;
use crate::pool::{Connections, PATIENCE, is_broken};
use crate::signal::Watches;

/// A user counts as active for so long after the last renewal.
const LIFE_S: u64 = 30;
/// Each second a part of the keys is renewed, so that each is within this many seconds.
const RENEWED_EVERY_S: u8 = 10;

/// The cluster's presence.
pub struct RedisPresence {
    pub(crate) link: Arc<Link>,
    pub(crate) keys: Keys,
}

#[async_trait]
impl Presence for RedisPresence {
    async fn active(&self, whose: &[Mailbox]) -> HashSet<Mailbox> {
        let Some(mut live) = self.link.live().filter(|_| !whose.is_empty()) else {
            return HashSet::new();
        };
        let mut command = redis::cmd("MGET");
        for one in whose {
            command.arg(self.keys.presence(one));
        }
        match command
            .query_async::<Vec<Option<u8>>>(&mut live.connection)
            .await
        {
            Ok(found) => {
                let found = whose.iter().zip(found);
                let active = found.filter(|(_, found)| found.is_some());
                active.map(|(one, _)| one.clone()).collect()
            }
            Err(error) => {
                if is_broken(&error) {
                    self.link.lost(&live, &error);
                }
                HashSet::new()
            }
        }
    }
}

/// Tells the other nodes which users have a stream on this one.
pub(crate) struct PresenceKeeper {
    pub(crate) connections: Arc<Connections>,
    pub(crate) keys: Keys,
    pub(crate) watches: Arc<Watches>,
    pub(crate) stop: CancellationToken,
}

impl PresenceKeeper {
    /// Keeps the keys until the stop signal. What fails is not tried again: the next renewal does the same.
    pub(crate) async fn run(self) {
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut connection, mut turn) = (None, 0);
        loop {
            let changes = tokio::select! {
                () = self.stop.cancelled() => return,
                changes = self.watches.arrivals() => changes,
                _ = seconds.tick() => {
                    turn = (turn + 1) % RENEWED_EVERY_S;
                    let due = self.watches.part(turn, RENEWED_EVERY_S);
                    due.into_iter().map(|one| (one, true)).collect()
                }
            };
            if changes.is_empty() {
                continue;
            }
            if self.tell(&mut connection, &changes).await.is_err() {
                connection = None;
            }
        }
    }

    async fn tell(
        &self,
        kept: &mut Option<MultiplexedConnection>,
        changes: &HashMap<Mailbox, bool>,
    ) -> Result<(), redis::RedisError> {
        let connection = match kept {
            Some(connection) => connection,
            None => kept.insert(self.connections.open(PATIENCE).await?),
        };
        let mut commands = redis::pipe();
        for (whose, is_there) in changes {
            let key = self.keys.presence(whose);
            match is_there {
                true => commands.cmd("SET").arg(key).arg(1).arg("EX").arg(LIFE_S),
                false => commands.cmd("UNLINK").arg(key),
            }
            .ignore();
        }
        commands.exec_async(connection).await
    }
}
