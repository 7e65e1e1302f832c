//! An answer over HTTP, built up word by word.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};
use serde_json::{Value, json};

/// Stands in what providers write back, and must not stand in any detail.
pub(super) const ADDRESS: &str = "zoe@example.com";

/// An answer over HTTP, without a body until it is given one.
pub(super) fn http(status: u16) -> Http {
    Http {
        status,
        retry_after: None,
        body: String::new(),
        is_apples: false,
        google: None,
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub(super) struct Http {
    status: u16,
    retry_after: Option<&'static str>,
    body: String,
    is_apples: bool,
    google: Option<Value>,
}

impl Http {
    pub(super) fn retry_after(mut self, wish: &'static str) -> Self {
        self.retry_after = Some(wish);
        self
    }

    pub(super) fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    /// With the id of the message, which Apple repeats.
    pub(super) fn of_apple(mut self) -> Self {
        self.is_apples = true;
        self
    }

    /// Apple's reason.
    pub(super) fn reason(self, reason: &str) -> Self {
        self.body(&json!({ "reason": reason }).to_string())
    }

    /// A proxy's page.
    pub(super) fn html(self) -> Self {
        self.body(&format!("<!DOCTYPE html><title>{ADDRESS}</title>"))
    }

    /// Google's error model with this status.
    pub(super) fn says(mut self, status: &str) -> Self {
        let message = format!("no such token: {ADDRESS}");
        self.google = Some(json!({
            "code": self.status, "message": message, "status": status, "details": [],
        }));
        self
    }

    /// The sentence of Google's error model.
    pub(super) fn in_words(mut self, message: &str) -> Self {
        self.google.as_mut().expect("first `says`, then words")["message"] = json!(message);
        self
    }

    /// FCM's own name for the error.
    pub(super) fn by_name(self, name: &str) -> Self {
        self.detail("google.firebase.fcm.v1.FcmError", "errorCode", json!(name))
    }

    /// The field of the request that is wrong.
    pub(super) fn about_field(self, field: &str) -> Self {
        let violations = json!([{"field": field, "description": ADDRESS}]);
        self.detail("google.rpc.BadRequest", "fieldViolations", violations)
    }

    /// Whose quota is used up.
    pub(super) fn about_subject(self, subject: &str) -> Self {
        let violations = json!([{"subject": subject, "description": ADDRESS}]);
        self.detail("google.rpc.QuotaFailure", "violations", violations)
    }

    fn detail(mut self, kind: &str, field: &str, value: Value) -> Self {
        let error = self.google.as_mut().expect("first `says`, then details");
        let details = error["details"].as_array_mut().expect("a list");
        details.push(json!({"@type": format!("type.googleapis.com/{kind}"), field: value}));
        self
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).expect("a status")
    }

    pub(super) fn headers(&self) -> HeaderMap {
        let id = self
            .is_apples
            .then_some("eabeae54-14a8-11e5-b60b-1697f925ec7b");
        let id = id.map(|id| (HeaderName::from_static("apns-id"), id));
        let wish = self.retry_after.map(|wish| (RETRY_AFTER, wish));
        let all = id.into_iter().chain(wish);
        all.map(|(name, value)| (name, value.parse().expect("a header")))
            .collect()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        match &self.google {
            Some(error) => json!({ "error": error }).to_string().into_bytes(),
            None => self.body.clone().into_bytes(),
        }
    }
}
