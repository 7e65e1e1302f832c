//! Bodies of a replay and a purge: nothing is chosen by accident, and no request runs for ever.

use std::time::Instant;

use campanile_api::{SweepAct, SweepBounds, Swept, sweep_dead_letters};
use campanile_domain::{Channel, TenantId};
use campanile_storage::DeadLetterFilter;
use serde_json::json;

use crate::dead_letters::{PATH, bury, list, sweep};
use crate::support::{TestApi, operator, send_json};

#[tokio::test]
async fn nothing_is_chosen_by_accident() {
    let api = TestApi::new();
    let ids = bury(&api, "acme", Channel::Push, &["a"]);
    for act in ["replay", "purge"] {
        for (body, expected) in [
            (json!({}), &[("/all", "required")][..]),
            (json!({"all": false}), &[("/all", "required")]),
            (json!([]), &[("", "wrong_type")]),
            (json!({"ids": []}), &[("/ids", "too_short")]),
            (json!({"ids": "x"}), &[("/ids", "wrong_type")]),
            (
                json!({"ids": ids, "channel": "push"}),
                &[("/ids", "contradictory")],
            ),
            (
                json!({"ids": ids, "all": true}),
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
                json!({"ids": [ids[0], 7, "x"], "tenant": "other"}),
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
    let api = TestApi::new();
    bury(&api, "acme", Channel::Push, &vec!["a"; 2_345]);
    let answer = sweep(&api, "acme", "replay", &json!({"all": true})).await;
    assert_eq!(answer.json(), json!({"replayed": 2_345, "more": false}));
}

#[tokio::test]
async fn a_sweep_ends_at_its_bounds_and_says_whether_more_is_left() {
    let api = TestApi::new();
    bury(&api, "acme", Channel::Push, &vec!["a"; 3_500]);
    let tenant = TenantId::parse("acme").unwrap();
    let filter = DeadLetterFilter::default();
    let past = SweepBounds {
        until: Some(Instant::now()),
        ..SweepBounds::NONE
    };
    let few = SweepBounds {
        most: 1_200,
        ..SweepBounds::NONE
    };
    let last = SweepBounds {
        most: 1_300,
        ..SweepBounds::NONE
    };
    for (bounds, steps, more) in [
        (past, &[1_000][..], true),
        (few, &[1_000, 1_200], true),
        (last, &[1_000, 1_300], false),
        (SweepBounds::NONE, &[0], false),
    ] {
        let (storage, mut told) = (api.storage.as_ref(), Vec::new());
        let note = |count| told.push(count);
        let act = SweepAct::Purge;
        let swept = sweep_dead_letters(storage, &tenant, &filter, act, bounds, note).await;
        let count = *steps.last().unwrap();
        assert_eq!(swept.unwrap(), Swept { count, more });
        assert_eq!(told, steps);
    }
}
