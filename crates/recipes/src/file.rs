//! A recipe as it is written. Fields that are not declared here are refused, so that a misspelt one is never ignored.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::limits::{Limit, Markup};
use crate::reply::{Kind as OutcomeName, Status, Unit};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) about: String,
    /// The pages of the service's own documentation that the recipe follows.
    pub(crate) documentation: Vec<String>,
    /// When they were read, as `2026-11-29`.
    pub(crate) read: String,
    /// What could not be compared with the documentation.
    #[serde(default)]
    pub(crate) unchecked: Option<String>,
    #[serde(default)]
    pub(crate) markup: Markup,
    #[serde(default)]
    pub(crate) setting: Vec<SettingFile>,
    /// Names of people and rooms at the service.
    #[serde(default)]
    pub(crate) address: Option<AddressFile>,
    /// URLs of people and rooms, which are called.
    #[serde(default)]
    pub(crate) address_url: Option<AddressFile>,
    pub(crate) request: Vec<RequestFile>,
    #[serde(default)]
    pub(crate) limits: LimitsFile,
    #[serde(default)]
    pub(crate) idempotency: Option<IdempotencyFile>,
    #[serde(default)]
    pub(crate) priority: Option<PriorityFile>,
    pub(crate) default: DefaultFile,
    #[serde(default)]
    pub(crate) reply: Vec<ReplyFile>,
}

/// A setting of an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingFile {
    pub(crate) name: String,
    pub(crate) kind: crate::settings::Kind,
    #[serde(default)]
    pub(crate) secret: bool,
    #[serde(default)]
    pub(crate) required: bool,
    /// Required while this other setting is not given.
    #[serde(default)]
    pub(crate) required_unless: Option<String>,
    pub(crate) help: String,
    pub(crate) example: Value,
    #[serde(default)]
    pub(crate) default: Option<Value>,
    /// The least length of a text, or the least number.
    #[serde(default)]
    pub(crate) min: Option<u64>,
    #[serde(default)]
    pub(crate) max: Option<u64>,
    /// Which characters a text may have: `A-Za-z0-9_-`. All printable ones if it is left out.
    #[serde(default)]
    pub(crate) alphabet: Option<String>,
    #[serde(default)]
    pub(crate) prefix: Option<String>,
    /// The values of a choice.
    #[serde(default)]
    pub(crate) of: Vec<String>,
}

/// Whom the service reaches.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressFile {
    /// The setting of an account that holds one address for everything it sends.
    #[serde(default)]
    pub(crate) setting: Option<String>,
    /// Whether whoever knows it can write there: it is never shown whole. URLs are secret in any case.
    #[serde(default)]
    pub(crate) secret: bool,
    pub(crate) help: String,
    pub(crate) example: String,
    #[serde(default)]
    pub(crate) min: Option<u64>,
    #[serde(default)]
    pub(crate) max: Option<u64>,
    #[serde(default)]
    pub(crate) alphabet: Option<String>,
    #[serde(default)]
    pub(crate) prefix: Option<String>,
}

/// One way to call the service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestFile {
    #[serde(default)]
    pub(crate) when: Option<WhenFile>,
    pub(crate) method: String,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) basic: Option<BasicFile>,
    pub(crate) format: Format,
    #[serde(default)]
    pub(crate) body: Map<String, Value>,
}

/// For which accounts and notifications.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhenFile {
    #[serde(default)]
    pub(crate) setting: Option<String>,
    #[serde(default)]
    pub(crate) equals: Option<Value>,
    #[serde(default)]
    pub(crate) priority: Vec<campanile_domain::Priority>,
}

/// HTTP's Basic authentication.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BasicFile {
    pub(crate) user: String,
    pub(crate) password: String,
}

/// How the body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    Json,
    Form,
}

/// How much the service takes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsFile {
    /// Calls in flight per account.
    #[serde(default)]
    pub(crate) concurrency: Option<usize>,
    #[serde(default)]
    pub(crate) calls_per_second: Option<f64>,
    /// The longest time to live in seconds.
    #[serde(default)]
    pub(crate) ttl_max: Option<u64>,
    #[serde(default)]
    pub(crate) title: Option<Limit>,
    #[serde(default)]
    pub(crate) text: Option<Limit>,
    #[serde(default)]
    pub(crate) message: Option<Limit>,
}

/// Where the service takes the id of the delivery, so that a repeated call has no second effect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdempotencyFile {
    #[serde(default)]
    pub(crate) field: Option<String>,
    #[serde(default)]
    pub(crate) header: Option<String>,
}

/// What `{priority.…}` stands for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriorityFile {
    pub(crate) critical: Map<String, Value>,
    pub(crate) high: Map<String, Value>,
    pub(crate) normal: Map<String, Value>,
    pub(crate) low: Map<String, Value>,
}

/// What a status means that no row of the table names. Each class has one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultFile {
    #[serde(rename = "2xx")]
    pub(crate) success: OutcomeName,
    #[serde(rename = "3xx")]
    pub(crate) redirect: OutcomeName,
    #[serde(rename = "4xx")]
    pub(crate) client: OutcomeName,
    #[serde(rename = "5xx")]
    pub(crate) server: OutcomeName,
}

/// A row of the table of replies; all conditions must hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyFile {
    pub(crate) status: Vec<Status>,
    #[serde(default)]
    pub(crate) header: BTreeMap<String, Vec<String>>,
    /// A place in the JSON, and the values of which it has one.
    #[serde(default)]
    pub(crate) body: BTreeMap<String, Vec<Value>>,
    /// A place in the JSON whose text contains one of these, in any case.
    #[serde(default)]
    pub(crate) body_has: BTreeMap<String, Vec<String>>,
    /// Places in the JSON that have a value.
    #[serde(default)]
    pub(crate) given: Vec<String>,
    /// The whole body is one of these texts.
    #[serde(default)]
    pub(crate) text: Vec<String>,
    pub(crate) outcome: OutcomeName,
    /// The place in the JSON of the service's own code.
    #[serde(default)]
    pub(crate) code: Option<String>,
    #[serde(default)]
    pub(crate) detail: Option<String>,
    #[serde(default)]
    pub(crate) remedy: Option<String>,
    #[serde(default)]
    pub(crate) wait: Vec<WaitFile>,
    /// The least wait in seconds.
    #[serde(default)]
    pub(crate) floor: Option<u64>,
    /// Where the reply says what became of each target.
    #[serde(default)]
    pub(crate) targets: Option<TargetsFile>,
    /// The reply concerns this recipient alone.
    #[serde(default)]
    pub(crate) of_recipient: bool,
}

/// Where a reply says when to call again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitFile {
    #[serde(default)]
    pub(crate) header: Option<String>,
    #[serde(default)]
    pub(crate) body: Option<String>,
    #[serde(default)]
    pub(crate) unit: Unit,
}

/// A list of entries, each with a sentence about one target. What is kept is the names of services.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetsFile {
    /// The place of the list in the JSON.
    pub(crate) list: String,
    /// The place of the sentence in an entry.
    pub(crate) text: String,
    /// Sentences that say that it was sent, with `{}` for the name of the service.
    pub(crate) sent: Vec<String>,
    /// Sentences that say that it was not.
    pub(crate) failed: Vec<String>,
}
