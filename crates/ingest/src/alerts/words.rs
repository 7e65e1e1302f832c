//! Title and text of a group of alerts.

use super::body::{Alert, Body};

/// How many fire, and what: Grafana's own title where there is one.
pub(super) fn title(body: &Body) -> String {
    if !body.title.is_empty() {
        return body.title.clone();
    }
    let name = body
        .group_labels
        .get("alertname")
        .or_else(|| body.common_labels.get("alertname"))
        .or_else(|| {
            body.alerts
                .iter()
                .find_map(|alert| alert.labels.get("alertname"))
        });
    let mut about = vec![name.map_or("Alert", String::as_str)];
    let others = body.group_labels.iter();
    about.extend(
        others
            .filter(|(label, _)| *label != "alertname")
            .map(|(_, value)| &**value),
    );
    let about = about.join(" · ");
    let firing = body.alerts.iter().filter(|alert| alert.is_firing()).count() as u64;
    match &*body.status {
        "resolved" => format!("[Resolved] {about}"),
        _ => format!("[{} firing] {about}", firing + body.truncated_alerts),
    }
}

/// A line for each alert: those that fire, then those that ended.
pub(super) fn text(body: &Body, named: usize) -> String {
    if !body.message.is_empty() {
        return body.message.clone();
    }
    let is_over = body.status == "resolved";
    let mut lines: Vec<String> = Vec::new();
    let (firing, ended): (Vec<_>, Vec<_>) = body.alerts.iter().partition(|a| a.is_firing());
    for alert in firing.into_iter().chain(ended).take(named) {
        let line = line(alert);
        lines.push(match alert.is_firing() || is_over {
            true => line,
            false => format!("Resolved: {line}"),
        });
    }
    let all = body.alerts.len() as u64 + body.truncated_alerts;
    let left = all.saturating_sub(named as u64);
    if left > 0 {
        lines.push(format!("and {left} more"));
    }
    lines.join("\n")
}

/// The summary, the description, or what tells the alert from others.
fn line(alert: &Alert) -> String {
    for name in ["summary", "description", "message"] {
        if let Some(text) = alert
            .annotations
            .get(name)
            .filter(|text| !text.trim().is_empty())
        {
            return text.trim().to_owned();
        }
    }
    let labels = alert.labels.iter().filter(|(name, _)| *name != "alertname");
    let labels: Vec<_> = labels
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let name = alert
        .labels
        .get("alertname")
        .map_or("Alert", String::as_str);
    match labels.is_empty() {
        true => name.to_owned(),
        false => format!("{name} ({})", labels.join(", ")),
    }
}
