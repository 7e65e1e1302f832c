//! Bulk calls of 4 MiB that consist of empty items.

use futures_util::future::join_all;

use crate::place::Place;

const AT_ONCE: usize = 8;
const ROUNDS: usize = 3;
/// As many `[],` as fit into the 4 MiB of a bulk call.
const ITEMS: usize = 1_398_000;

pub async fn play(place: &Place) {
    let body = format!(r#"{{"items":[{}[]]}}"#, "[],".repeat(ITEMS));
    let token = place.token("svc", "notifications:send");
    let client = reqwest::Client::new();
    for _ in 0..ROUNDS {
        let calls = (0..AT_ONCE).map(|_| {
            let request = client.post(place.url("/api/v1/notifications/bulk"));
            let request = request.header("Content-Type", "application/json");
            request.bearer_auth(&token).body(body.clone()).send()
        });
        for answer in join_all(calls).await {
            // A connection that is closed under so large a body is an answer as well.
            let Ok(answer) = answer else { continue };
            let status = answer.status().as_u16();
            assert!([413, 422, 429, 503].contains(&status), "{status}");
            assert!(answer.bytes().await.unwrap_or_default().len() < 64 * 1024);
        }
    }
}
