//! What is in the inboxes in the end.

use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::Client;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::load::Load;
use crate::cli::ClientOptions;
use crate::token::Signer;

/// The most that the service lists at once.
const PAGE: u32 = 100;
/// For how long a page is asked for: who stops a service may do so at the end.
const PATIENCE: Duration = Duration::from_secs(60);

/// The numbers of the calls that each person heard of, in the order of the inbox.
#[derive(Debug)]
pub(super) struct Inboxes(pub(super) Vec<Vec<u64>>);

#[derive(Deserialize)]
struct Page {
    notifications: Vec<Item>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    message_id: String,
}

impl Inboxes {
    /// Reads the inboxes of all people of a run.
    pub(super) async fn read(
        options: &ClientOptions,
        signer: &Signer,
        load: &Load,
    ) -> anyhow::Result<Self> {
        let client = Client::builder().no_proxy().timeout(PATIENCE);
        let client = client.build().context("no HTTP client")?;
        let base = options.url.trim_end_matches('/');
        let mut all = Vec::new();
        for user in 0..load.users {
            let token = signer.token(&options.tenant, &load.user(user), "inbox")?;
            let mut numbers = Vec::new();
            let mut cursor = String::new();
            loop {
                let url = format!("{base}/api/v1/notifications?limit={PAGE}{cursor}");
                let page = page(&client, &url, &token).await?;
                for item in page.notifications {
                    numbers.push(item.content.message_id.parse()?);
                }
                match page.next_cursor {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            // They come newest first.
            numbers.reverse();
            all.push(numbers);
        }
        Ok(Self(all))
    }
}

async fn page(client: &Client, url: &str, token: &str) -> anyhow::Result<Page> {
    let until = Instant::now() + PATIENCE;
    loop {
        let asked = client.get(url).bearer_auth(token).send().await;
        match asked.and_then(reqwest::Response::error_for_status) {
            Ok(answer) => return answer.json().await.context("an inbox of another shape"),
            Err(error) => {
                let is_away = error.status().is_none_or(|status| status.is_server_error());
                ensure!(is_away && Instant::now() < until, "{url}: {error}");
            }
        }
        sleep(Duration::from_millis(200)).await;
    }
}
