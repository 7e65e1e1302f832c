//! Webhooks of Prometheus Alertmanager and of Grafana's alerting, which are nearly the same.
//!
//! Sources: <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config> (version 4 of the body) and
//! <https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/>,
//! read on 2026-11-30.

mod body;
mod words;

use campanile_domain::Priority;
use serde_json::Value;

use crate::message::MAX_VALUE_BYTES;
use crate::{Group, Message, Refusal, texts};
use body::{Alert, Body, texts_kept};

/// Alerts that a text names; it counts the others.
const NAMED: usize = 10;
/// Alerts that `content` lists.
const LISTED: usize = 20;

/// Reads a webhook of either.
///
/// # Errors
/// [`Refusal`]: it is not JSON, or names no group.
pub fn read(source: &'static str, body: &[u8]) -> Result<Message, Refusal> {
    let body: Body = serde_json::from_slice(body).map_err(|error| Refusal::no_json(&error))?;
    body.check()?;
    let is_over = body.status == "resolved";
    let mut message = Message {
        title: texts::title(&words::title(&body)),
        body: texts::body(&words::text(&body, NAMED)),
        link: link(&body),
        priority: priority(&body, is_over),
        group: Some(group(&body, is_over)),
        ..Message::default()
    };
    message.content.text("source", source);
    message.content.text("status", &body.status);
    message
        .content
        .text("receiver", &texts::cut(&body.receiver, 256));
    message
        .content
        .text("group_key", &texts::cut(&body.group_key, 1_024));
    let common = [
        ("labels", &body.common_labels),
        ("annotations", &body.common_annotations),
    ];
    for (name, texts) in common {
        message
            .content
            .value(name, &texts_kept(texts, MAX_VALUE_BYTES - 2));
    }
    let alerts = listed(&body.alerts);
    let count = (body.alerts.len() as u64).saturating_add(body.truncated_alerts);
    let left_out = count - alerts.len() as u64;
    message.content.value("alerts", &alerts.into());
    message.content.value("alert_count", &count.into());
    if left_out > 0 {
        message.content.value("alerts_left_out", &left_out.into());
    }
    Ok(message)
}

/// As many alerts as `content` has room for, those that fire first.
fn listed(alerts: &[Alert]) -> Vec<Value> {
    let (firing, ended): (Vec<_>, Vec<_>) = alerts.iter().partition(|alert| alert.is_firing());
    let mut room = MAX_VALUE_BYTES;
    let shown = firing.into_iter().chain(ended).map(Alert::shown);
    let fitting = shown.take(LISTED).take_while(|alert| {
        let bytes = alert.to_string().len() + 2;
        let fits = bytes <= room;
        room = room.saturating_sub(bytes);
        fits
    });
    fitting.collect()
}

/// The rules and panels of Grafana, or the page of Alertmanager.
fn link(body: &Body) -> Option<String> {
    let alert = body.alerts.first();
    let of_alert = alert.and_then(|alert| {
        let links = [&alert.panel_url, &alert.dashboard_url];
        links.into_iter().find(|link| !link.is_empty()).cloned()
    });
    of_alert.or_else(|| Some(body.external_url.clone()).filter(|link| !link.is_empty()))
}

/// By the label `severity` or `priority`, the most urgent of all alerts that fire.
fn priority(body: &Body, is_over: bool) -> Option<Priority> {
    if is_over {
        return Some(Priority::Low);
    }
    let firing = body.alerts.iter().filter(|alert| alert.is_firing());
    let severities = firing.filter_map(|alert| {
        let labels = ["severity", "priority"].map(|name| alert.labels.get(name));
        let severity = labels.into_iter().flatten().next()?;
        Some(match &*severity.to_ascii_lowercase() {
            "critical" | "page" | "emergency" | "disaster" | "p1" => Priority::Critical,
            "error" | "high" | "major" | "warning" | "warn" | "p2" => Priority::High,
            "info" | "information" | "none" | "low" | "minor" | "p4" | "p5" => Priority::Normal,
            _ => return None,
        })
    });
    severities.min()
}

