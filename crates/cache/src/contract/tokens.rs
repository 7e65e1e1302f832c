//! Promises of a source of tokens.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{TenantId, UserId};

use crate::{Bucket, BucketKind, Grant, TokenRequest, TokenSource};

type Source = Arc<dyn TokenSource>;

fn wanted(user: &str, rate: &str, tokens: u32) -> TokenRequest {
    TokenRequest {
        bucket: Bucket {
            kind: BucketKind::User,
            tenant: TenantId::parse("acme").expect("a tenant"),
            user: Some(UserId::parse(user).expect("a user")),
        },
        rate: rate.parse().expect("a rate"),
        tokens,
    }
}

async fn take(source: &Source, wanted: &[TokenRequest]) -> Vec<Grant> {
    source.take(wanted).await.expect("the source is there")
}

/// Over all nodes together.
pub async fn a_bucket_gives_its_burst_and_then_says_when(one: Source, other: Source) {
    let grant = take(&one, &[wanted("u", "1/h burst 3", 2)]).await[0];
    assert_eq!(
        (grant.tokens, grant.remaining, grant.wait),
        (2, 1, Duration::ZERO)
    );
    // Fewer tokens than requested are better than none.
    let grant = take(&other, &[wanted("u", "1/h burst 3", 2)]).await[0];
    assert_eq!((grant.tokens, grant.remaining), (1, 0));
    assert!(grant.reset > Duration::from_secs(10_000), "{grant:?}");
    let grant = take(&one, &[wanted("u", "1/h burst 3", 1)]).await[0];
    assert_eq!((grant.tokens, grant.remaining), (0, 0));
    let wait = grant.wait.as_secs();
    assert!((3_500..=3_600).contains(&wait), "{grant:?}");
}

/// A request takes from all of its buckets or from none.
pub async fn an_empty_bucket_leaves_the_others_full(one: Source, other: Source) {
    take(&one, &[wanted("empty", "1/h", 1)]).await;
    let both = [wanted("full", "1/h burst 2", 1), wanted("empty", "1/h", 1)];
    let grants = take(&other, &both).await;
    assert_eq!((grants[0].tokens, grants[0].remaining), (0, 2));
    assert_eq!(
        grants[0].wait,
        Duration::ZERO,
        "it is not the one that refuses"
    );
    assert!(!grants[1].wait.is_zero());
}

/// By the clock of the source.
pub async fn a_bucket_fills_again_and_never_overflows(one: Source, _other: Source) {
    let fast = wanted("u", "1000/s burst 5", 5);
    assert_eq!(take(&one, std::slice::from_ref(&fast)).await[0].tokens, 5);
    let mut got = 0;
    for _ in 0..2_000 {
        got += take(&one, std::slice::from_ref(&fast)).await[0].tokens;
        if got >= 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(got >= 20, "{got}");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let grant = take(&one, &[wanted("u", "1000/s burst 5", 100)]).await[0];
    assert_eq!(grant.tokens, 5);
}

/// However they interleave.
pub async fn takers_at_once_get_no_more_than_there_is(one: Source, other: Source) {
    let mut takers = tokio::task::JoinSet::new();
    for n in 0..50 {
        let source = if n % 2 == 0 { &one } else { &other };
        let source = Arc::clone(source);
        takers.spawn(async move { take(&source, &[wanted("u", "1/h burst 20", 1)]).await[0] });
    }
    let grants = takers.join_all().await;
    assert_eq!(grants.iter().map(|grant| grant.tokens).sum::<u32>(), 20);
}
