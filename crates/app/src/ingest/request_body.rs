//! A new ingest address as an operator writes it.

use campanile_domain::{
    Channel, IngestAddress, IngestKind, IngestMapping, IngestSettings, IngestTarget,
    NotificationType, Priority, Rate, TopicKey, UserId,
};
use campanile_fields::kinds::{
    flag, nested, one_of, optional, parsed, required, text, unique, user_id,
};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText, request_body};

/// More than there are, with room for a name that stands twice.
const MAX_CHANNELS: usize = Channel::MOST;
/// Calls of an address without a limit.
const DEFAULT_RATE: &str = "10/s burst 100";

request_body! {
    /// A new ingest address.
    pub struct IngestBody as IngestRequest {
        /// The protocol that the program speaks.
        #[example("apprise")]
        kind: IngestKind = required(one_of::<IngestKind>()),
        /// A name for people. Notifications without a title have it as their title.
        #[example("Backups")]
        name: String = required(text(IngestAddress::MAX_NAME_BYTES)),
        /// The users who are notified, at most 100. Required unless `topic` is given. With `ntfy` both may be left out: then
        /// the topic that a message names is the topic whose subscribers are notified. A `mail_report` has neither.
        #[example(["u1"])]
        recipients: Vec<UserId> = optional(unique(1..=IngestAddress::MAX_USERS, user_id())),
        /// The topic whose subscribers are notified.
        #[example(null)]
        topic: TopicKey =
            optional(parsed(TopicKey::parse).pattern("^[a-z0-9][a-z0-9_.:-]{0,127}$")),
        /// The type of the notifications (default: the name of the kind).
        #[example("backup")]
        notification_type: NotificationType =
            optional(parsed(NotificationType::sendable).pattern("^[a-z0-9_.-]{1,64}$")),
        /// The priority of messages that say nothing of it (default `normal`).
        priority: Priority = optional(one_of::<Priority>()),
        /// Channels to use. Default: all that the tenant has configured and the user allows.
        channels: Vec<Channel> = optional(unique(1..=MAX_CHANNELS, one_of::<Channel>())),
        /// How many calls are taken, such as `60/m burst 20` (default `10/s burst 100`).
        #[example("60/m burst 20")]
        rate_limit: Rate = optional(parsed(str::parse::<Rate>)),
        /// Whether a notification also says that a group of alerts is over (`alertmanager`, `grafana`, `webhook`). Without it,
        /// the end only marks the group's last notification as read.
        notify_resolved: bool = optional(flag()),
        /// Where the JSON of a `webhook` says what. Default: `title`, `body` and `link` at the top.
        mapping: IngestMapping = optional(nested(mapping)),
        /// Whether calls of a `webhook` must be signed as Standard Webhooks says. The answer has the secret.
        signed: bool = optional(flag()),
    }
}

request_body! {
    /// JSON pointers (RFC 6901) into the body of a webhook.
    pub struct MappingBody as IngestMapping {
        /// The title.
        #[example("/issue/title")]
        title: String = optional(parsed(pointer).at_most(IngestMapping::MAX_POINTER_BYTES)),
        /// The body text.
        #[example("/issue/culprit")]
        body: String = optional(parsed(pointer).at_most(IngestMapping::MAX_POINTER_BYTES)),
        /// What a click opens.
        #[example("/issue/url")]
        link: String = optional(parsed(pointer).at_most(IngestMapping::MAX_POINTER_BYTES)),
        /// A priority or a level by its name.
        #[example("/issue/level")]
        priority: String = optional(parsed(pointer).at_most(IngestMapping::MAX_POINTER_BYTES)),
        /// What belongs together: a newer notification of the group marks the one before as read.
        #[example("/issue/id")]
        group: String = optional(parsed(pointer).at_most(IngestMapping::MAX_POINTER_BYTES)),
        /// Whether the group is over.
        #[example("/action")]
        status: String = optional(parsed(pointer).at_most(IngestMapping::MAX_POINTER_BYTES)),
        /// The text at `status` that says so (default `resolved`).
        #[example("closed")]
        resolved: String = optional(text(64)),
    }
}

/// What an operator wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIngest {
    /// The protocol.
    pub kind: IngestKind,
    /// What the tenant calls it.
    pub name: String,
    /// Who is notified.
    pub target: IngestTarget,
    /// What holds for everything that comes in.
    pub settings: IngestSettings,
    /// Whether its calls must be signed.
    pub signed: bool,
}

/// Reads a new address, or lists every wrong field.
///
/// # Errors
/// [`FieldErrors`].
pub fn read_ingest(body: &JsonText) -> Result<NewIngest, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = IngestBody::read(&mut fields);
    let is = |kind| read.kind == Some(kind);
    if read.recipients.is_some() && read.topic.is_some() {
        let detail = "give either recipients or topic";
        fields.wrong("recipients", FieldCode::Contradictory, detail);
    }
    let has_target = fields.get("recipients").is_some() || fields.get("topic").is_some();
    let needs_target = !is(IngestKind::Ntfy) && !is(IngestKind::MailReport);
    if !has_target && read.kind.is_some() && needs_target {
        let detail = "is required unless topic is given";
        fields.wrong("recipients", FieldCode::Required, detail);
    }
    for (name, is_given) in [
        ("mapping", read.mapping.is_some()),
        ("signed", read.signed == Some(true)),
    ] {
        if is_given && read.kind.is_some() && !is(IngestKind::Webhook) {
            let detail = "is only for the kind webhook";
            fields.wrong(name, FieldCode::Contradictory, detail);
        }
    }
    if is(IngestKind::MailReport) {
        refuse_sending(&mut fields);
    }
    fields.finish_with(|| {
        let kind = read.kind?;
        let of_kind = || NotificationType::parse(kind.name()).expect("a kind's name is a type");
        let rate = read.rate_limit.unwrap_or_else(default_rate);
        let mapping =
            (kind == IngestKind::Webhook).then(|| read.mapping.unwrap_or_else(at_the_top));
        Some(NewIngest {
            kind,
            name: read.name?,
            target: match (read.recipients, read.topic) {
                (Some(users), _) => IngestTarget::Users(users),
                (None, Some(topic)) => IngestTarget::Topic(topic),
                (None, None) => IngestTarget::Named,
            },
            settings: IngestSettings {
                notification_type: read.notification_type.unwrap_or_else(of_kind),
                priority: read.priority.unwrap_or_default(),
                channels: read.channels,
                rate: Some(rate.to_string()),
                notify_resolved: read.notify_resolved.unwrap_or(false),
                mapping,
            },
            signed: read.signed.unwrap_or(false),
        })
    })
}

