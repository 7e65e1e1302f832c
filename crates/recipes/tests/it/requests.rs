//! What is sent, compared with the shape that each service documents.

use campanile_domain::{ItemTexts, Link, Notification, Priority};
use campanile_recipes::{HttpRequest, RequestError};
use serde_json::{Value, json};

use crate::support::{message, notification, recipe, settings};

fn sent(name: &str, also: Value, address: &str, priority: Priority) -> HttpRequest {
    let recipe = recipe(name);
    let (settings, notification) = (settings(recipe, &also), notification(priority));
    let message = message(
        &notification,
        "Shipped",
        "Order 7 is on its <way> & \"fine\".\nBye",
    );
    recipe
        .request(&settings, address, &message)
        .unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn json_of(request: &HttpRequest) -> Value {
    assert_eq!(request.headers["content-type"], "application/json");
    serde_json::from_slice(&request.body).expect("JSON")
}

const TEXT: &str = "Order 7 is on its <way> & \"fine\".\nBye";
const AT: &str = "1994-11-06T08:49:37.000Z";

#[test]
fn slack_gets_blocks_through_a_webhook_or_as_a_bot() {
    let escaped = "Order 7 is on its &lt;way&gt; &amp; \"fine\".\nBye";
    let shape = json!({
        "text": format!("Shipped\n{escaped}"),
        "unfurl_links": false,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Shipped"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": escaped, "verbatim": true}},
        ],
    });
    let hook = sent("slack", json!({"token": null}), "", Priority::Normal);
    assert_eq!(
        hook.url.as_str(),
        "https://hooks.slack.com/services/T000/B000/XXXX"
    );
    assert_eq!(json_of(&hook), shape);
    assert!(!hook.headers.contains_key("authorization"));
    let bot = sent(
        "slack",
        json!({"token": "xoxb-1", "url": null}),
        "U1",
        Priority::Normal,
    );
    assert_eq!(bot.url.as_str(), "https://slack.com/api/chat.postMessage");
    assert_eq!(bot.headers["authorization"], "Bearer xoxb-1");
    let mut shape = shape;
    shape["channel"] = json!("U1");
    assert_eq!(json_of(&bot), shape);
}

#[test]
fn discord_gets_an_embed_that_mentions_no_one() {
    let request = sent(
        "discord",
        json!({"username": "Shop"}),
        "",
        Priority::Critical,
    );
    let expected = json!({
        "username": "Shop",
        "allowed_mentions": {"parse": []},
        "embeds": [{"title": "Shipped", "description": "Order 7 is on its \\<way\\> & \"fine\".\nBye", "timestamp": AT, "color": 15_548_997}],
    });
    assert_eq!(json_of(&request), expected);
}

#[test]
fn pushover_gets_its_priorities_and_emergencies_are_repeated() {
    let key = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG";
    let token = "azGDORePK8gMaC0QOYAMyEEuzJnyUi";
    let shape = |priority: i64| json!({"token": token, "user": key, "title": "Shipped", "message": TEXT, "timestamp": 784_111_777, "priority": priority, "ttl": 90});
    for (priority, level) in [
        (Priority::Critical, 1),
        (Priority::High, 0),
        (Priority::Normal, -1),
        (Priority::Low, -2),
    ] {
        let request = sent("pushover", json!({}), key, priority);
        assert_eq!(
            request.url.as_str(),
            "https://api.pushover.net/1/messages.json"
        );
        assert_eq!(json_of(&request), shape(level), "{priority:?}");
    }
    let emergency = json!({"emergency": true, "retry_seconds": 30, "device": "droid2"});
    let mut expected = shape(2);
    let fields = expected.as_object_mut().expect("an object");
    fields.remove("ttl");
    fields.extend([
        ("retry".into(), json!(30)),
        ("expire".into(), json!(3_600)),
        ("device".into(), json!("droid2")),
    ]);
    assert_eq!(
        json_of(&sent(
            "pushover",
            emergency.clone(),
            key,
            Priority::Critical
        )),
        expected
    );
    let high = json_of(&sent("pushover", emergency, key, Priority::High));
    assert_eq!((&high["priority"], high.get("retry")), (&json!(0), None));
    let other = "u".repeat(30);
    let own = json!({"user_key": other});
    let own = json_of(&sent("pushover", own, "", Priority::High));
    assert_eq!(own["user"], json!(other));
}