/// The group, whose state is which alerts fire and since when, whatever the texts say.
fn group(body: &Body, is_over: bool) -> Group {
    let firing = body.alerts.iter().filter(|alert| alert.is_firing());
    let mut firing: Vec<_> = firing
        .map(|alert| format!("{} {}", alert.identity(), alert.starts_at))
        .collect();
    firing.sort_unstable();
    firing.dedup();
    let status = std::iter::once(&*body.status);
    Group::named(&body.group_key, is_over).in_state(status.chain(firing.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn alert(name: &str, status: &str, severity: &str) -> Value {
        json!({"status": status, "labels": {"alertname": name, "severity": severity, "instance": "a:1"},
            "annotations": {"summary": format!("{name} is bad")}, "startsAt": "2026-11-30T08:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://prometheus/graph", "fingerprint": name})
    }

    fn webhook(status: &str, alerts: Value) -> Value {
        json!({"version": "4", "groupKey": "{}:{alertname=\"Disk\"}", "truncatedAlerts": 0, "status": status,
            "receiver": "team", "groupLabels": {"alertname": "Disk"}, "commonLabels": {"alertname": "Disk"},
            "commonAnnotations": {}, "externalURL": "https://alerts.example.com", "alerts": alerts})
    }

    fn taken(body: &Value) -> Message {
        read("alertmanager", body.to_string().as_bytes()).expect("taken")
    }

    #[test]
    fn a_group_that_fires_is_a_message() {
        let all = json!([
            alert("Disk", "firing", "warning"),
            alert("Cpu", "firing", "critical")
        ]);
        let message = taken(&webhook("firing", all));
        assert_eq!(message.title.as_deref(), Some("[2 firing] Disk"));
        assert_eq!(message.body.as_deref(), Some("Disk is bad\nCpu is bad"));
        assert_eq!(message.priority, Some(Priority::Critical));
        assert_eq!(message.link.as_deref(), Some("https://alerts.example.com"));
        assert!(!message.group.expect("a group").is_over);
        let content: Value = serde_json::from_str(&message.content.to_json()).expect("JSON");
        assert_eq!(content["labels"], json!({"alertname": "Disk"}));
        assert_eq!(content["alerts"][1]["labels"]["severity"], "critical");
        assert_eq!(content["alert_count"], 2);
    }

    #[test]
    fn a_repetition_is_the_same_state_and_a_change_is_another() {
        let (disk, cpu) = (
            alert("Disk", "firing", "warning"),
            alert("Cpu", "firing", "warning"),
        );
        let of = |body: &Value| taken(body).group.expect("a group").state.expect("a state");
        let first = of(&webhook("firing", json!([disk, cpu])));
        assert_eq!(first, of(&webhook("firing", json!([cpu, disk]))));
        let mut reworded = disk.clone();
        reworded["annotations"]["summary"] = json!("91 % full");
        assert_eq!(first, of(&webhook("firing", json!([reworded, cpu]))));
        // The alert that ended is told once and left out later.
        let fewer = of(&webhook(
            "firing",
            json!([disk, alert("Cpu", "resolved", "warning")]),
        ));
        assert_ne!(first, fewer);
        assert_eq!(fewer, of(&webhook("firing", json!([disk]))));
        assert_ne!(
            fewer,
            of(&webhook(
                "resolved",
                json!([alert("Disk", "resolved", "warning")])
            ))
        );
        let mut again = disk.clone();
        again["startsAt"] = json!("2026-11-30T09:00:00Z");
        assert_ne!(fewer, of(&webhook("firing", json!([again]))));
    }

    #[test]
    fn the_end_is_told_as_the_end() {
        let message = taken(&webhook(
            "resolved",
            json!([alert("Disk", "resolved", "critical")]),
        ));
        assert_eq!(message.title.as_deref(), Some("[Resolved] Disk"));
        assert_eq!(message.priority, Some(Priority::Low));
        let group = message.group.expect("a group");
        assert!(group.is_over);
        let firing = taken(&webhook("firing", json!([alert("Disk", "firing", "x")])));
        assert_eq!(firing.group.expect("a group").digest, group.digest);
        assert_eq!(firing.priority, None);
    }

    #[test]
    fn grafanas_own_words_are_kept() {
        let mut body = webhook("firing", json!([alert("Disk", "firing", "warning")]));
        body["title"] = json!("[FIRING:1] Disk");
        body["message"] = json!("**Firing**\n\nValue: A=91");
        body["orgId"] = json!(1);
        body["state"] = json!("alerting");
        body["alerts"][0]["panelURL"] = json!("https://grafana.example.com/d/1?viewPanel=2");
        body["alerts"][0]["values"] = json!({"A": 91.5});
        let message = read("grafana", body.to_string().as_bytes()).expect("taken");
        assert_eq!(message.title.as_deref(), Some("[FIRING:1] Disk"));
        assert_eq!(message.body.as_deref(), Some("**Firing**\n\nValue: A=91"));
        let panel = "https://grafana.example.com/d/1?viewPanel=2";
        assert_eq!(message.link.as_deref(), Some(panel));
    }

    #[test]
    fn many_alerts_make_a_short_text() {
        let many: Vec<_> = (0..500)
            .map(|n| alert(&format!("A{n}"), "firing", "info"))
            .collect();
        let message = taken(&webhook("firing", many.into()));
        let text = message.body.expect("a text");
        assert!(text.ends_with("and 490 more"), "{text}");
        let content: Value = serde_json::from_str(&message.content.to_json()).expect("JSON");
        assert_eq!(content["alerts"].as_array().expect("a list").len(), 20);
        assert_eq!(content["alerts_left_out"], 480);
    }

    #[test]
    fn long_alerts_are_shortened_and_counted() {
        let mut one = alert("Disk", "firing", "info");
        one["annotations"]["log"] = json!("\u{0}é\"".repeat(50_000));
        let mut ended = one.clone();
        ended["status"] = json!("resolved");
        let mut all = vec![ended; 3];
        all.extend(vec![one; 15]);
        let mut body = webhook("firing", all.into());
        body["commonAnnotations"] = json!({"log": "x".repeat(100_000), "summary": "Full"});
        body["truncatedAlerts"] = json!(5);
        let message = taken(&body);
        let content: Value = serde_json::from_str(&message.content.to_json()).expect("JSON");
        let alerts = content["alerts"].as_array().expect("a list");
        assert!(!alerts.is_empty() && alerts.len() < 15);
        assert!(alerts.iter().all(|alert| alert["status"] == "firing"));
        assert_eq!(content["alert_count"], 23);
        assert_eq!(content["alerts_left_out"], 23 - alerts.len());
        let log = alerts[0]["annotations"]["log"].as_str().expect("a text");
        assert!(log.ends_with('…') && log.len() <= 2_048);
        assert_eq!(content["annotations"]["summary"], "Full");
        // One with many labels keeps some of them.
        let many: serde_json::Map<_, _> = (0..100)
            .map(|n| (format!("l{n:03}"), json!("y".repeat(3_000))))
            .collect();
        let mut huge = alert("Disk", "firing", "info");
        huge["labels"] = many.into();
        let content = taken(&webhook("firing", json!([huge]))).content.to_json();
        let content: Value = serde_json::from_str(&content).expect("JSON");
        assert_eq!(content["alert_count"], 1);
        let labels = content["alerts"][0]["labels"].as_object();
        assert_eq!(labels.expect("labels").len(), 1);
        assert_eq!(content.get("alerts_left_out"), None);
    }

    #[test]
    fn what_is_no_webhook_of_theirs_is_refused() {
        for (body, field) in [
            ("{}", Some("/groupKey")),
            (
                r#"{"groupKey": "g", "status": "firing", "alerts": []}"#,
                Some("/alerts"),
            ),
            (
                r#"{"groupKey": "g", "status": "odd", "alerts": [{}]}"#,
                Some("/status"),
            ),
            (r#"{"groupKey": 7}"#, None),
            ("[]", Some("/groupKey")),
            ("7", None),
            ("", None),
        ] {
            let refused = read("alertmanager", body.as_bytes()).expect_err("refused");
            match (refused, field) {
                (Refusal::Wrong(error), Some(field)) => assert_eq!(error.field, field, "{body}"),
                (Refusal::Malformed(_), None) => {}
                other => panic!("{body}: {other:?}"),
            }
        }
    }
}