/// What comes in as a report is not sent on.
fn refuse_sending(fields: &mut Fields<'_>) {
    for name in [
        "recipients",
        "topic",
        "notification_type",
        "priority",
        "channels",
        "notify_resolved",
    ] {
        if fields.get(name).is_some() {
            let detail = "is not for the kind mail_report, which notifies no one";
            fields.wrong(name, FieldCode::Contradictory, detail);
        }
    }
}

fn default_rate() -> Rate {
    DEFAULT_RATE.parse().expect("the default is a rate")
}

fn at_the_top() -> IngestMapping {
    let at = |name: &str| Some(format!("/{name}"));
    IngestMapping {
        title: at("title"),
        body: at("body"),
        link: at("link"),
        ..IngestMapping::default()
    }
}

fn mapping(read: MappingBody, _fields: &mut Fields<'_>) -> Option<IngestMapping> {
    Some(IngestMapping {
        title: read.title,
        body: read.body,
        link: read.link,
        priority: read.priority,
        group: read.group,
        status: read.status,
        resolved: read.resolved,
    })
}

fn pointer(text: &str) -> Result<String, &'static str> {
    let is_escaped = |part: &str| part.starts_with(['0', '1']);
    if text.len() > IngestMapping::MAX_POINTER_BYTES {
        return Err("must be at most 256 bytes");
    }
    if !text.starts_with('/') || text.chars().any(char::is_control) {
        return Err("must be a JSON pointer such as /issue/title");
    }
    if !text.split('~').skip(1).all(is_escaped) {
        return Err("must have ~0 for ~ and ~1 for / in names");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: &Value) -> Result<NewIngest, Vec<(String, &'static str)>> {
        read_ingest(&JsonText::from(body)).map_err(|errors| {
            let errors = errors.into_iter();
            errors.map(|one| (one.field, one.code.name())).collect()
        })
    }

    #[test]
    fn what_is_left_out_has_defaults() {
        let new = read(&json!({"kind": "webhook", "name": "n", "recipients": ["u", "u"]}));
        let new = new.expect("valid");
        assert_eq!(new.settings.notification_type.as_str(), "webhook");
        assert_eq!(new.settings.rate.as_deref(), Some(DEFAULT_RATE));
        assert_eq!(new.settings.mapping, Some(at_the_top()));
        assert!(matches!(&new.target, IngestTarget::Users(users) if users.len() == 1));
        let new = read(&json!({"kind": "ntfy", "name": "n"})).expect("valid");
        assert_eq!(
            (new.target, new.settings.mapping),
            (IngestTarget::Named, None)
        );
        let new = read(&json!({"kind": "mail_report", "name": "n"})).expect("valid");
        assert_eq!(new.target, IngestTarget::Named);
        let new = read(&json!({"kind": "grafana", "name": "n", "topic": "ops"})).expect("valid");
        assert!(matches!(new.target, IngestTarget::Topic(_)));
    }

    #[test]
    fn every_wrong_field_is_listed() {
        for (body, expected) in [
            (
                json!({}),
                vec![("/kind", "required"), ("/name", "required")],
            ),
            (
                json!({"kind": "ntfy", "name": "n", "notification_type": "campanile.magic_link"}),
                vec![("/notification_type", "invalid")],
            ),
            (
                json!({"kind": "apprise", "name": "n"}),
                vec![("/recipients", "required")],
            ),
            (
                json!({"kind": "apprise", "name": "n", "recipients": ["u"], "topic": "t"}),
                vec![("/recipients", "contradictory")],
            ),
            (
                json!({"kind": "apprise", "name": "n", "topic": "t", "mapping": {}, "signed": true}),
                vec![("/mapping", "contradictory"), ("/signed", "contradictory")],
            ),
            (
                json!({"kind": "webhook", "name": "n", "topic": "t", "rate_limit": "fast",
                    "mapping": {"title": "title", "body": "/a~2", "colour": "/c"}}),
                vec![
                    ("/rate_limit", "invalid"),
                    ("/mapping/title", "invalid"),
                    ("/mapping/body", "invalid"),
                    ("/mapping/colour", "unknown_field"),
                ],
            ),
            (
                json!({"kind": "mail_report", "name": "n", "topic": "t", "priority": "low"}),
                vec![("/topic", "contradictory"), ("/priority", "contradictory")],
            ),
            (
                json!({"kind": "smtp", "name": "", "recipients": [""]}),
                vec![
                    ("/kind", "unknown_value"),
                    ("/name", "too_short"),
                    ("/recipients/0", "invalid"),
                ],
            ),
        ] {
            let found = read(&body).expect_err("refused");
            let found: Vec<_> = found
                .iter()
                .map(|(field, code)| (&**field, *code))
                .collect();
            assert_eq!(found, expected, "{body}");
        }
    }
}
