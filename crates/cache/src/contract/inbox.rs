//! Promises of a cache of inboxes.

use std::sync::Arc;

use bytes::Bytes;
use campanile_domain::{TenantId, UserId};
use chrono::{TimeDelta, Utc};
use tokio::sync::oneshot;

use crate::{
    InboxCache, Life, Look, MAX_ANSWER_BYTES, MAX_ANSWERS_PER_INBOX, Mailbox, Ticket, change,
};

type Cache = Arc<dyn InboxCache>;

const QUESTION: &str = "list";

fn mailbox(tenant: &str, user: &str) -> Mailbox {
    let (tenant, user) = (TenantId::parse(tenant), UserId::parse(user));
    Mailbox::new(&tenant.expect("a tenant"), &user.expect("a user"))
}

fn anna() -> Mailbox {
    mailbox("acme", "anna")
}

fn soon() -> Life {
    Life::until(Utc::now() + TimeDelta::minutes(1))
}

async fn look(cache: &Cache, whose: &Mailbox) -> Look {
    cache.look(whose, QUESTION, Utc::now()).await
}

async fn ticket(cache: &Cache, whose: &Mailbox) -> Ticket {
    match look(cache, whose).await {
        Look::Miss(ticket) => ticket,
        other => panic!("a miss, not {other:?}"),
    }
}

async fn keep(cache: &Cache, whose: &Mailbox, text: &'static str) {
    let ticket = ticket(cache, whose).await;
    let answer = Bytes::from_static(text.as_bytes());
    cache.keep(whose, QUESTION, ticket, answer, soon()).await;
    assert_eq!(found(cache, whose).await, Some(text.as_bytes().to_vec()));
}

async fn found(cache: &Cache, whose: &Mailbox) -> Option<Vec<u8>> {
    match look(cache, whose).await {
        Look::Hit(answer) => Some(answer.to_vec()),
        Look::Miss(_) | Look::Bypass => None,
    }
}

/// And only as the answer to its question.
pub async fn what_is_kept_is_found_by_every_node(one: Cache, other: Cache) {
    keep(&one, &anna(), "page").await;
    assert_eq!(found(&other, &anna()).await, Some(b"page".to_vec()));
    let another = other.look(&anna(), "count", Utc::now()).await;
    assert!(matches!(another, Look::Miss(_)), "{another:?}");
}

/// All cached answers, of every kind.
pub async fn a_raise_on_one_node_voids_everywhere(one: Cache, other: Cache) {
    keep(&one, &anna(), "old").await;
    let ticket = match one.look(&anna(), "count", Utc::now()).await {
        Look::Miss(ticket) => ticket,
        other => panic!("a miss, not {other:?}"),
    };
    one.keep(&anna(), "count", ticket, Bytes::from_static(b"1"), soon())
        .await;
    other.raise(&[anna(), mailbox("acme", "ben")]).await;
    for question in [QUESTION, "count"] {
        let look = one.look(&anna(), question, Utc::now()).await;
        assert!(matches!(look, Look::Miss(_)), "{question}: {look:?}");
    }
    keep(&other, &anna(), "new").await;
}

/// A reader who asked the database before a write keeps nothing after it.
pub async fn nobody_puts_an_old_page_back(one: Cache, other: Cache) {
    for kept_before in [false, true] {
        if kept_before {
            keep(&one, &anna(), "older").await;
        }
        let slow = match one.look(&anna(), "slow", Utc::now()).await {
            Look::Miss(ticket) => ticket,
            other => panic!("a miss, not {other:?}"),
        };
        other.raise(&[anna()]).await;
        let fresh = ticket(&other, &anna()).await;
        let old = Bytes::from_static(b"old");
        one.keep(&anna(), "slow", slow.clone(), old, soon()).await;
        assert_ne!(fresh, slow);
        let look = other.look(&anna(), "slow", Utc::now()).await;
        assert!(matches!(look, Look::Miss(_)), "{look:?}");
        other.raise(&[anna()]).await;
    }
}

/// To the millisecond, by the reader's clock.
pub async fn an_answer_ends_at_its_moment(one: Cache, other: Cache) {
    let (ticket, until) = (ticket(&one, &anna()).await, soon().until);
    let page = Bytes::from_static(b"page");
    let life = Life::until(until);
    one.keep(&anna(), QUESTION, ticket, page, life).await;
    let before = other
        .look(&anna(), QUESTION, until - TimeDelta::milliseconds(1))
        .await;
    assert_eq!(before, Look::Hit(Bytes::from_static(b"page")));
    let after = other.look(&anna(), QUESTION, until).await;
    assert!(matches!(after, Look::Miss(_)), "{after:?}");
}

/// A second asking gives it a new term, on every node, at once or soon; its last moment stays.
pub async fn asking_prolongs_an_answer(one: Cache, other: Cache) {
    let (born, unused) = (Utc::now(), std::time::Duration::from_secs(60));
    let at = |seconds| born + TimeDelta::seconds(seconds);
    let first = ticket(&one, &anna()).await;
    let life = Life::begin(born, at(100), unused);
    let page = Bytes::from_static(b"page");
    one.keep(&anna(), QUESTION, first, page.clone(), life).await;
    for (seconds, node) in [(50, &other), (90, &one), (99, &other)] {
        let hit = async {
            while node.look(&anna(), QUESTION, at(seconds)).await != Look::Hit(page.clone()) {
                tokio::task::yield_now().await;
            }
        };
        let hit = tokio::time::timeout(std::time::Duration::from_secs(10), hit).await;
        assert!(hit.is_ok(), "after {seconds} s");
    }
    let look = one.look(&anna(), QUESTION, at(100)).await;
    assert!(matches!(look, Look::Miss(_)), "{look:?}");
}

