//! What becomes of variants, counted with the rows that say so, in the same transactions.

use std::collections::BTreeMap;

use campanile_domain::{
    Assigned, Channel, DeliveryState, NotificationId, NotificationType, Reaction, ReactionKind,
    TenantId, UserId, VariantCount, VariantCounts, user_bucket,
};
use campanile_storage::{FinishedDelivery, FirstReaction, StorageError, ToPlan, Transaction};

/// Counts of one transaction, each row of theirs once and in the order in which all transactions lock them.
#[derive(Debug, Default)]
pub(crate) struct VariantTally(BTreeMap<Key, VariantCounts>);

type Key = (TenantId, NotificationType, Channel, u64, String, u8);

impl VariantTally {
    fn add(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        channel: Channel,
        user: &UserId,
        assigned: &Assigned,
        counts: VariantCounts,
    ) {
        let bucket = user_bucket(tenant, of, channel, user);
        let key = (
            tenant.clone(),
            of.clone(),
            channel,
            assigned.trial,
            assigned.variant.clone(),
            bucket,
        );
        self.0.entry(key).or_default().add(counts);
    }

    /// Counts results. One that is recorded twice was delivered twice, and counts twice.
    pub(crate) fn finished(&mut self, deliveries: &[FinishedDelivery]) {
        for one in deliveries {
            let Some(variant) = &one.variant else {
                continue;
            };
            let (delivered, failed) = match one.state {
                DeliveryState::Sent => (1, 0),
                DeliveryState::Dead => (0, 1),
                // It is tried again, or its user did not want it any more.
                _ => continue,
            };
            let counts = VariantCounts {
                delivered,
                failed,
                faults: i64::from(variant.assigned.fault && delivered > 0),
                ..VariantCounts::default()
            };
            let (of, assigned) = (&variant.notification_type, &variant.assigned);
            self.add(&one.tenant, of, one.channel, &one.user_id, assigned, counts);
        }
    }

    /// Counts what inboxes show from now on.
    pub(crate) fn shown(&mut self, planned: &[ToPlan]) {
        for one in planned {
            let notification = &one.notification;
            let Some(assigned) = shown_variant(one) else {
                continue;
            };
            let counts = VariantCounts {
                delivered: 1,
                faults: i64::from(assigned.fault),
                ..VariantCounts::default()
            };
            self.add(
                &notification.tenant,
                &notification.notification_type,
                Channel::InApp,
                &notification.user_id,
                assigned,
                counts,
            );
        }
    }

    /// Counts that notifications were read, or (with a `sign` of -1) are unread again. Each counts once for the inbox, and
    /// once for each delivery that was sent.
    pub(crate) async fn read(
        &mut self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        ids: &[NotificationId],
        sign: i64,
    ) -> Result<(), StorageError> {
        for one in tx.assigned(tenant, ids).await? {
            let of = &one.notification_type;
            for (channel, assigned) in &one.variants {
                let sent = one.sent.iter().find(|(sent, _)| sent == channel);
                let read = match channel {
                    Channel::InApp => 1,
                    _ => sent.map_or(0, |(_, sent)| *sent),
                };
                if read > 0 {
                    let counts = VariantCounts {
                        read: sign * read,
                        ..VariantCounts::default()
                    };
                    self.add(tenant, of, *channel, &one.user, assigned, counts);
                }
            }
        }
        Ok(())
    }

    /// Counts a reader's first reaction of a kind to a delivery.
    pub(crate) fn reacted(&mut self, tenant: &TenantId, to: &FirstReaction, reaction: Reaction) {
        let Some(assigned) = to.variant.as_ref().filter(|_| !reaction.by_machine) else {
            return;
        };
        let counts = match reaction.kind {
            ReactionKind::Open => VariantCounts {
                opened: 1,
                ..VariantCounts::default()
            },
            ReactionKind::Click => VariantCounts {
                clicked: 1,
                ..VariantCounts::default()
            },
        };
        let of = &to.notification_type;
        self.add(tenant, of, to.channel, &to.user, assigned, counts);
    }

    /// Adds all of it to what is stored. It comes last in a transaction, so that others wait for its commit only.
    pub(crate) async fn store(self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let counts = self.0.into_iter();
        let counts = counts.map(
            |((tenant, notification_type, channel, trial, variant, bucket), counts)| VariantCount {
                tenant,
                notification_type,
                channel,
                trial,
                variant,
                bucket,
                counts,
            },
        );
        tx.add_variant_counts(&counts.collect::<Vec<_>>()).await
    }
}

/// The variant that the user's inbox shows from its plan on.
pub(crate) fn shown_variant(planned: &ToPlan) -> Option<&Assigned> {
    let notification = &planned.notification;
    let assigned = notification.item.variants.get(&Channel::InApp);
    assigned
        .filter(|_| notification.in_inbox() && !notification.is_never_shown(planned.cancelled_at))
}
