//! Posts events to the address of a program that is being developed.

use std::time::{Duration, Instant};

use reqwest::{Client, Url};

use super::event::Event;
use crate::cli::EventFormat;
use crate::wiring::print;

const PATIENCE: Duration = Duration::from_secs(10);

/// Where to.
pub(super) struct Forward {
    client: Client,
    url: Url,
}

impl Forward {
    pub(super) fn to(url: Url) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { client, url })
    }

    /// Posts one event and reports the answer. One that fails is not posted again.
    pub(super) async fn post(&self, event: &Event, format: EventFormat) {
        let began = Instant::now();
        let answer = self.client.post(self.url.clone()).json(event).send().await;
        let took = began.elapsed().as_millis();
        let id = event.id.as_deref().unwrap_or_default();
        let name = &event.event;
        let line = match answer {
            Ok(answer) => {
                let status = answer.status();
                format!("  -> {name} {id} {status} in {took} ms")
            }
            Err(error) => {
                let error = anyhow::Error::from(error.without_url());
                format!("  -> {name} {id} failed: {}", print::chain(&error))
            }
        };
        match format {
            EventFormat::Text => print::line(line),
            // Standard output has one JSON object per line.
            EventFormat::Json => print::warn(line.trim_start()),
        }
    }
}
