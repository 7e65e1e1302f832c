//! Which dead letters a replay or a purge is about, and never by accident all.

use campanile_app::dead_letters::Choice;
use campanile_domain::{Channel, DeliveryId};
use campanile_fields::kinds::{flag, list, moment, one_of, optional, parsed, text};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText, request_body};
use campanile_storage::DeadLetterFilter;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::MAX_CODE_BYTES;

/// As many as one batch moves.
const MAX_IDS: usize = 1_000;

request_body! {
    /// Selects dead letters by ids, by filters, or all of them. Give exactly one of the three; an empty object is
    /// refused, so that it cannot select everything by mistake.
    pub(super) struct ChoiceBody as DeadLetterChoice {
        /// Ids of the dead letters.
        ids: Vec<DeliveryId> = optional(list(1..=MAX_IDS, parsed(delivery_id).format("uuid"))),
        /// Only deliveries of this channel.
        #[example("webhook")]
        channel: Channel = optional(one_of::<Channel>()),
        /// Only dead letters with exactly this code.
        #[example("410")]
        code: String = optional(text(MAX_CODE_BYTES)),
        /// Only deliveries that died at or after this time.
        from: DateTime<Utc> = optional(moment()),
        /// Only deliveries that died before this time (default: the time of the request).
        to: DateTime<Utc> = optional(moment()),
        /// `true` selects all dead letters that exist when the request arrives.
        all: bool = optional(flag()),
    }
}

fn delivery_id(text: &str) -> Result<DeliveryId, &'static str> {
    let id = Uuid::try_parse(text).map(DeliveryId);
    id.map_err(|_| "is not the id of a dead letter")
}

/// Reads a body that came at `now`, or lists what is wrong with it.
pub(super) fn choice(body: &JsonText, now: DateTime<Utc>) -> Result<DeadLetterFilter, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = ChoiceBody::read(&mut fields);
    let latest = now + TimeDelta::days(365);
    let given = |fields: &mut Fields<'_>, name| fields.get(name).is_some();
    let has_ids = given(&mut fields, "ids");
    // One that is wrong was meant to say something; that it is missing need not be said as well.
    let all = given(&mut fields, "all") && read.all.unwrap_or(true);
    let filtered = ["channel", "code", "from", "to"].map(|name| given(&mut fields, name));
    let filtered = filtered.contains(&true);
    let filter = DeadLetterFilter {
        ids: read.ids,
        channel: read.channel,
        code: read.code,
        from: fields.within_a_year("from", read.from, latest),
        to: fields.within_a_year("to", read.to, latest),
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
    fields.finish_with(|| {
        let choice = match (filter.ids, all) {
            (Some(ids), _) => Choice::Named(ids),
            (None, true) => Choice::All,
            (None, false) => Choice::Matching(DeadLetterFilter {
                ids: None,
                ..filter
            }),
        };
        Some(choice.at(now))
    })
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
