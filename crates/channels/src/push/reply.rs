//! What FCM writes, as far as it is read.

use serde::Deserialize;

/// FCM's names are shorter; what is longer is none of them and not repeated.
const MAX_CODE_BYTES: usize = 64;

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
            .find(|code| *code != "UNSPECIFIED_ERROR")
            .or(self.status.as_deref())
            .filter(|code| {
                code.len() <= MAX_CODE_BYTES && code.bytes().all(|b| b.is_ascii_graphic())
            })
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

    /// Whether it is one device that gets too much, not the project that sends too much.
    pub(super) fn limits_one_device(&self) -> bool {
        let mut violations = self.details.iter().flat_map(|detail| &detail.violations);
        violations.any(|violation| violation.subject.starts_with("device"))
    }
}
