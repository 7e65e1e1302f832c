//! Many requests in one call: each is checked for itself.

use campanile_fields::kinds::{Apart, apart, required};
use campanile_fields::{FieldErrors, Fields, Json, request_body};
use chrono::{DateTime, Utc};

use crate::validate::no_dry_run;
use crate::{RequestToSend, SendBody, SendRequest, TopicRequest};

/// Requests in one call.
const MAX_ITEMS: usize = 1_000;
/// What the notifications of one call take together, about: half of what may wait to be written in
/// this process, so that one call leaves room for others.
const MAX_BYTES: usize = 32 * 1_024 * 1_024;

/// Wrong fields that the answer to one call lists, besides the first one of each item.
const MAX_ERRORS: usize = 1_000;

request_body! {
    /// The notifications to send.
    pub struct BulkBody as BulkRequest {
        /// Each item has the body of `POST /api/v1/notifications`. At most 256 KiB each and 4 MiB in total.
        items: () = required(items_apart()),
    }
}

/// What is wrong with one item concerns no other.
const fn items_apart() -> Apart<SendBody> {
    apart(1..=MAX_ITEMS)
}

/// A call with many requests.
#[derive(Debug)]
pub struct BulkRequest {
    /// 1 to 1,000, in the caller's order.
    pub items: Vec<BulkItem>,
}

/// One request of many.
#[derive(Debug)]
pub enum BulkItem {
    /// To be accepted for users by name.
    Users(Box<SendRequest>),
    /// To be accepted for a topic.
    Topic(Box<TopicRequest>),
    /// Its wrong fields, as if it had come alone; fewer are listed where many items have many.
    Wrong(FieldErrors),
    /// It is larger than a request may be, or those before it have taken all the room; says which.
    NoRoom(String),
}

impl BulkRequest {
    /// Checks a JSON value; only what is wrong with the call as a whole refuses it. An item may be
    /// as large as a request that comes alone, `item_bytes`.
    ///
    /// # Errors
    /// [`FieldErrors`].
    pub fn from_json(
        value: Json<'_>,
        now: DateTime<Utc>,
        item_bytes: usize,
    ) -> Result<Self, FieldErrors> {
        let mut fields = Fields::of(value)?;
        BulkBody::read(&mut fields);
        let items = fields.get("items");
        let list = items.and_then(|items| items_apart().entries(&mut fields, "items", items));
        let list = fields.finish_with(|| list)?;
        let (mut taken, mut listed) = (0, MAX_ERRORS);
        // The first one of each item is always listed.
        let mut wrong = |mut errors: FieldErrors| {
            errors.keep(listed);
            listed = listed.saturating_sub(errors.len());
            BulkItem::Wrong(errors)
        };
        let items = list.into_iter().map(|item| {
            if item.text().len() > item_bytes {
                return BulkItem::NoRoom(format!("An item must be at most {item_bytes} bytes"));
            }
            let wanted = match RequestToSend::from_json(item, now) {
                Ok(wanted) => wanted,
                Err(errors) => return wrong(errors),
            };
            // What does not fit leaves its room to the smaller ones behind it.
            let bytes = wanted.message().stored_bytes();
            if taken + bytes > MAX_BYTES {
                let detail = format!(
                    "The items before it use up the {MAX_BYTES} bytes that one call may expand to, with one copy per \
                     recipient; send this item in another call"
                );
                return BulkItem::NoRoom(detail);
            }
            taken += bytes;
            match wanted {
                RequestToSend::Users(request) => BulkItem::Users(Box::new(request)),
                RequestToSend::Topic(request) => BulkItem::Topic(Box::new(request)),
                RequestToSend::DryRun(_) => wrong(no_dry_run().into()),
            }
        });
        Ok(Self {
            items: items.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use campanile_fields::JsonText;

    fn item(recipients: usize, bytes: usize) -> Value {
        let users: Vec<_> = (0..recipients).map(|n| format!("u{n}")).collect();
        json!({"notification_type": "t", "recipients": users,
            "content": {"text": "x".repeat(bytes)}})
    }

    fn read(body: &Value, item_bytes: usize) -> Result<BulkRequest, FieldErrors> {
        BulkRequest::from_json(JsonText::from(body).json(), Utc::now(), item_bytes)
    }

    fn kinds(items: &[Value]) -> Vec<&'static str> {
        let body = json!({"items": items});
        let read = read(&body, 256 * 1_024).expect("a call");
        let kind = |item: &BulkItem| match item {
            BulkItem::Users(_) | BulkItem::Topic(_) => "valid",
            BulkItem::Wrong(_) => "wrong",
            BulkItem::NoRoom(_) => "no room",
        };
        read.items.iter().map(kind).collect()
    }

    #[test]
    fn each_is_judged_for_itself() {
        let items = [
            json!(7),
            item(1, 1),
            json!({}),
            item(1, 300 * 1_024),
            item(2, 9),
        ];
        assert_eq!(
            kinds(&items),
            ["wrong", "valid", "wrong", "no room", "valid"]
        );
    }

    #[test]
    fn the_items_of_a_call_share_what_is_listed() {
        let wrong = json!({"recipients": vec![7; 1_000]});
        let items = read(&json!({"items": vec![wrong; 1_000]}), 256 * 1_024).expect("a call");
        let lists = items.items.iter().map(|item| match item {
            BulkItem::Wrong(errors) => errors,
            other => panic!("{other:?}"),
        });
        let listed: usize = lists.clone().map(|errors| errors.len()).sum();
        assert_eq!(
            listed,
            1_000 + 990,
            "ten with a hundred, all others with one"
        );
        assert!(lists.into_iter().all(|errors| errors.count() == 1_002));
    }

    #[test]
    fn what_does_not_fit_any_more_leaves_room_for_what_does() {
        let large = || item(70, 200 * 1_024);
        let items = [large(), large(), large(), item(1, 1)];
        assert_eq!(kinds(&items), ["valid", "valid", "no room", "valid"]);
        // Recipients take room as well, however short the text.
        let many: Vec<_> = (0..70).map(|_| item(1_000, 1)).collect();
        let reported = kinds(&many);
        assert_eq!((reported[0], reported[69]), ("valid", "no room"));
    }

    #[test]
    fn a_call_has_one_to_a_thousand() {
        for (body, code) in [
            (json!({}), "required"),
            (json!({"items": {}}), "wrong_type"),
            (json!({"items": []}), "too_short"),
            (json!({"items": vec![1; 1_001]}), "too_long"),
            (json!({"items": [1], "more": 1}), "unknown_field"),
            (json!([]), "wrong_type"),
        ] {
            let errors = read(&body, 1).expect_err("refused");
            assert_eq!(errors[0].code.name(), code, "{body}");
        }
    }
}