#[test]
fn telegram_teams_and_mattermost_get_what_they_document() {
    let telegram = sent("telegram", json!({}), "123", Priority::Low);
    assert_eq!(
        telegram.url.as_str(),
        "https://api.telegram.org/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11/sendMessage"
    );
    let expected = json!({
        "chat_id": "123", "text": format!("Shipped\n{TEXT}"), "disable_notification": true,
        "link_preview_options": {"is_disabled": true},
    });
    assert_eq!(json_of(&telegram), expected);
    let teams = json_of(&sent("teams", json!({}), "", Priority::High));
    let card = &teams["attachments"][0];
    assert_eq!(
        (&teams["type"], &card["contentType"]),
        (
            &json!("message"),
            &json!("application/vnd.microsoft.card.adaptive")
        )
    );
    let expected = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": "Shipped", "size": "Large", "weight": "Bolder", "wrap": true, "color": "Warning"},
            {"type": "TextBlock", "text": "Order 7 is on its \\<way\\> & \"fine\".\nBye", "wrap": true},
        ],
    });
    assert_eq!(card["content"], expected);
    let urgent = json_of(&sent(
        "mattermost",
        json!({"channel": "town-square"}),
        "",
        Priority::Critical,
    ));
    assert_eq!(
        (&urgent["priority"], &urgent["channel"]),
        (&json!({"priority": "urgent"}), &json!("town-square"))
    );
    let normal = json_of(&sent("mattermost", json!({}), "", Priority::Normal));
    assert_eq!(
        normal.as_object().map(serde_json::Map::len),
        Some(1),
        "{normal}"
    );
}

