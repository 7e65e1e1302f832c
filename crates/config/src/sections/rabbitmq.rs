//! The broker, which spreads work over workers.

use secrecy::SecretString;

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;
use crate::role::Role;

/// AMQP names have at most 255 bytes; the queue's name is only the prefix and needs room for channel and lane.
const MAX_NAME_BYTES: usize = 200;

const URL: Key = Key::secret("rabbitmq", "url", "RABBITMQ_URL")
    .means("The broker. Required by `worker`.")
    .expects("amqp://user:password@host:5672 or amqps://user:password@host:5671");
const EXCHANGE: Key = Key::plain("rabbitmq", "exchange", "RABBITMQ_EXCHANGE")
    .means("The exchange to publish messages to.")
    .expects("up to 200 letters, digits, `.`, `_`, `-` or `:`, not beginning with `amq.`");
const QUEUE: Key = Key::plain("rabbitmq", "queue", "RABBITMQ_QUEUE")
    .means("The prefix of queue names.")
    .expects("up to 200 letters, digits, `.`, `_`, `-` or `:`, not beginning with `amq.`");

pub(crate) const KEYS: &[Key] = &[URL, EXCHANGE, QUEUE];

/// Where work is announced.
#[derive(Clone, Debug)]
pub struct Rabbitmq {
    /// `amqp://…` or `amqps://…`.
    pub url: Option<SecretString>,
    /// The exchange's name.
    pub exchange: String,
    /// The prefix of the queues' names.
    pub queue: String,
}

impl Rabbitmq {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            url: reader.secret(&URL, |text| check::url(text, &["amqp", "amqps"]).map(drop)),
            exchange: reader.with_default(&EXCHANGE, name),
            queue: reader.with_default(&QUEUE, name),
        }
    }

    pub(crate) fn validate_for(&self, role: Role, problems: &mut SettingErrors) {
        if role == Role::Worker && self.url.is_none() {
            problems.report(
                &URL,
                format!(
                    "is missing but required by `worker`, expected {}",
                    URL.expected
                ),
            );
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-:".contains(c);
    if text.len() > MAX_NAME_BYTES {
        Err("is too long".to_owned())
    } else if !text.chars().all(is_plain) {
        Err("has characters that are not allowed".to_owned())
    } else if text.starts_with("amq.") {
        Err("is reserved by the broker".to_owned())
    } else {
        Ok(text.to_owned())
    }
}
