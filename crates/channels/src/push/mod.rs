//! Push: one call of FCM's HTTP v1 API per delivery.
//!
//! `channel` makes the call; `settings` and `key` say for which account, `clients` over which
//! connections, `tokens` and `exchange` with which right. `message` and `v1` say what is in it, `data`
//! and `fit` how `content` goes into 4,096 bytes, `target` to whom; `classify` and `reply` say what the
//! answer means. `app_draft` is for the channel that reaches Apple's devices without FCM.

mod app_draft;
mod channel;
pub(crate) mod classify;
mod clients;
mod data;
pub(crate) mod exchange;
mod fit;
mod key;
mod message;
mod reply;
mod settings;
mod target;
mod tokens;
mod v1;

pub(crate) use app_draft::AppDraft;
pub use channel::PushChannel;
pub(crate) use clients::PushClients;
pub(crate) use fit::LIMIT;
pub use settings::{PushError, PushSettings, ServiceAccount};
