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
/// More of a response is not read. Over HTTP/2 a peer may not send more before it is requested.
const REPLY_BYTES: u32 = 64 * 1024;
const MOST: usize = REPLY_BYTES as usize;
/// What all answers on an HTTP/2 connection may hold together while they wait to be read.
const CONNECTION_BYTES: u32 = 1024 * 1024;
/// The head of an answer over HTTP/2. Over HTTP/1.1 it is hyper's own bound: 100 headers, 408 KiB.
const HEAD_BYTES: u32 = 16 * 1024;

/// For the operator's own address.
pub(crate) fn open() -> reqwest::Result<Client> {
    bounded().build()
}

/// For addresses that tenants chose.
pub(crate) fn guarded(guard: Guard) -> reqwest::Result<Client> {
    bounded().dns_resolver(guard).build()
}

/// The bounds themselves, for a channel that asks for more. No encoding of the body is asked for and
/// none undone, so that what is read is as long as what was sent.
pub(crate) fn bounded() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("Campanile/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .http2_initial_stream_window_size(REPLY_BYTES)
        .http2_initial_connection_window_size(CONNECTION_BYTES)
        .http2_max_header_list_size(HEAD_BYTES)
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
            if read > MOST {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(REPLY, all).await;
}

/// Reads an answer that may say more than its status, unless it is long or slow.
pub(crate) async fn read_soon(answer: Response) -> Option<Vec<u8>> {
    let read = tokio::time::timeout(REPLY, read(answer)).await;
    read.ok().flatten()
}

/// Reads an answer that is needed, up to its end or to what is reasonable; `None` when it broke off.
pub(crate) async fn read(mut answer: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(part)) if body.len() + part.len() <= MOST => {
                body.extend_from_slice(&part);
            }
            Ok(Some(_)) | Err(_) => return None,
            Ok(None) => return Some(body),
        }
    }
}
