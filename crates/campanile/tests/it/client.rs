//! The client crate against a running `up` that is stopped, killed and started again under its load.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use campanile_client::{
    Client, Error, FriendRequest, MessageCreated, Notification, Outcome, RetryPolicy,
    RoomInvitation, SpoolLimits, UserInfo,
};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::{Caller, Process, token};

const USERS: [&str; 4] = ["a", "b", "c", "d"];
const CALLS: u64 = 150;
const PATIENCE: Duration = Duration::from_secs(120);

fn up(data: &str, address: SocketAddr) -> Process {
    let listen = address.to_string();
    Process::start(&["up", "--data-dir", data, "--listen", &listen], &[])
}

async fn client(address: SocketAddr, data: &str, spool: &Path) -> Client {
    let (pause, budget) = (Duration::from_millis(20), Duration::from_millis(200));
    let retry = RetryPolicy::new(pause, Duration::from_millis(500), budget);
    let client = Client::builder(format!("http://{address}"))
        .token(token(data, "svc", "notifications:send"))
        .spool(spool, SpoolLimits::default())
        .retry(retry);
    client.build().await.unwrap()
}

/// Waits for a condition that the callers bring about.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let given_up = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < given_up, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The numbers in a user's inbox, oldest first.
async fn inbox(address: SocketAddr, data: &str, user: &str) -> Vec<u64> {
    let caller = Caller::new(address, &token(data, user, "inbox"));
    let (mut numbers, mut query) = (Vec::new(), String::new());
    loop {
        let page = caller
            .get(&format!("/api/v1/notifications?limit=100{query}"))
            .await;
        let items = page["notifications"].as_array().unwrap().iter();
        numbers.extend(items.map(|item| item["content"]["number"].as_u64().unwrap()));
        match &page["next_cursor"] {
            Value::String(next) => query = format!("&cursor={next}"),
            _ => break,
        }
    }
    numbers.reverse();
    numbers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_under_a_clients_load_loses_and_doubles_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let first = up(data, "127.0.0.1:0".parse().unwrap());
    let address = first.address();
    let client = client(address, data, &dir.path().join("spool")).await;
    let (mut callers, heard) = (JoinSet::new(), Arc::new(AtomicU64::new(0)));
    for user in USERS {
        let (client, heard) = (client.clone(), Arc::clone(&heard));
        callers.spawn(async move {
            let mut spooled = 0;
            for number in 0..CALLS {
                let call = Notification::to_users("test", [user]).with("number", number);
                let outcome = client.send(&call).await.unwrap();
                spooled += u64::from(matches!(outcome, Outcome::Spooled { .. }));
                heard.fetch_add(1, Ordering::Relaxed);
                // As long as a request of the service's own; without it all is spooled before the service is back.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            spooled
        });
    }
    // Killed in the middle of its answers, then stopped in the middle of a replay.
    until("calls are made", || heard.load(Ordering::Relaxed) >= 40).await;
    first.kill();
    until("calls wait", || client.spooled() >= 40).await;
    let second = up(data, address);
    until("some are replayed", || client.spool_status().replayed >= 10).await;
    assert_eq!(second.terminate().0, Some(0));
    let _third = up(data, address);
    let spooled: u64 = callers.join_all().await.iter().sum();
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    let in_order: Vec<u64> = (0..CALLS).collect();
    for user in USERS {
        assert_eq!(inbox(address, data, user).await, in_order, "{user}");
    }
    let status = client.spool_status();
    assert_eq!(
        (status.replayed, status.rejected, status.damaged),
        (spooled, 0, 0)
    );
    println!("{} calls, {spooled} spooled", CALLS * USERS.len() as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_service_says_reaches_the_client_typed() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let up = up(data, "127.0.0.1:0".parse().unwrap());
    let client = client(up.address(), data, &dir.path().join("spool")).await;
    let users = ["a".to_owned(), "x".repeat(129)];
    let refused = client.send(&Notification::to_users("test", users)).await;
    let Err(Error::Refused(problem)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (problem.status, problem.code.as_str()),
        (422, "validation_failed")
    );
    let fields: BTreeSet<_> = problem
        .errors
        .iter()
        .map(|error| error.field.as_str())
        .collect();
    assert_eq!(fields, BTreeSet::from(["/recipients/1"]));
    assert!(!problem.request_id.is_empty());
    let call = Notification::to_users("test", ["a", "b"]).title("Hello");
    let Outcome::Accepted(accepted) = client.send(&call).await.unwrap() else {
        panic!("spooled")
    };
    assert_eq!((accepted.accepted, accepted.replayed), (2, false));
    let one = &accepted.notifications[0];
    let story = client.timeline(one.id).await.unwrap();
    assert_eq!((story.id, story.user_id), (one.id, one.user_id.clone()));
    assert_eq!(story.events[0].what, "accepted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_calling_services_are_understood() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let up = up(data, "127.0.0.1:0".parse().unwrap());
    let client = client(up.address(), data, &dir.path().join("spool")).await;
    let ada = || UserInfo::new("u1", "ada", "Ada Lovelace");
    let message = MessageCreated::new("m1", "r1", ada(), ["u1", "u2"], "Are you coming?");
    let invitation = RoomInvitation::new("r1", "Lab", ada(), "u2").room_description("Engines");
    let outcomes = [
        client.create_message_notification(&message).await,
        client.create_room_invite_notification(&invitation).await,
        client
            .create_friend_request_notification(&FriendRequest::asked(ada(), "u2"))
            .await,
        client
            .create_friend_request_notification(&FriendRequest::accepted(ada(), "u2"))
            .await,
    ];
    for outcome in outcomes {
        let Ok(Outcome::Accepted(accepted)) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(accepted.accepted, 1);
        assert_eq!(accepted.notifications[0].user_id, "u2");
    }
    let caller = Caller::new(up.address(), &token(data, "u2", "inbox"));
    let page = caller.get("/api/v1/notifications").await;
    let items = page["notifications"].as_array().unwrap();
    let reported = |field: &str| -> Vec<_> {
        let values = items
            .iter()
            .rev()
            .map(|item| item["content"][field].clone());
        values.filter(|value| !value.is_null()).collect()
    };
    let types: Vec<_> = items
        .iter()
        .rev()
        .map(|item| item["notification_type"].clone())
        .collect();
    let expected = [
        "new_message",
        "room_invitation",
        "friend_request",
        "friend_request_accepted",
    ];
    assert_eq!(types, expected);
    assert_eq!(reported("message_preview"), ["Are you coming?"]);
    assert_eq!(reported("room_name"), ["Lab"]);
    assert_eq!(
        reported("request_type"),
        ["friend_request", "friend_request_accepted"]
    );
}
