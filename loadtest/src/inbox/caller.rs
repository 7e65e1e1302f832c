//! One request, as a user's app or a calling service makes it.

use std::time::Duration;

use anyhow::Context;
use http::Method;
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};

use super::mix::Ask;
use super::people::People;

/// A request is given up after so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// One user in so many goes on to the third page.
const GOES_ON: u32 = 4;

/// What an answer to a list holds that matters here.
#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(default)]
    pub(super) notifications: Vec<Line>,
    pub(super) total: u64,
    pub(super) next_cursor: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct Counted {
    pub(super) count: u64,
}

#[derive(Deserialize)]
pub(super) struct Accepted {
    pub(super) notifications: Vec<Line>,
}

/// Speaks to the API.
pub(super) struct Caller {
    client: Client,
    urls: Vec<String>,
}

impl Caller {
    pub(super) fn new(urls: &[String]) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(PATIENCE).tcp_nodelay(true);
        let trimmed = urls.iter().map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self {
            client: client.no_proxy().build().context("no HTTP client")?,
            urls: trimmed.collect(),
        })
    }

    /// Makes the request of this number; gives what it became (there may be nothing to read or no page
    /// to turn yet) and why it failed.
    pub(super) async fn ask(
        &self,
        number: u64,
        ask: Ask,
        user: u32,
        people: &People,
    ) -> (Ask, Result<(), String>) {
        let person = people.person(user);
        let page = person.next_page(user.is_multiple_of(GOES_ON));
        let (ask, done) = match (ask, page) {
            (Ask::Count, _) => (ask, self.count(number, &person.inbox).await.map(drop)),
            (Ask::Page, Some((cursor, is_second))) => {
                let query = format!("?cursor={cursor}");
                let listed = self.list(number, &person.inbox, &query).await;
                let seen = listed.map(|listed| person.saw_page(is_second, listed.next_cursor));
                (ask, seen)
            }
            (Ask::List | Ask::Page, _) => {
                let listed = self.list(number, &person.inbox, "").await;
                (
                    Ask::List,
                    listed.map(|listed| person.saw_first(listed.next_cursor)),
                )
            }
            (Ask::ReadAll, _) => {
                let put = self.request(number, Method::PUT, "/read-all", &person.inbox);
                (ask, answer::<Value>(put).await.map(drop))
            }
            (Ask::Read | Ask::Delete | Ask::Send, _) => self.write(number, ask, user, people).await,
        };
        (ask, done)
    }

    async fn write(
        &self,
        number: u64,
        ask: Ask,
        user: u32,
        people: &People,
    ) -> (Ask, Result<(), String>) {
        let taken = match ask {
            Ask::Read | Ask::Delete => people.take_unread(),
            _ => None,
        };
        if let Some((owner, id)) = taken {
            let (method, path) = match ask {
                Ask::Delete => (Method::DELETE, format!("/{id}")),
                _ => (Method::PUT, format!("/{id}/read")),
            };
            let change = self.request(number, method, &path, &people.person(owner).inbox);
            return (ask, answer::<Value>(change).await.map(drop));
        }
        let person = people.person(user);
        let sent = self.send(number, &person.service, &person.name).await;
        let noted = sent.map(|id| people.sent(user, id));
        (Ask::Send, noted)
    }

    /// Sends one notification into an inbox; its id.
    pub(super) async fn send(
        &self,
        number: u64,
        token: &str,
        user: &str,
    ) -> Result<String, String> {
        self.send_to(number, token, &[user])
            .await?
            .pop()
            .ok_or_else(|| "202 without an id".to_owned())
    }

    /// Sends one notification into each of these inboxes; their ids.
    pub(super) async fn send_to(
        &self,
        number: u64,
        token: &str,
        users: &[&str],
    ) -> Result<Vec<String>, String> {
        let body = json!({
            "notification_type": "loadtest", "recipients": users, "channels": ["in_app"],
            "title": "Load test", "body": "What a user reads of it.", "content": {"number": number},
        });
        let post = self.request(number, Method::POST, "", token).json(&body);
        let accepted: Accepted = answer(post).await?;
        Ok(accepted
            .notifications
            .into_iter()
            .map(|one| one.id)
            .collect())
    }

    /// A page of an inbox.
    pub(super) async fn list(
        &self,
        number: u64,
        token: &str,
        query: &str,
    ) -> Result<Listed, String> {
        answer(self.request(number, Method::GET, query, token)).await
    }

    /// The number that an app shows: what is unread.
    async fn count(&self, number: u64, token: &str) -> Result<u64, String> {
        let path = "/count?unread_only=true";
        let counted: Counted = answer(self.request(number, Method::GET, path, token)).await?;
        Ok(counted.count)
    }

    /// How many there are.
    pub(super) async fn total(&self, number: u64, token: &str) -> Result<u64, String> {
        let counted: Counted = answer(self.request(number, Method::GET, "/count", token)).await?;
        Ok(counted.count)
    }

    /// What every process tells of itself.
    pub(super) async fn metrics(&self) -> anyhow::Result<Vec<String>> {
        let mut texts = Vec::new();
        for url in &self.urls {
            let answer = self.client.get(format!("{url}/metrics")).send().await;
            let answer = answer.and_then(reqwest::Response::error_for_status);
            texts.push(
                answer
                    .context("no metrics")?
                    .text()
                    .await
                    .context("no metrics")?,
            );
        }
        Ok(texts)
    }

    /// The addresses take turns by number.
    fn request(&self, number: u64, method: Method, path: &str, token: &str) -> RequestBuilder {
        let url = &self.urls[(number % self.urls.len() as u64) as usize];
        let url = format!("{url}/api/v1/notifications{path}");
        self.client.request(method, url).bearer_auth(token)
    }
}

/// What was answered, or why not, in a word that counts can be kept by.
async fn answer<T: for<'a> Deserialize<'a>>(request: RequestBuilder) -> Result<T, String> {
    let lost = |error: reqwest::Error| {
        let why = match () {
            () if error.is_timeout() => "no answer in time",
            () if error.is_decode() => "an answer in another shape",
            () if error.is_connect() => "no connection",
            () => "connection lost",
        };
        why.to_owned()
    };
    let answer = request.send().await.map_err(lost)?;
    if !answer.status().is_success() {
        return Err(answer.status().as_str().to_owned());
    }
    answer.json().await.map_err(lost)
}
