//! Filling the store: by SQL in a database of our own, through the API elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, anyhow};
use tokio::task::JoinSet;

use super::caller::Caller;
use super::deep::LIMIT;
use super::people::DEEP_USER;
use crate::cli::InboxOptions;
use crate::cluster::Installation;
use crate::population::Population;
use crate::progress::bar;
use crate::token::Signer;

/// Rows of a statement; between two the bar moves.
const ROWS: u32 = 50_000;
/// Recipients of a request.
const RECIPIENTS: u64 = 500;
/// Requests under way at once.
const LANES: u32 = 32;

/// What the inboxes hold, in order.
struct Plan {
    /// For all users in turn.
    notifications: u32,
    /// For the one with the long inbox.
    deep: u32,
}

impl Plan {
    fn of(options: &InboxOptions) -> Self {
        let deep = match options.deep_pages {
            0 => 0,
            // One more, so that the last page is a full one and not the end.
            pages => pages * LIMIT + 1,
        };
        Self {
            notifications: options.notifications,
            deep,
        }
    }
}

/// Writes rows as the service would have written them over the last days, and tells the planner.
pub(super) async fn by_sql(
    installation: &Installation,
    options: &InboxOptions,
) -> anyhow::Result<()> {
    let (installation, options) = (installation.clone(), options.clone());
    let filling = tokio::task::spawn_blocking(move || {
        let plan = Plan::of(&options);
        let days = options.days;
        installation.sql(&format!(
            "SELECT campanile_make_partitions((now() AT TIME ZONE 'UTC')::date - {days}, {days} + 1)"
        ))?;
        let all = u64::from(plan.notifications) + u64::from(plan.deep);
        let bar = bar(all, "notifications");
        let population = population(&options)?;
        let (tenants, users) = (population.tenants().len(), population.users());
        // As `population` deals them.
        let tenant =
            format!("CASE g % {tenants} WHEN 0 THEN 'default' ELSE 'load-' || g % {tenants} END");
        let user = format!("'user-' || g % {users}");
        for (total, tenant, user) in [
            (plan.notifications, tenant.as_str(), user.as_str()),
            (plan.deep, "'default'", &format!("'{DEEP_USER}'")),
        ] {
            for from in (0..total).step_by(ROWS as usize) {
                let until = total.min(from + ROWS);
                installation.sql(&rows(tenant, user, from..until, total, days))?;
                bar.inc(u64::from(until - from));
            }
        }
        bar.finish_and_clear();
        // What autovacuum would have done to rows that are days old.
        installation.sql("VACUUM (ANALYZE) notifications").map(drop)
    });
    filling.await.context("filling broke")?.context("filling")
}

/// Five in sixteen are unread. Ids rise with time, as the service's do, up to a minute ago.
fn rows(tenant: &str, user: &str, part: std::ops::Range<u32>, total: u32, days: u32) -> String {
    let (from, last) = (part.start, part.end - 1);
    format!(
        "INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body,
             content, channels, in_inbox, correlation_id, read_at, created_at, updated_at)
         SELECT {tenant}, id, {user},
             (ARRAY['new_message', 'room_invitation', 'friend_request'])[1 + g / 7 % 3],
             'normal', 'Load test', 'What a user reads of it.',
             json_build_object('number', g), '{{in_app}}', true, 'loadtest',
             CASE WHEN random < 'b' THEN at END, at, at
         FROM (
             SELECT g, at, random, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
                 || substr(random, 1, 3) || '8' || substr(random, 4, 15))::uuid AS id
             FROM (
                 SELECT g, md5({user} || g) AS random,
                     date_trunc('milliseconds', now() - interval '1 minute'
                         - interval '{days} days' * (1 - (g + 1)::float8 / {total})) AS at
                 FROM generate_series({from}, {last}) AS g
             ) AS numbered
         ) AS identified"
    )
}

/// The users of a run.
pub(super) fn population(options: &InboxOptions) -> anyhow::Result<Population> {
    Population::new(
        &crate::population::tenant_names(options.tenants),
        options.users,
    )
}

/// Sends as a calling service does.
pub(super) async fn by_api(
    caller: &Arc<Caller>,
    signer: &Signer,
    options: &InboxOptions,
) -> anyhow::Result<()> {
    let (plan, population) = (Plan::of(options), population(options)?);
    let tenants = population.tenants().iter();
    let services = tenants.map(|tenant| signer.service(tenant));
    let services: Arc<Vec<String>> = Arc::new(services.collect::<anyhow::Result<_>>()?);
    let each = RECIPIENTS.min(population.users_each());
    let rounds = u32::try_from(u64::from(plan.notifications).div_ceil(each))?;
    let all = u64::from(rounds) * each + u64::from(plan.deep);
    let bar = bar(all, "notifications");
    let next = Arc::new(AtomicU32::new(0));
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let (caller, services, next) =
            (Arc::clone(caller), Arc::clone(&services), Arc::clone(&next));
        let (population, bar) = (population.clone(), bar.clone());
        lanes.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let (turn, users) = match number.checked_sub(rounds) {
                    None => {
                        let number = u64::from(number);
                        let users = population.recipients(number, each);
                        (population.turn(number), users.collect())
                    }
                    Some(deep) if deep < plan.deep => (0, vec![DEEP_USER.to_owned()]),
                    Some(_) => return anyhow::Ok(()),
                };
                let users: Vec<&str> = users.iter().map(String::as_str).collect();
                let sent = caller.send(number.into(), &services[turn], &users).await;
                sent.map_err(|why| anyhow!("filling by the API: {why}"))?;
                bar.inc(users.len() as u64);
            }
        });
    }
    while let Some(lane) = lanes.join_next().await {
        lane.context("a lane broke")??;
    }
    bar.finish_and_clear();
    Ok(())
}
