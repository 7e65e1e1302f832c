//! Which dead letters a replay or a purge is about: read field by field, so that every wrong one is
//! named, and never by accident all.

use campanile_app::dead_letters::Choice;
use campanile_domain::DeliveryId;
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText};
use campanile_storage::DeadLetterFilter;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::MAX_CODE_BYTES;

/// As many as one batch moves.
pub(super) const MAX_IDS: usize = 1_000;

/// Reads a body that came at `now`, or lists what is wrong with it.
pub(super) fn choice(body: &JsonText, now: DateTime<Utc>) -> Result<DeadLetterFilter, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let latest = now + TimeDelta::days(365);
    let has_ids = fields.get("ids").is_some();
    let ids = ids(&mut fields);
    let all = all(&mut fields);
    let named = ["channel", "code", "from", "to"].map(|name| fields.get(name).is_some());
    let filtered = named.contains(&true);
    let filter = DeadLetterFilter {
        ids,
        channel: fields.name("channel"),
        code: fields.text("code", MAX_CODE_BYTES, false),
        from: fields.moment("from", latest),
        to: fields.moment("to", latest),
    };
    if let (Some(from), Some(to)) = (filter.from, filter.to)
        && from >= to
    {
        fields.wrong("from", FieldCode::Contradictory, "must be earlier than to");
    }
    match (has_ids, all, filtered) {
        (true, _, true) => fields.wrong(
            "ids",
            FieldCode::Contradictory,
            "give either ids or filters",
        ),
        (true, true, _) => fields.wrong("all", FieldCode::Contradictory, "give either ids or all"),
        (_, true, true) => fields.wrong(
            "all",
            FieldCode::Contradictory,
            "give either filters or all",
        ),
        (false, false, false) => {
            let detail = "give ids or filters, or \"all\": true";
            fields.wrong("all", FieldCode::Required, detail);
        }
        _ => {}
    }
    let errors = fields.finish();
    if !errors.is_empty() {
        return Err(errors);
    }
    let choice = match (filter.ids, all) {
        (Some(ids), _) => Choice::Named(ids),
        (None, true) => Choice::All,
        (None, false) => Choice::Matching(DeadLetterFilter {
            ids: None,
            ..filter
        }),
    };
    Ok(choice.at(now))
}

fn ids(fields: &mut Fields<'_>) -> Option<Vec<DeliveryId>> {
    let list = fields.list("ids", "ids", 1..=MAX_IDS)?;
    let mut ids = Vec::with_capacity(list.len());
    for (place, value) in list.into_iter().enumerate() {
        let field = format!("ids/{place}");
        let Some(text) = fields.string_at(&field, value, "must be a string") else {
            continue;
        };
        match Uuid::try_parse(&text) {
            Ok(id) => ids.push(DeliveryId(id)),
            Err(_) => fields.wrong(&field, FieldCode::Invalid, "is not the id of a dead letter"),
        }
    }
    Some(ids)
}

fn all(fields: &mut Fields<'_>) -> bool {
    // One that is wrong was meant to say something; that it is missing need not be said as well.
    fields.get("all").is_some() && fields.flag("all").unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "01939b1e-0000-8000-8000-000000000000";

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn wrong(body: &Value) -> Vec<(String, &'static str)> {
        let errors = choice(&body.into(), now()).expect_err("wrong");
        errors
            .into_iter()
            .map(|e| (e.field, e.code.name()))
            .collect()
    }

    #[test]
    fn a_choice_without_an_end_ends_now() {
        let all = choice(&(&json!({"all": true})).into(), now()).expect("valid");
        let until_now = DeadLetterFilter {
            to: Some(now()),
            ..DeadLetterFilter::default()
        };
        assert_eq!(all, until_now);
        let some =
            choice(&(&json!({"channel": "push", "all": false})).into(), now()).expect("valid");
        assert_eq!(some.to, Some(now()));
        let ended = json!({"to": "1990-01-01T00:00:00Z"});
        let ended = choice(&(&ended).into(), now())
            .expect("valid")
            .to
            .expect("given");
        assert!(ended < now());
    }

    #[test]
    fn named_ones_are_taken_whenever_they_died() {
        let some = choice(&(&json!({"ids": [ID, ID]})).into(), now()).expect("valid");
        assert_eq!(some.ids.map(|ids| ids.len()), Some(2));
        assert_eq!(some.to, None);
    }

    #[test]
    fn nothing_and_everything_are_never_chosen_by_accident() {
        for body in [json!({}), json!({"all": false}), json!({"ids": null})] {
            assert_eq!(wrong(&body), [("/all".into(), "required")], "{body}");
        }
        for (body, field) in [
            (json!({"ids": [ID], "channel": "push"}), "/ids"),
            (json!({"ids": [ID], "all": true}), "/all"),
            (json!({"code": "410", "all": true}), "/all"),
        ] {
            assert_eq!(wrong(&body), [(field.into(), "contradictory")], "{body}");
        }
        assert_eq!(wrong(&json!({"ids": []})), [("/ids".into(), "too_short")]);
        let many = vec![ID; MAX_IDS + 1];
        assert_eq!(wrong(&json!({"ids": many})), [("/ids".into(), "too_long")]);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let body = json!({"channel": "pigeon", "code": "", "from": "2026-01-02T00:00:00Z",
            "to": 7, "all": "yes", "id": ID});
        let fields: Vec<_> = wrong(&body).into_iter().map(|(field, _)| field).collect();
        for field in ["/channel", "/code", "/to", "/all", "/id"] {
            assert!(fields.contains(&field.to_owned()), "{field}: {fields:?}");
        }
        let day = "2020-01-02T00:00:00Z";
        let range = json!({"from": day, "to": day});
        assert_eq!(wrong(&range), [("/from".into(), "contradictory")]);
        assert_eq!(
            wrong(&json!({"ids": [ID, "x", 3]})),
            [
                ("/ids/1".into(), "invalid"),
                ("/ids/2".into(), "wrong_type")
            ]
        );
    }
}
