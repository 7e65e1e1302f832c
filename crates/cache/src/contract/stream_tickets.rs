//! Stream tickets are used once, on whichever node, and by their tenant.

use std::sync::Arc;

use campanile_domain::{ApiKeyId, TenantId, TokenKeyPrint, UserId};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use crate::{StreamGrant, StreamTickets, TicketHash};

fn grant(tenant: &str, user: &str) -> StreamGrant {
    StreamGrant {
        tenant: TenantId::parse(tenant).expect("a tenant"),
        user: UserId::parse(user).expect("a user"),
        valid_until: now() + TimeDelta::hours(1),
        api_key: (tenant == "other").then(|| ApiKeyId::at(now())),
        token_key: (tenant == "acme").then(|| TokenKeyPrint::of(&user.into())),
    }
}

fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

const ONE: TicketHash = [1; 32];
const OTHER: TicketHash = [2; 32];

/// What was put on one node is taken on the other, and then on neither.
pub async fn a_ticket_is_used_once_on_any_node(
    one: Arc<dyn StreamTickets>,
    other: Arc<dyn StreamTickets>,
) {
    // An id may hold any character.
    let grant = grant("acme", "a b:\u{e4}\u{1f514} 7");
    let (now, until) = (now(), now() + TimeDelta::seconds(30));
    one.put(&ONE, &grant, until, now).await.expect("kept");
    one.put(&OTHER, &grant, until, now).await.expect("kept");
    let tenant = &grant.tenant;
    let taken = other.take(tenant, &ONE, now).await.expect("asked");
    assert_eq!(taken, Some(grant.clone()));
    for node in [&one, &other] {
        assert_eq!(node.take(tenant, &ONE, now).await, Ok(None));
    }
    let taken = one.take(tenant, &OTHER, now).await.expect("asked");
    assert_eq!(taken, Some(grant));
}

/// Of many at once one gets it.
pub async fn a_ticket_that_is_raced_for_is_used_once(
    one: Arc<dyn StreamTickets>,
    other: Arc<dyn StreamTickets>,
) {
    let grant = grant("acme", "u");
    let (now, until) = (now(), now() + TimeDelta::seconds(30));
    one.put(&ONE, &grant, until, now).await.expect("kept");
    let mut takers = tokio::task::JoinSet::new();
    for number in 0..32 {
        let node = Arc::clone(if number % 2 == 0 { &one } else { &other });
        let tenant = grant.tenant.clone();
        takers.spawn(async move { node.take(&tenant, &ONE, now).await.expect("asked") });
    }
    let taken = takers.join_all().await;
    assert_eq!(taken.into_iter().flatten().count(), 1);
}

/// Neither before it is issued, nor for another tenant, nor after its time.
pub async fn no_other_ticket_is_good(one: Arc<dyn StreamTickets>, other: Arc<dyn StreamTickets>) {
    let grant = grant("acme", "u");
    let (now, until) = (now(), now() + TimeDelta::seconds(30));
    one.put(&ONE, &grant, until, now).await.expect("kept");
    let stranger = TenantId::parse("other").expect("a tenant");
    assert_eq!(other.take(&stranger, &ONE, now).await, Ok(None));
    assert_eq!(other.take(&grant.tenant, &OTHER, now).await, Ok(None));
    assert_eq!(other.take(&grant.tenant, &ONE, until).await, Ok(None));
}
