//! What FCM writes, as far as it is read.

use serde::Deserialize;

/// FCM's own names of errors, and Google's (`google.rpc.Code`). What is none of them is not repeated: it
/// may be anything, a device's address too.
const CODES: [&str; 20] = [
    "UNREGISTERED",
    "SENDER_ID_MISMATCH",
    "QUOTA_EXCEEDED",
    "THIRD_PARTY_AUTH_ERROR",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "UNAUTHENTICATED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
];

/// A message that was taken.
#[derive(Deserialize)]
pub(super) struct Taken {
    /// `projects/<project>/messages/<id>`.
    pub(super) name: String,
}

/// A message that was not.
#[derive(Deserialize)]
pub(super) struct Refused {
    pub(super) error: ErrorBody,
}

/// Google's error model (`google.rpc.Status`).
#[derive(Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    details: Vec<Detail>,
}

/// One of its details; which fields it has depends on its type.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(rename = "@type", default)]
    kind: String,
    #[serde(default)]
    error_code: Option<String>,
    #[serde(default)]
    field_violations: Vec<FieldViolation>,
    #[serde(default)]
    violations: Vec<QuotaViolation>,
}

#[derive(Deserialize)]
struct FieldViolation {
    #[serde(default)]
    field: String,
}

#[derive(Deserialize)]
struct QuotaViolation {
    #[serde(default)]
    subject: String,
}

impl ErrorBody {
    /// FCM's own name for it, which says more than the status.
    pub(super) fn code(&self) -> Option<&str> {
        let of_fcm = |detail: &&Detail| detail.kind.ends_with("google.firebase.fcm.v1.FcmError");
        let details = self.details.iter().filter(of_fcm);
        details
            .filter_map(|detail| detail.error_code.as_deref())
            .chain(self.status.as_deref())
            .find(|code| CODES.contains(code))
    }

    /// Whether FCM could make nothing of the address.
    pub(super) fn blames_target(&self) -> bool {
        let violations = self
            .details
            .iter()
            .flat_map(|detail| &detail.field_violations);
        let mut fields = violations.map(|violation| violation.field.as_str());
        fields.any(|field| matches!(field, "message.token" | "message.fid"))
    }

    /// Whether FCM says in words alone that the address is none: the second example of its page of
    /// error codes. A detail that names fields says more than the words, and only their beginning is
    /// surely FCM's own: behind it, a message may repeat what was sent.
    pub(super) fn says_no_token(&self) -> bool {
        const SAID: &str = "the registration token is not a valid";
        let names_fields = |detail: &Detail| detail.kind.ends_with("google.rpc.BadRequest");
        let beginning = self.message.trim_start().get(..SAID.len());
        beginning.is_some_and(|words| words.eq_ignore_ascii_case(SAID))
            && !self.details.iter().any(names_fields)
    }

    /// Whether it is one device that gets too much, not the project that sends too much.
    pub(super) fn limits_one_device(&self) -> bool {
        let mut violations = self.details.iter().flat_map(|detail| &detail.violations);
        violations.any(|violation| violation.subject.starts_with("device"))
    }
}
