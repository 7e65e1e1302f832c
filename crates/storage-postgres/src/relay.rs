//! From accepted to planned: outbox rows become delivery rows and dispatches.

mod claim;
mod load;
mod write;

use async_trait::async_trait;
use campanile_domain::{DeliveryState, Ways, plan};
use campanile_storage::{Cancelled, Planned, Relay, RelayLimits, StorageError, UNREADABLE_PAUSE};
use chrono::{DateTime, Utc};
use load::Loaded;

use crate::PostgresStorage;
use crate::address_book::{no_erasure, usable};
use crate::bundle::{self, Open, bundle};
use crate::connection::{Kind, Scope, set_tenants, transact};

#[async_trait]
impl Relay for PostgresStorage {
    async fn plan_turn(
        &self,
        limits: RelayLimits,
        ways: &Ways,
        now: DateTime<Utc>,
    ) -> Result<Planned, StorageError> {
        let turn = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let mut claimed = claim::claim(connection, &limits).await?;
                let tenants = claimed.rows.iter().map(|row| &row.tenant);
                let erasing = no_erasure(connection, tenants).await?;
                // Their rows wait for a later turn; this one must not be repeated for them at once.
                claimed.more &= erasing.is_empty();
                claimed
                    .rows
                    .retain(|row| !erasing.contains(row.tenant.as_str()));
                if claimed.rows.is_empty() {
                    return Ok(Planned {
                        held: claimed.held,
                        ..Planned::default()
                    });
                }
                set_tenants(
                    connection,
                    &Scope::of(claimed.rows.iter().map(|row| &row.tenant)),
                )
                .await?;
                let Loaded {
                    notifications,
                    unreadable,
                } = load::load(connection, &claimed.rows).await?;
                let all = notifications.iter().map(|waiting| &waiting.notification);
                let book = usable(connection, all, ways).await?;
                let lines = notifications.iter().flat_map(|waiting| {
                    let notification = &waiting.notification;
                    let user = (notification.tenant.clone(), notification.user_id.clone());
                    let theirs = book.get(&user).map_or(&[][..], Vec::as_slice);
                    let planned = plan(notification, ways, theirs, now);
                    let planned = planned.withdrawn(waiting.withdrawn).deliveries;
                    planned.into_iter().map(move |line| (waiting, line))
                });
                let lines: Vec<_> = lines.collect();
                let new = write::deliveries(connection, &lines, now).await?;
                let queued = lines.iter().filter(|(_, line)| {
                    line.state == DeliveryState::Queued && new.contains(&line.id)
                });
                let open = queued.map(|(waiting, line)| Open {
                    tenant: waiting.notification.tenant.clone(),
                    channel: line.channel,
                    lane: waiting.lane,
                    notification: waiting.notification.id,
                    delivery: line.id,
                });
                let bundles = bundle(open.collect(), limits.dispatch_size, now);
                let mut cancelled = Cancelled::default();
                for (waiting, line) in &lines {
                    if let Some(why) = waiting.withdrawn
                        && line.state == DeliveryState::Cancelled
                        && new.contains(&line.id)
                    {
                        cancelled.add(line.channel, why);
                    }
                }
                bundle::insert(connection, &bundles, now).await?;
                write::put_aside(connection, &unreadable, now + UNREADABLE_PAUSE).await?;
                write::remove_outbox(connection, &claimed.rows).await?;
                let shown = notifications
                    .iter()
                    .filter(|waiting| waiting.notification.in_inbox());
                let whose = |waiting: &load::Waiting| {
                    let notification = &waiting.notification;
                    (notification.tenant.clone(), notification.user_id.clone())
                };
                Ok(Planned {
                    notifications: notifications.len(),
                    cancelled,
                    inboxes: shown.map(whose).collect(),
                    dispatches: bundles.into_iter().map(|b| b.dispatch).collect(),
                    more: claimed.more,
                    held: claimed.held,
                    oldest: claimed.oldest(),
                })
            }
        );
        Ok(turn?)
    }
}
