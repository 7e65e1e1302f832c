//! Query strings as long as a request's head allows, full of names that do not exist.

use futures_util::future::join_all;

use super::answer::unless_shed;
use crate::place::Place;

const AT_ONCE: usize = 8;
const ROUNDS: usize = 10;
const BYTES: usize = 28 * 1024;

pub async fn play(place: &Place) {
    let mut names = String::with_capacity(BYTES);
    for n in 0.. {
        if names.len() >= BYTES - 8 {
            break;
        }
        names.push_str(&format!("{n:x}&"));
    }
    let url = place.url(&format!("/api/v1/notifications?{names}"));
    let token = place.token("attacker", "inbox");
    let client = reqwest::Client::new();
    for _ in 0..ROUNDS {
        let calls = (0..AT_ONCE).map(|_| client.get(&url).bearer_auth(&token).send());
        for answer in join_all(calls).await {
            if let Some(answer) = unless_shed(answer, &[414, 422, 431]) {
                let size = answer.bytes().await.unwrap_or_default().len();
                assert!(size < 64 * 1024, "an answer of {size} bytes");
            }
        }
    }
}
