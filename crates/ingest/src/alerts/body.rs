//! The body of a webhook, as far as it is read.

use std::collections::BTreeMap;

use campanile_fields::FieldCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{Refusal, texts};

/// The longest label or annotation in `content`: some alerts have whole logs among them.
const MAX_TEXT_BYTES: usize = 2 * 1_024;
/// The labels of an alert together, and its annotations: so that one alert fits into `content` in any case.
const MAX_TEXTS_BYTES: usize = 4 * 1_024;

/// Labels and annotations: texts by name.
type Texts = BTreeMap<String, String>;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Body {
    pub(super) group_key: String,
    pub(super) status: String,
    pub(super) receiver: String,
    pub(super) truncated_alerts: u64,
    pub(super) group_labels: Texts,
    pub(super) common_labels: Texts,
    pub(super) common_annotations: Texts,
    #[serde(rename = "externalURL")]
    pub(super) external_url: String,
    pub(super) alerts: Vec<Alert>,
    /// Grafana's own title and text.
    pub(super) title: String,
    pub(super) message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Alert {
    pub(super) status: String,
    pub(super) labels: Texts,
    pub(super) annotations: Texts,
    pub(super) starts_at: String,
    pub(super) ends_at: String,
    #[serde(rename = "generatorURL")]
    pub(super) generator_url: String,
    #[serde(rename = "dashboardURL")]
    pub(super) dashboard_url: String,
    #[serde(rename = "panelURL")]
    pub(super) panel_url: String,
    pub(super) fingerprint: String,
}

impl Body {
    /// What every webhook of them has.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let required = |field, detail| Err(Refusal::wrong(field, FieldCode::Required, detail));
        if self.group_key.is_empty() {
            return required("groupKey", "is required");
        }
        if !matches!(&*self.status, "firing" | "resolved") {
            let detail = "must be firing or resolved";
            return Err(Refusal::wrong("status", FieldCode::UnknownValue, detail));
        }
        if self.alerts.is_empty() {
            return required("alerts", "must have at least one alert");
        }
        Ok(())
    }
}

impl Alert {
    pub(super) fn is_firing(&self) -> bool {
        self.status != "resolved"
    }

    /// What tells it from the other alerts of its group.
    pub(super) fn identity(&self) -> String {
        match self.fingerprint.is_empty() {
            true => json!(self.labels).to_string(),
            false => self.fingerprint.clone(),
        }
    }

    /// As `content` lists it, each text cut to what is reasonable.
    pub(super) fn shown(&self) -> Value {
        let mut shown = json!({"status": kept(&self.status), "labels": texts_kept(&self.labels, MAX_TEXTS_BYTES),
            "annotations": texts_kept(&self.annotations, MAX_TEXTS_BYTES), "starts_at": kept(&self.starts_at)});
        if !self.is_firing() {
            shown["ends_at"] = json!(kept(&self.ends_at));
        }
        if !self.generator_url.is_empty() {
            shown["source"] = json!(kept(&self.generator_url));
        }
        shown
    }
}

/// Labels or annotations, each cut, as many as have room.
pub(super) fn texts_kept(all: &Texts, mut room: usize) -> Value {
    let mut shown = Map::new();
    for (name, text) in all {
        let (name, text) = (kept(name), Value::from(kept(text)));
        // With what JSON writes around and between them.
        let bytes = json!(name).to_string().len() + text.to_string().len() + 2;
        if bytes > room {
            continue;
        }
        room -= bytes;
        shown.insert(name, text);
    }
    shown.into()
}

/// A text as it can be stored, at most so long that a few of them fit.
fn kept(text: &str) -> String {
    texts::cut(&text.replace('\0', ""), MAX_TEXT_BYTES)
}
