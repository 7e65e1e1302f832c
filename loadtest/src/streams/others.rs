//! Other callers, who list and count while all streams reconnect.
//!
//! They have a runtime and connections of their own. In the runtime of the streams they would wait until ten thousand
//! tasks have opened their sockets, and the load generator's delay would be reported as the service's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use http::Method;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::api::{Api, answer};
use crate::pace::{Pace, requests};
use crate::report::Answers;

/// Calls under way at once, at most.
const PLACES: usize = 256;
/// Connections that are open before the calls begin.
const CONNECTIONS: usize = 8;
const PATHS: [&str; 2] = ["/api/v1/notifications/count", "/api/v1/notifications"];

/// They are connected.
pub(super) struct Others {
    /// `None` once it was shut down.
    runtime: Option<Runtime>,
    api: Api,
    tokens: Arc<[String]>,
}

impl Others {
    /// Connects to the service at `url` as the users with these tokens.
    pub(super) async fn connect(url: &str, tokens: Vec<String>) -> anyhow::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build();
        let others = Self {
            runtime: Some(runtime.context("no runtime for other callers")?),
            api: Api::new(&[url])?,
            tokens: tokens.into(),
        };
        others
            .keep(CONNECTIONS as u32 * 10, Duration::from_millis(200))
            .await?;
        Ok(others)
    }

    /// Calls at this rate for so long.
    pub(super) async fn keep(&self, rate: u32, duration: Duration) -> anyhow::Result<Answers> {
        let runtime = self.runtime.as_ref().context("it was shut down")?;
        let calls = calls(self.api.clone(), Arc::clone(&self.tokens), rate, duration);
        runtime.spawn(calls).await.context("other calls")
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        // Waiting for its end is not allowed inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn calls(api: Api, tokens: Arc<[String]>, rate: u32, duration: Duration) -> Answers {
    let (answers, places) = (
        Arc::new(Mutex::new(Answers::default())),
        Arc::new(Semaphore::new(PLACES)),
    );
    let pace = Pace {
        begun: Instant::now(),
        rate,
        total: requests(duration, rate),
        places: Arc::clone(&places),
    };
    let noted = Arc::clone(&answers);
    pace.keep(move |turn| {
        let (api, tokens, noted) = (api.clone(), Arc::clone(&tokens), Arc::clone(&noted));
        Some(async move {
            let token = &tokens[(turn.number % tokens.len() as u64) as usize];
            let path = PATHS[(turn.number % 2) as usize];
            let result = answer::<Value>(api.request(0, Method::GET, path, token)).await;
            let result = result.map(drop).map_err(|refusal| refusal.why);
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.add(turn.due.elapsed(), result);
            drop(turn.place);
        })
    })
    .await;
    let _ = places.acquire_many(PLACES as u32).await;
    let answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    answers.clone()
}
