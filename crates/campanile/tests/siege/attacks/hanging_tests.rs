//! As many test calls as one process serves at once, by one user, to a webhook that never answers.

use futures_util::future::join_all;
use serde_json::json;

use super::answer::unless_shed;
use crate::place::Place;

const CALLS: usize = 64;

pub async fn play(place: &Place) {
    let token = place.token("attacker", "inbox");
    let body = json!({"message": "hang", "level": "info", "channels": ["webhook"]});
    let client = reqwest::Client::new();
    let calls = (0..CALLS).map(|_| {
        let request = client.post(place.url("/api/v1/notifications/test"));
        request.bearer_auth(&token).json(&body).send()
    });
    for answer in join_all(calls).await {
        drop(unless_shed(answer, &[200]));
    }
    let called = place.webhook.calls();
    assert!(called > 0, "the webhook was never called");
}
