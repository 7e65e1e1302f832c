//! Web Push: a message encrypted for one browser, posted to the push service of that browser.
//!
//! `subscription` is the address; `encrypt` says how a message is encrypted (RFC 8291, with the encoding aes128gcm of RFC 8188) and `vapid`
//! how a server names itself (RFC 8292); `payload` is what is in it, `classify` what the answer means (RFC 8030).

mod channel;
pub(crate) mod classify;
mod encrypt;
mod payload;
mod settings;
mod subscription;
mod vapid;

pub use channel::WebPushChannel;
pub use settings::{WebPushError, WebPushSettings};
