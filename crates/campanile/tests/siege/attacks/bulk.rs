//! Large bulk calls, several at once, that are wrong in very many places.

use futures_util::future::join_all;

use super::answer::unless_shed;
use crate::place::Place;

const ROUNDS: usize = 3;
/// As many `[],` as fit into the 4 MiB of a bulk call.
const EMPTY_ITEMS: usize = 1_398_000;

/// 1,000 items, each with 2,000 wrong channels.
pub async fn wrong_channels(place: &Place) {
    let channels = format!("{}1", "1,".repeat(1_990));
    let item = format!(
        r#"{{"notification_type":"m","recipients":["u"],"content":{{}},"channels":[{channels}]}}"#
    );
    let body = format!(r#"{{"items":[{}{item}]}}"#, format!("{item},").repeat(999));
    play(place, body, 2, 1024 * 1024).await;
}

/// 4 MiB that consist of empty items.
pub async fn empty_items(place: &Place) {
    let body = format!(r#"{{"items":[{}[]]}}"#, "[],".repeat(EMPTY_ITEMS));
    play(place, body, 8, 64 * 1024).await;
}

/// Sends the body so many times at once; no answer may be as large as `most`.
async fn play(place: &Place, body: String, at_once: usize, most: usize) {
    let token = place.token("svc", "notifications:send");
    let client = reqwest::Client::new();
    for _ in 0..ROUNDS {
        let calls = (0..at_once).map(|_| {
            let request = client.post(place.url("/api/v1/notifications/bulk"));
            let request = request.header("Content-Type", "application/json");
            request.bearer_auth(&token).body(body.clone()).send()
        });
        for answer in join_all(calls).await {
            if let Some(answer) = unless_shed(answer, &[207, 413, 422]) {
                let size = answer.bytes().await.unwrap_or_default().len();
                assert!(size < most, "an answer of {size} bytes");
            }
        }
    }
}
