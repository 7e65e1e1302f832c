//! Pages of the largest items, asked for on many connections and never read.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::net::TcpStream;

use super::raw;
use crate::place::Place;

const ITEMS: usize = 100;
const ITEM_BYTES: usize = 240 * 1024;
const CONNECTIONS: usize = 20;
/// How long the answers are left lying.
const STAYS: Duration = Duration::from_secs(5);

/// Fills the inbox that is read.
pub async fn prepare(place: &Place) {
    let token = place.token("svc", "notifications:send");
    let client = reqwest::Client::new();
    let body = json!({"notification_type": "large", "recipients": ["reader"],
        "content": {"text": "x".repeat(ITEM_BYTES)}, "channels": ["in_app"]});
    for _ in 0..ITEMS {
        let request = client.post(place.url("/api/v1/notifications"));
        let answer = request
            .bearer_auth(&token)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
    }
}

pub async fn play(place: &Place) {
    let token = place.token("reader", "inbox");
    let asks = (0..CONNECTIONS).map(|_| async {
        let mut stream = raw::connect(place).await?;
        let path = format!("/api/v1/notifications?limit={ITEMS}");
        raw::ask(&mut stream, place, &path, &token)
            .await
            .then_some(stream)
    });
    let asked: Vec<TcpStream> = join_all(asks).await.into_iter().flatten().collect();
    join_all(asked.iter().map(raw::something_came)).await;
    // The attack is that they stay, not that they come.
    tokio::time::sleep(STAYS).await;
}
