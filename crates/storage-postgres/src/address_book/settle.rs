//! Taking addresses out of use that a provider says are gone or another account's.

use campanile_domain::{AddressFate, Channel};
use campanile_sealing::{AddressKind, KeyRing};
use campanile_storage::FinishedDelivery;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::addresses::{forms_of, opened, opened_of, sealed_or_open};
use crate::error::Fault;
use crate::rows::{Reader, bounds};

/// The deliveries that were called. By key, one by one: see `dispatch/record.rs`.
const CALLED: &str = "
    SELECT r.place, d.user_id, d.channel, d.address
    FROM UNNEST($1::integer[], $2::text[], $3::uuid[], $4::uuid[]) AS r (place, tenant, notification_id, id)
    CROSS JOIN LATERAL (
        SELECT d.user_id, d.channel, d.address FROM deliveries d
        WHERE d.tenant = r.tenant AND d.notification_id = r.notification_id AND d.id = r.id
            AND d.notification_id >= $5 AND d.notification_id <= $6 OFFSET 0
    ) d";

/// The rows `v` of a table with the called addresses, by the places that `$1` to `$5` lead to. One refreshed since the moment for
/// which the provider's word holds (`r.began`) is left alone: what the provider said is older.
macro_rules! those_called {
    ($table:literal, $condition:literal) => {
        concat!(
            " WHERE ctid = ANY (ARRAY (SELECT v.place
                FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
                    AS r (tenant, user_id, channel, address, began)
                CROSS JOIN LATERAL (
                    SELECT v.ctid AS place FROM ",
            $table,
            " v WHERE v.tenant = r.tenant AND v.user_id = r.user_id AND ",
            $condition,
            " OFFSET 0 FOR UPDATE
                ) v))"
        )
    };
}

/// The device that was called.
macro_rules! its_device {
    () => {
        those_called!(
            "devices",
            "v.kind || ':' || v.value = r.address AND v.last_seen <= r.began"
        )
    };
}

const REMOVE_DEVICES: &str = concat!("DELETE FROM devices", its_device!());

const DETACH_DEVICES: &str = concat!("UPDATE devices SET detached_at = now()", its_device!());

const END_MAILBOXES: &str = concat!(
    "UPDATE users SET email_gone_at = now()",
    those_called!("users", "v.email = r.address AND v.updated_at <= r.began"),
    " RETURNING tenant, user_id, email"
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
    "UPDATE user_addresses SET gone_at = now()",
    those_called!(
        "user_addresses",
        "v.channel = r.channel AND 'user:' || v.address = r.address AND v.updated_at <= r.began"
    )
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
        let called = called(connection, keys, &results, now).await?;
        let ended = sqlx::query(statement)
            .bind(&called.tenants)
            .bind(&called.users)
            .bind(&called.channels)
            .bind(&called.addresses)
            .bind(&called.began)
            .fetch_all(&mut *connection)
            .await?;
        for row in &ended {
            suppress(connection, keys, row).await?;
        }
    }
    Ok(())
}

/// Addresses in each form that the address book may have, column by column.
#[derive(Default)]
struct Called<'a> {
    tenants: Vec<&'a str>,
    users: Vec<String>,
    channels: Vec<String>,
    addresses: Vec<String>,
    began: Vec<DateTime<Utc>>,
}

/// The address book may have got another form than the delivery since that was planned.
async fn called<'a>(
    connection: &mut PgConnection,
    keys: &KeyRing,
    results: &[&&'a FinishedDelivery],
    now: DateTime<Utc>,
) -> Result<Called<'a>, Fault> {
    let (low, high) = bounds(results.iter().map(|r| r.notification_id.0));
    let places = (0..results.len()).map(|at| i32::try_from(at).unwrap_or(i32::MAX));
    let tenants: Vec<_> = results.iter().map(|r| r.tenant.as_str()).collect();
    let notifications: Vec<_> = results.iter().map(|r| r.notification_id.0).collect();
    let deliveries: Vec<_> = results.iter().map(|r| r.delivery_id.0).collect();
    let rows = sqlx::query(CALLED)
        .bind(places.collect::<Vec<_>>())
        .bind(tenants)
        .bind(notifications)
        .bind(deliveries)
        .bind(low)
        .bind(high)
        .fetch_all(connection)
        .await?;
    let mut called = Called::default();
    for row in &rows {
        let mut reader = Reader::new(row, "deliveries");
        let place = usize::try_from(reader.next::<i32>("place")?).unwrap_or(0);
        let result: &'a FinishedDelivery = results[place];
        let user: &str = reader.next("user_id")?;
        let (channel, stored): (_, &str) = (reader.channel()?, reader.next("address")?);
        let opened = opened_of(keys, &result.tenant, channel, stored)?;
        let forms = match &opened {
            Some(plain) if keys.has_master() => forms_of(keys, &result.tenant, channel, plain)?,
            Some(_) | None => vec![stored.to_owned()],
        };
        for form in forms {
            called.tenants.push(result.tenant.as_str());
            called.users.push(user.to_owned());
            called.channels.push(channel.name().to_owned());
            called.addresses.push(form);
            called.began.push(result.address_known_at(now));
        }
    }
    Ok(called)
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