#[test]
fn google_chat_ntfy_and_gotify_get_what_they_document() {
    let chat = sent("google_chat", json!({}), "", Priority::Normal);
    assert_eq!(
        chat.url.as_str(),
        "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=XXXX&token=XXXX"
    );
    assert!(
        json_of(&chat)["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("Shipped\nOrder"))
    );
    let ntfy = sent("ntfy", json!({"token": "tk_1"}), "anna", Priority::Critical);
    assert_eq!(
        (ntfy.url.as_str(), &ntfy.headers["authorization"]),
        ("https://ntfy.sh/", &"Bearer tk_1".parse().expect("a value"))
    );
    assert_eq!(
        json_of(&ntfy),
        json!({"topic": "anna", "title": "Shipped", "message": TEXT, "priority": 5, "tags": ["order.shipped"]})
    );
    assert!(
        !sent("ntfy", json!({}), "anna", Priority::Low)
            .headers
            .contains_key("authorization")
    );
    let gotify = sent(
        "gotify",
        json!({"endpoint": "https://g.example/gotify/"}),
        "",
        Priority::Normal,
    );
    assert_eq!(
        (gotify.url.as_str(), &gotify.headers["x-gotify-key"]),
        (
            "https://g.example/gotify/message",
            &"AKhpKtpZwYaB6aN".parse().expect("a value")
        )
    );
    let body = json_of(&gotify);
    let expected = json!({
        "title": "Shipped", "message": TEXT, "priority": 5,
        "extras": {"client::display": {"contentType": "text/plain"}, "campanile::delivery": {"id": body["extras"]["campanile::delivery"]["id"]}},
    });
    assert_eq!(body, expected);
}

#[test]
fn alerts_carry_the_id_of_the_delivery() {
    let pagerduty = json_of(&sent("pagerduty", json!({}), "", Priority::High));
    assert_eq!(pagerduty["event_action"], "trigger");
    assert_eq!(pagerduty["dedup_key"].as_str().map(str::len), Some(36));
    let payload = &pagerduty["payload"];
    assert_eq!(
        (
            &payload["severity"],
            &payload["source"],
            &payload["timestamp"]
        ),
        (&json!("error"), &json!("campanile"), &json!(AT))
    );
    assert_eq!(
        payload["summary"],
        "Shipped Order 7 is on its <way> & \"fine\". Bye"
    );
    let opsgenie = sent("opsgenie", json!({}), "", Priority::Low);
    assert_eq!(
        opsgenie.headers["authorization"],
        "GenieKey eb243592-faa2-4ba2-a551-1afdf565c889"
    );
    let body = json_of(&opsgenie);
    assert_eq!(
        (&body["priority"], body["alias"].as_str().map(str::len)),
        (&json!("P5"), Some(36))
    );
}

#[test]
fn text_messages_are_forms_or_json() {
    let from = json!({"messaging_service_sid": null});
    let twilio = sent("twilio_sms", from, "+15558675310", Priority::Normal);
    assert_eq!(
        twilio.url.path(),
        "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json"
    );
    assert_eq!(
        twilio.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    let expected = "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjowMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg==";
    assert_eq!(twilio.headers["authorization"], expected);
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&twilio.body)
        .into_owned()
        .collect();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [
        field("Body", &format!("Shipped\n{TEXT}")),
        field("From", "+15557122661"),
        field("To", "+15558675310"),
        field("ValidityPeriod", "90"),
    ];
    assert_eq!(fields, expected);
    let also = json!({"text_field": "message", "from": "Shop", "token": "t0k", "username": null});
    let gateway = sent("sms_http", also, "+15558675310", Priority::Normal);
    assert_eq!(
        json_of(&gateway),
        json!({"to": "+15558675310", "message": format!("Shipped\n{TEXT}"), "from": "Shop"})
    );
    assert_eq!(gateway.headers["authorization"], "Bearer t0k");
    let form = sent(
        "sms_http",
        json!({"format": "form", "username": "u", "password": "p"}),
        "+15558675310",
        Priority::Normal,
    );
    assert!(
        form.body.starts_with(b"text=Shipped"),
        "{}",
        String::from_utf8_lossy(&form.body)
    );
    assert_eq!(form.headers["authorization"], "Basic dTpw");
    assert_eq!(form.headers["idempotency-key"].len(), 36);
}

#[test]
fn whatsapp_gets_a_template_with_two_parameters() {
    let request = sent(
        "whatsapp_cloud",
        json!({}),
        "+16505551234",
        Priority::Normal,
    );
    assert_eq!(
        request.url.as_str(),
        "https://graph.facebook.com/v23.0/106540352242922/messages"
    );
    let body = json_of(&request);
    let expected = json!({
        "name": "campanile_notification", "language": {"code": "en"},
        "components": [{"type": "body", "parameters": [
            {"type": "text", "text": "Shipped"},
            {"type": "text", "text": "Order 7 is on its <way> & \"fine\". Bye"},
        ]}],
    });
    assert_eq!(body["template"], expected);
    assert_eq!(
        (&body["messaging_product"], &body["to"], &body["type"]),
        (
            &json!("whatsapp"),
            &json!("+16505551234"),
            &json!("template")
        )
    );
}

#[test]
fn a_wrong_address_is_refused_before_the_call() {
    let notification = notification(Priority::Normal);
    let message = message(&notification, "a", "b");
    for (name, address, expected) in [
        ("pushover", "", RequestError::NoAddress),
        ("pushover", "short", RequestError::Address),
        ("telegram", "1/../../x", RequestError::Address),
        ("twilio_sms", "15558675310", RequestError::Address),
        ("ntfy", "a b", RequestError::Address),
        ("whatsapp_cloud", "+1\r\nX: 1", RequestError::Address),
    ] {
        let recipe = recipe(name);
        let refused = recipe
            .request(&settings(recipe, &json!({})), address, &message)
            .err();
        assert_eq!(refused, Some(expected), "{name} {address:?}");
    }
}

/// Whatever texts hold, a body stays what it is, and no field is longer than it may be.
#[test]
fn no_text_breaks_a_request_or_its_limits() {
    let long = "👩‍👩‍👧 <!channel> @everyone \" } { \\ \u{0} ".repeat(4_000);
    let texts = [
        ("", ""),
        ("t", ""),
        ("", "b"),
        ("same", "same"),
        (&*long, &*long),
        ("{{title}}", "{settings.token}"),
    ];
    for recipe in campanile_recipes::all() {
        let settings = settings(recipe, &json!({}));
        let address = recipe
            .address_help()
            .last()
            .and_then(|(_, example)| example.as_str())
            .unwrap_or_default();
        let notification = notification(Priority::Normal);
        for (title, text) in texts {
            let request = recipe.request(&settings, address, &message(&notification, title, text));
            let request = request.unwrap_or_else(|e| panic!("{}: {e}", recipe.name));
            assert!(
                request.body.len() < 150_000,
                "{}: {}",
                recipe.name,
                request.body.len()
            );
            let sent = String::from_utf8(request.body.clone()).expect("UTF-8");
            if request.headers["content-type"] == "application/json" {
                let body: Value = serde_json::from_str(&sent).expect("JSON");
                assert!(body.is_object());
                // A template in a text is a text.
                assert!(
                    !sent.contains("azGDORePK8gMaC0QOYAMyEEuzJnyUi") || recipe.name == "pushover"
                );
                assert!(
                    text != "{settings.token}" || sent.contains("settings.token"),
                    "{sent}"
                );
            }
            // Nothing secret is shown by accident.
            assert!(!format!("{request:?} {settings:?}").contains("XXXX"));
        }
    }
    assert!(
        recipe("pushover")
            .request(
                &settings(recipe("pushover"), &json!({})),
                &"u".repeat(30),
                &message(&notification(Priority::Low), &long, &long)
            )
            .is_ok()
    );
}

#[test]
fn a_link_is_part_of_what_is_shown_if_it_is_a_web_page() {
    let key = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG";
    let long = format!("https://shop.example/{}", "x".repeat(600));
    for (link, expected) in [
        (
            "https://shop.example/orders/7",
            Some("https://shop.example/orders/7"),
        ),
        ("shop://orders/7", None),
        (&*long, None),
    ] {
        let item = ItemTexts {
            link: Some(Link::parse(link).expect("a link")),
            ..ItemTexts::default()
        };
        let notification = Notification {
            item: item.into(),
            ..notification(Priority::Normal)
        };
        let message = message(&notification, "Shipped", "Order 7");
        for (name, address, place) in [
            ("pushover", key, "/url"),
            ("discord", "", "/embeds/0/url"),
            ("ntfy", "anna", "/click"),
        ] {
            let recipe = recipe(name);
            let request = recipe.request(&settings(recipe, &json!({})), address, &message);
            let body = json_of(&request.expect("a request"));
            let found = body.pointer(place).and_then(Value::as_str);
            assert_eq!(found, expected, "{name} {link}");
        }
    }
}
