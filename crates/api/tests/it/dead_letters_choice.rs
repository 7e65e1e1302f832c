//! Bodies of a replay and a purge: nothing is chosen by accident.

use campanile_domain::Channel;
use serde_json::json;

use crate::dead_letters::{PATH, bury, list, sweep};
use crate::support::{TestApi, operator, send_json};

#[tokio::test]
async fn nothing_is_chosen_by_accident() {
    let api = TestApi::new().await;
    let buried = bury(&api, "acme", Channel::Push, &["a"]).await;
    for act in ["replay", "purge"] {
        for (body, expected) in [
            (json!({}), &[("/all", "required")][..]),
            (json!({"all": false}), &[("/all", "required")]),
            (json!([]), &[("", "wrong_type")]),
            (json!({"ids": []}), &[("/ids", "too_short")]),
            (json!({"ids": "x"}), &[("/ids", "wrong_type")]),
            (
                json!({"ids": [buried[0].id], "channel": "push"}),
                &[("/ids", "contradictory")],
            ),
            (
                json!({"ids": [buried[0].id], "all": true}),
                &[("/all", "contradictory")],
            ),
            (
                json!({"code": "a", "all": true}),
                &[("/all", "contradictory")],
            ),
            (
                json!({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}),
                &[("/from", "contradictory")],
            ),
            (
                json!({"ids": [buried[0].id, 7, "x"], "tenant": "other"}),
                &[
                    ("/ids/1", "wrong_type"),
                    ("/ids/2", "invalid"),
                    ("/tenant", "unknown_field"),
                ],
            ),
            (
                json!({"channel": "pigeon", "code": "a\u{0}", "from": 1}),
                &[
                    ("/channel", "unknown_value"),
                    ("/code", "control_character"),
                    ("/from", "wrong_type"),
                ],
            ),
        ] {
            sweep(&api, "acme", act, &body).await.names_wrong(expected);
        }
        let path = format!("{PATH}/{act}");
        let broken = send_json("POST", &path, &operator("acme"), "{");
        let answer = api.call(broken).await;
        answer.is_problem(400, "malformed_request");
    }
    assert_eq!(list(&api, "acme", "").await["total"], 1);
}

#[tokio::test]
async fn many_go_in_batches() {
    let api = TestApi::new().await;
    bury(&api, "acme", Channel::Push, &vec!["a"; 2_345]).await;
    let answer = sweep(&api, "acme", "replay", &json!({"all": true})).await;
    assert_eq!(answer.json(), json!({"replayed": 2_345, "more": false}));
}
