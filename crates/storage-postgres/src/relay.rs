//! From accepted to planned: outbox rows become delivery rows and dispatches.

mod apply_rate_rules;
mod claim;
mod lines;
mod load;
mod write;

use async_trait::async_trait;
use campanile_domain::{DeliveryState, Routes};
use campanile_storage::{Planned, Relay, RelayLimits, StorageError, UNREADABLE_PAUSE};
use chrono::{DateTime, Utc};
use load::Loaded;

use crate::PostgresStorage;
use crate::bundle::{self, Open, bundle};
use crate::connection::{Kind, Scope, transact};
use crate::deferred;

#[async_trait]
impl Relay for PostgresStorage {
    async fn plan_turn(
        &self,
        limits: RelayLimits,
        routes: &Routes,
        now: DateTime<Utc>,
    ) -> Result<Planned, StorageError> {
        // A turn without rows changes nothing, so nobody waits for its end.
        let mut kind = Kind::Read;
        let turn = transact!(&self.pools.worker, kind, &Scope::none(), |connection| {
            let claimed = claim::claim(connection, &limits).await?;
            if claimed.rows.is_empty() {
                return Ok(Planned {
                    held: claimed.held,
                    ..Planned::default()
                });
            }
            kind = Kind::Write;
            let Loaded {
                notifications,
                unreadable,
            } = load::take(connection, &claimed.rows).await?;
            let lines = lines::lines(connection, &notifications, routes, now).await?;
            let new = write::deliveries(connection, &lines, now).await?;
            let queued = lines
                .iter()
                .filter(|(_, line)| line.state == DeliveryState::Queued && new.contains(&line.id));
            let open = queued.map(|(waiting, line)| Open {
                tenant: waiting.notification.tenant.clone(),
                channel: line.channel,
                lane: waiting.lane,
                notification: waiting.notification.id,
                delivery: line.id,
            });
            let bundles = bundle(open.collect(), limits.dispatch_size, now);
            let mut planned = Planned::default();
            let mut waits = Vec::new();
            for (waiting, line) in lines.iter().filter(|(_, line)| new.contains(&line.id)) {
                match (line.state, waiting.withdrawn, line.reason) {
                    (DeliveryState::Cancelled, Some(why), _) => {
                        planned.cancelled.add(line.channel, why);
                    }
                    (DeliveryState::Suppressed, _, Some(why)) => {
                        planned.suppressed.add(line.channel, why);
                    }
                    (DeliveryState::Deferred, _, Some(why)) => {
                        planned.deferred.add(line.channel, why);
                    }
                    _ => {}
                }
                waits.extend(line.until.map(|until| waiting.deferred(line, until)));
            }
            deferred::insert(connection, &waits).await?;
            bundle::insert(connection, &bundles, now).await?;
            write::put_aside(connection, &unreadable, now + UNREADABLE_PAUSE).await?;
            let shown = notifications
                .iter()
                .filter(|waiting| waiting.notification.in_inbox());
            let whose = |waiting: &load::Waiting| {
                let notification = &waiting.notification;
                (notification.tenant.clone(), notification.user_id.clone())
            };
            Ok(Planned {
                notifications: notifications.len(),
                inboxes: shown.map(whose).collect(),
                dispatches: bundles.into_iter().map(|b| b.dispatch).collect(),
                more: claimed.more,
                held: claimed.held,
                oldest: claimed.oldest(),
                ..planned
            })
        });
        Ok(turn?)
    }
}
