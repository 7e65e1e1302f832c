//! One connection: asks for the stream and passes its events on until it ends.

use std::time::Duration;

use anyhow::{Context, Error, anyhow};
use reqwest::{Response, StatusCode, header};
use serde_json::Value;

use super::forward::Forward;
use super::frames::{Frame, Frames};
use super::session::Session;
use super::show::show;

const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// The server sends something every 30 s, unless it is configured otherwise.
const SILENCE: Duration = Duration::from_secs(150);

/// Why a connection ended, and what that means for the next one.
pub(super) struct Ended {
    pub(super) error: Error,
    /// Events could have come.
    pub(super) was_open: bool,
    /// Another attempt would end the same way.
    pub(super) is_final: bool,
    /// When the server wants to be asked again.
    pub(super) retry_after: Option<Duration>,
}

/// Follows the stream until its end.
pub(super) async fn follow(session: &mut Session, forward: Option<&Forward>) -> Ended {
    let response = match open(session).await {
        Ok(response) => response,
        Err(ended) => return ended,
    };
    let mut retry_after = None;
    let error = match events(session, forward, response, &mut retry_after).await {
        Ok(()) => anyhow!("the server ended the stream"),
        Err(error) => error,
    };
    Ended {
        error,
        was_open: true,
        is_final: false,
        retry_after,
    }
}

async fn open(session: &Session) -> Result<Response, Ended> {
    let ended = |error, is_final, retry_after| Ended {
        error,
        was_open: false,
        is_final,
        retry_after,
    };
    let asked = async {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_PATIENCE)
            .read_timeout(SILENCE)
            .build()?;
        let mut request = client
            .get(session.url())
            .bearer_auth(session.token()?)
            .header(header::ACCEPT, "text/event-stream");
        if let Some(last) = session.last() {
            request = request.header("last-event-id", last);
        }
        let answer = request.send().await;
        answer.with_context(|| format!("--url: no server answers at {}", session.server()))
    };
    let response = asked.await.map_err(|error| ended(error, false, None))?;
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(response);
    }
    let wait = response.headers().get(header::RETRY_AFTER);
    let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
    let is_passing = status.is_server_error()
        || [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].contains(&status);
    let text = response.text().await.unwrap_or_default();
    let problem: Value = serde_json::from_str(&text).unwrap_or_default();
    let detail = problem["detail"]
        .as_str()
        .unwrap_or("the server gave no reason");
    let error = anyhow!("the API answered {status}: {detail}");
    Err(ended(error, !is_passing, wait.map(Duration::from_secs)))
}

async fn events(
    session: &mut Session,
    forward: Option<&Forward>,
    mut response: Response,
    retry_after: &mut Option<Duration>,
) -> anyhow::Result<()> {
    let mut frames = Frames::default();
    while let Some(bytes) = response.chunk().await? {
        for frame in frames.take(&bytes)? {
            match frame {
                Frame::Retry(wait) => *retry_after = Some(wait),
                Frame::Event(event) => {
                    if !session.is_new(&event) {
                        continue;
                    }
                    show(&event, session.format());
                    if let Some(forward) = forward {
                        forward.post(&event, session.format()).await;
                    }
                }
            }
        }
    }
    Ok(())
}
