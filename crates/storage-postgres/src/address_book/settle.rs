//! Taking addresses out of use that a provider says are gone or another account's.

use campanile_domain::{AddressFate, Channel};
use campanile_sealing::{AddressKind, KeyRing};
use campanile_storage::FinishedDelivery;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::addresses::{forms_of, opened, sealed_or_open};
use crate::error::Fault;
use crate::rows::{Reader, bounds};

/// What the calls were about: `d` is the delivery, `r.began` the moment for which the provider's word about the address holds.
macro_rules! called {
    () => {
        " UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::timestamptz[])
                AS r (tenant, notification_id, id, began)
            JOIN deliveries d ON d.tenant = r.tenant AND d.notification_id = r.notification_id
                AND d.id = r.id AND d.notification_id >= $5 AND d.notification_id <= $6"
    };
}

/// The device `v` that was called. One refreshed since that moment is left alone: what the provider said is older.
macro_rules! its_device {
    () => {
        " WHERE v.tenant = d.tenant AND v.user_id = d.user_id
            AND v.kind || ':' || v.value = d.address AND v.last_seen <= r.began"
    };
}

const REMOVE_DEVICES: &str = concat!("DELETE FROM devices v USING", called!(), its_device!());

const DETACH_DEVICES: &str = concat!(
    "UPDATE devices v SET detached_at = now() FROM",
    called!(),
    its_device!()
);

const END_MAILBOXES: &str = concat!(
    "UPDATE users u SET email_gone_at = now() FROM",
    called!(),
    " WHERE u.tenant = d.tenant AND u.user_id = d.user_id AND u.email = d.address
        AND u.updated_at <= r.began RETURNING u.tenant, u.user_id, u.email"
);

/// A mailbox that does not exist is put on the list, whatever form an entry of it may have.
const SUPPRESS_MAIL: &str = "
    INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since, user_id)
    SELECT $1, 'email', $3, '', 'hard_bounce', 'delivery', now(), $2 WHERE NOT EXISTS (
        SELECT FROM UNNEST($4::text[]) AS x (form) CROSS JOIN LATERAL (
            SELECT FROM suppressions s
            WHERE s.tenant = $1 AND s.channel = 'email' AND s.address = x.form COLLATE \"C\"
                AND s.notification_type = '' OFFSET 0
        ) s)
    ON CONFLICT DO NOTHING";

const END_ADDRESSES: &str = concat!(
    "UPDATE user_addresses c SET gone_at = now() FROM",
    called!(),
    " WHERE c.tenant = d.tenant AND c.user_id = d.user_id AND c.channel = d.channel
        AND 'user:' || c.address = d.address AND c.updated_at <= r.began"
);

/// Applies what the calls said of their addresses; nothing is asked where all were kept.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    keys: &KeyRing,
    results: &[&FinishedDelivery],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let of_devices: fn(Channel) -> bool = Channel::is_push;
    let of_mail: fn(Channel) -> bool = |channel| channel == Channel::Email;
    let of_others: fn(Channel) -> bool = |channel| !channel.is_addressed_to_users();
    for (statement, is_meant, fates) in [
        (REMOVE_DEVICES, of_devices, &[AddressFate::Gone][..]),
        (DETACH_DEVICES, of_devices, &[AddressFate::Detached]),
        (
            END_MAILBOXES,
            of_mail,
            &[AddressFate::Gone, AddressFate::Detached],
        ),
        (
            END_ADDRESSES,
            of_others,
            &[AddressFate::Gone, AddressFate::Detached],
        ),
    ] {
        let meant = |r: &&&FinishedDelivery| {
            r.is_to_user && is_meant(r.channel) && fates.contains(&r.address)
        };
        let results: Vec<_> = results.iter().filter(meant).collect();
        if results.is_empty() {
            continue;
        }
        let (low, high) = bounds(results.iter().map(|r| r.notification_id.0));
        let tenants: Vec<_> = results.iter().map(|r| r.tenant.as_str()).collect();
        let notifications: Vec<_> = results.iter().map(|r| r.notification_id.0).collect();
        let deliveries: Vec<_> = results.iter().map(|r| r.delivery_id.0).collect();
        let began = |r: &&&FinishedDelivery| r.address_known_at(now);
        let ended = sqlx::query(statement)
            .bind(tenants)
            .bind(notifications)
            .bind(deliveries)
            .bind(results.iter().map(began).collect::<Vec<_>>())
            .bind(low)
            .bind(high)
            .fetch_all(&mut *connection)
            .await?;
        for row in &ended {
            suppress(connection, keys, row).await?;
        }
    }
    Ok(())
}

/// Puts the mailbox of a user on the list.
async fn suppress(connection: &mut PgConnection, keys: &KeyRing, row: &PgRow) -> Result<(), Fault> {
    let mut reader = Reader::new(row, "users");
    let (tenant, user): (_, &str) = (reader.tenant()?, reader.next("user_id")?);
    let stored: &str = reader.next("email")?;
    let Some(email) = opened(keys, &tenant, AddressKind::Email, stored)? else {
        return Ok(());
    };
    let listed = email.to_ascii_lowercase();
    sqlx::query(SUPPRESS_MAIL)
        .bind(tenant.as_str())
        .bind(user)
        .bind(sealed_or_open(keys, &tenant, Channel::Email, &listed)?)
        .bind(forms_of(keys, &tenant, Channel::Email, &listed)?)
        .execute(connection)
        .await?;
    Ok(())
}
