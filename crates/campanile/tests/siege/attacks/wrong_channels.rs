//! Bulk calls of 1,000 items, each with 2,000 wrong channels.

use futures_util::future::join_all;

use crate::place::Place;

const AT_ONCE: usize = 2;
const ROUNDS: usize = 3;

pub async fn play(place: &Place) {
    let channels = format!("{}1", "1,".repeat(1_990));
    let item = format!(
        r#"{{"notification_type":"m","recipients":["u"],"content":{{}},"channels":[{channels}]}}"#
    );
    let body = format!(r#"{{"items":[{}{item}]}}"#, format!("{item},").repeat(999));
    let token = place.token("svc", "notifications:send");
    let client = reqwest::Client::new();
    for _ in 0..ROUNDS {
        let calls = (0..AT_ONCE).map(|_| {
            let request = client.post(place.url("/api/v1/notifications/bulk"));
            let request = request.header("Content-Type", "application/json");
            request.bearer_auth(&token).body(body.clone()).send()
        });
        for answer in join_all(calls).await {
            let Ok(answer) = answer else { continue };
            let status = answer.status().as_u16();
            assert!([207, 413, 422, 429, 503].contains(&status), "{status}");
            let size = answer.bytes().await.unwrap_or_default().len();
            assert!(size < 1024 * 1024, "an answer of {size} bytes");
        }
    }
}
