//! The settings of an installation: where they come from, what they mean, what is wrong with them.
//!
//! Three layers, the later one wins: `config.default.toml` (compiled in), the operator's TOML file, the environment. The
//! environment is injected, so nothing here reads the process's own. Each section has a file under `sections/` with its
//! keys, its parsing and its checks; a new setting is one `Key` there and one line in `config.default.toml`.
//!
//! Neighbours: only the binary loads settings, and hands the other crates the plain values they ask for.

mod check;
mod error;
mod key;
mod layers;
mod mistyped;
mod reader;
mod reference;
mod role;
mod sections;
mod settings;
mod toml_file;

pub use error::{SettingError, SettingErrors};
pub use key::Key;
pub use mistyped::{Mistyped, mistyped, nearest};
pub use reference::reference_markdown;
pub use role::Role;
pub use sections::all_keys;
pub use sections::cache::Cache;
pub use sections::database::Database;
pub use sections::email::Email;
pub use sections::fcm::Fcm;
pub use sections::http::{Http, listen_address};
pub use sections::jwt::Jwt;
pub use sections::limits::Limits;
pub use sections::logs::{LogFormat, Logs};
pub use sections::pages::Pages;
pub use sections::profile::Profile;
pub use sections::rabbitmq::Rabbitmq;
pub use sections::recipes::Recipes;
pub use sections::redis::Redis;
pub use sections::security::Security;
pub use sections::smtp::{Smtp, SmtpTls};
pub use sections::stream::Stream;
pub use sections::traces::Traces;
pub use sections::webhook::Webhook;
pub use settings::Settings;

/// The commented defaults, as compiled in: the manual is the default.
pub const DEFAULT_FILE: &str = include_str!("../config.default.toml");
