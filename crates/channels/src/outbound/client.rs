//! HTTP clients whose every call is bounded.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Response, redirect};

use super::guard::Guard;

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(15);
/// An idle connection is kept so long, for the next call.
const IDLE: Duration = Duration::from_secs(60);
/// The status has said everything; the rest is not waited for longer.
const REPLY: Duration = Duration::from_secs(1);
/// More of an answer is not read.
const REPLY_BYTES: usize = 64 * 1024;

/// For the operator's own address.
pub(crate) fn open() -> reqwest::Result<Client> {
    bounded().build()
}

/// For addresses that tenants chose.
pub(crate) fn guarded(guard: Guard) -> reqwest::Result<Client> {
    bounded().dns_resolver(guard).build()
}

/// The bounds themselves, for a channel that asks for more.
pub(crate) fn bounded() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("Campanile/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        // A redirect would lead around the guard, and a signed body belongs to one receiver.
        .redirect(redirect::Policy::none())
        // So would a proxy from the environment.
        .no_proxy()
}

/// Reads an answer to its end, so that its connection can serve again, unless it is long or slow:
/// then the connection is dropped with it. What it says is not kept: it may be anything.
pub(crate) async fn drain(mut answer: Response) {
    let all = async {
        let mut read = 0;
        while let Ok(Some(part)) = answer.chunk().await {
            read += part.len();
            if read > REPLY_BYTES {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(REPLY, all).await;
}

/// Reads an answer that is needed, up to its end or to what is reasonable; `None` when it broke off.
pub(crate) async fn read(mut answer: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(part)) if body.len() + part.len() <= REPLY_BYTES => {
                body.extend_from_slice(&part);
            }
            Ok(Some(_)) | Err(_) => return None,
            Ok(None) => return Some(body),
        }
    }
}