/// No reader asks for it.
pub async fn what_nobody_asks_for_is_forgotten(one: Cache, other: Cache) {
    let (born, unused) = (Utc::now(), std::time::Duration::from_secs(60));
    let first = ticket(&one, &anna()).await;
    let life = Life::begin(born, born + TimeDelta::seconds(300), unused);
    let page = Bytes::from_static(b"page");
    one.keep(&anna(), QUESTION, first, page, life).await;
    let later = born + TimeDelta::seconds(61);
    let look = other.look(&anna(), QUESTION, later).await;
    assert!(matches!(look, Look::Miss(_)), "{look:?}");
}

/// Its commit may come at any moment in between, and its writer may never come back.
pub async fn a_write_holds_readers_off_until_it_ends(one: Cache, other: Cache) {
    keep(&one, &anna(), "old").await;
    let slow = match one.look(&anna(), "slow", Utc::now()).await {
        Look::Miss(ticket) => ticket,
        other => panic!("a miss, not {other:?}"),
    };
    let mark = other.begin(&anna()).await;
    assert_eq!(look(&one, &anna()).await, Look::Bypass);
    let page = Bytes::from_static(b"old");
    one.keep(&anna(), "slow", slow, page, soon()).await;
    other.raise(&[anna()]).await;
    assert_eq!(
        look(&one, &anna()).await,
        Look::Bypass,
        "somebody else's raise ends no write"
    );
    other.end(&anna(), mark).await;
    let look = one.look(&anna(), "slow", Utc::now()).await;
    assert!(matches!(look, Look::Miss(_)), "{look:?}");
    keep(&one, &anna(), "new").await;
}

/// The first to end leaves the mark of the second.
pub async fn writers_at_once_wait_for_each_other(one: Cache, other: Cache) {
    let (first, second) = (one.begin(&anna()).await, other.begin(&anna()).await);
    one.end(&anna(), first).await;
    assert_eq!(look(&one, &anna()).await, Look::Bypass);
    other.end(&anna(), second).await;
    keep(&one, &anna(), "new").await;
}

/// Users of one tenant, and namesakes in two; with any character in their ids.
pub async fn inboxes_do_not_touch_each_other(one: Cache, other: Cache) {
    let all = [
        mailbox("acme", "anna"),
        mailbox("other", "anna"),
        mailbox("acme", "anna:4:x"),
        mailbox("acme", "{anna} *ü"),
    ];
    for (whose, text) in all.iter().zip(["a", "b", "c", "d"]) {
        keep(&one, whose, text).await;
    }
    other.raise(&all[..1]).await;
    let mark = other.begin(&all[1]).await;
    assert_eq!(found(&one, &all[0]).await, None);
    assert_eq!(found(&one, &all[1]).await, None);
    assert_eq!(found(&one, &all[2]).await, Some(b"c".to_vec()));
    assert_eq!(found(&one, &all[3]).await, Some(b"d".to_vec()));
    other.end(&all[1], mark).await;
}

/// One answer in its bytes, one inbox in its answers.
pub async fn what_is_kept_is_bounded(one: Cache, other: Cache) {
    let large = Bytes::from(vec![b'x'; MAX_ANSWER_BYTES + 1]);
    let first = ticket(&one, &anna()).await;
    one.keep(&anna(), QUESTION, first.clone(), large.clone(), soon())
        .await;
    assert_eq!(found(&other, &anna()).await, None);
    let just = large.slice(1..);
    one.keep(&anna(), QUESTION, first.clone(), just, soon())
        .await;
    assert_eq!(
        found(&other, &anna()).await.map(|answer| answer.len()),
        Some(MAX_ANSWER_BYTES)
    );
    let mut kept = 0;
    for n in 0..2 * MAX_ANSWERS_PER_INBOX {
        let (question, answer) = (format!("page {n}"), Bytes::from_static(b"page"));
        one.keep(&anna(), &question, first.clone(), answer, soon())
            .await;
        let look = other.look(&anna(), &question, Utc::now()).await;
        kept += usize::from(matches!(look, Look::Hit(_)));
    }
    assert_eq!(kept, MAX_ANSWERS_PER_INBOX - 1);
}

/// The commit is done; the one who asked for it is gone.
pub async fn a_change_is_raised_though_its_caller_hangs_up(one: Cache, other: Cache) {
    keep(&one, &anna(), "old").await;
    let (begun, has_begun) = oneshot::channel();
    let (commit, committed) = oneshot::channel::<()>();
    let caller = tokio::spawn({
        let one = Arc::clone(&one);
        async move {
            change(&one, anna(), async move {
                let _ = begun.send(());
                let _ = committed.await;
            })
            .await;
        }
    });
    has_begun.await.expect("the write began");
    caller.abort();
    assert!(caller.await.is_err_and(|end| end.is_cancelled()));
    assert_eq!(look(&other, &anna()).await, Look::Bypass);
    drop(commit);
    // The task goes on by itself; there is nothing to wait for but its effect.
    for _ in 0..5_000 {
        if let Look::Miss(_) = look(&other, &anna()).await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("the write never ended");
}
