//! One request, as a user's app or a calling service makes it.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::mix::Ask;
use super::people::People;
use crate::api::{Accepted, Api, Identified, Refusal, answer};

/// One user in so many goes on to the third page.
const GOES_ON: u32 = 4;
const NOTIFICATIONS: &str = "/api/v1/notifications";

/// What an answer to a list holds that matters here.
#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(default)]
    pub(super) notifications: Vec<Identified>,
    pub(super) total: u64,
    pub(super) next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Counted {
    count: u64,
}

/// Speaks to the API.
pub(super) struct Caller(pub(super) Api);

impl Caller {
    pub(super) fn new(urls: &[String]) -> anyhow::Result<Self> {
        Api::new(urls).map(Self)
    }

    /// Makes the request of this number; gives what it became (there may be nothing to read or no page
    /// to turn yet) and why it failed.
    pub(super) async fn ask(
        &self,
        number: u64,
        ask: Ask,
        user: u32,
        people: &People,
    ) -> (Ask, Result<(), Refusal>) {
        let person = people.person(user);
        let page = person.next_page(user.is_multiple_of(GOES_ON));
        match (ask, page) {
            (Ask::Count, _) => {
                let count = self.count(number, &person.inbox, "?unread_only=true").await;
                (ask, count.map(drop))
            }
            (Ask::Page, Some((cursor, is_second))) => {
                let query = format!("?cursor={cursor}");
                let listed = self.list(number, &person.inbox, &query).await;
                let seen = listed.map(|listed| person.saw_page(is_second, listed.next_cursor));
                (ask, seen)
            }
            (Ask::List | Ask::Page, _) => {
                let listed = self.list(number, &person.inbox, "").await;
                let seen = listed.map(|listed| person.saw_first(listed.next_cursor));
                (Ask::List, seen)
            }
            (Ask::ReadAll, _) => (
                ask,
                self.change(number, Method::PUT, "/read-all", &person.inbox)
                    .await,
            ),
            (Ask::Read | Ask::Delete | Ask::Send, _) => self.write(number, ask, user, people).await,
        }
    }

    async fn write(
        &self,
        number: u64,
        ask: Ask,
        user: u32,
        people: &People,
    ) -> (Ask, Result<(), Refusal>) {
        let taken = match ask {
            Ask::Read | Ask::Delete => people.take_unread(),
            _ => None,
        };
        if let Some((owner, id)) = taken {
            let (method, path) = match ask {
                Ask::Delete => (Method::DELETE, format!("/{id}")),
                _ => (Method::PUT, format!("/{id}/read")),
            };
            let token = &people.person(owner).inbox;
            return (ask, self.change(number, method, &path, token).await);
        }
        let person = people.person(user);
        let sent = self.send(number, &person.service, &[&person.name]).await;
        let noted = sent.map(|ids| ids.into_iter().for_each(|id| people.sent(user, id)));
        (Ask::Send, noted)
    }

    async fn change(
        &self,
        number: u64,
        method: Method,
        path: &str,
        token: &str,
    ) -> Result<(), Refusal> {
        let path = format!("{NOTIFICATIONS}{path}");
        answer::<Value>(self.0.request(number, method, &path, token))
            .await
            .map(drop)
    }

    /// Sends one notification into each of these inboxes; their ids.
    pub(super) async fn send(
        &self,
        number: u64,
        token: &str,
        users: &[&str],
    ) -> Result<Vec<Uuid>, Refusal> {
        let body = json!({
            "notification_type": "loadtest", "recipients": users, "channels": ["in_app"],
            "title": "Load test", "body": "What a user reads of it.", "content": {"number": number},
        });
        let post = self
            .0
            .request(number, Method::POST, NOTIFICATIONS, token)
            .json(&body);
        answer(post).await.map(Accepted::ids)
    }

    /// A page of an inbox.
    pub(super) async fn list(
        &self,
        number: u64,
        token: &str,
        query: &str,
    ) -> Result<Listed, Refusal> {
        let path = format!("{NOTIFICATIONS}{query}");
        answer(self.0.request(number, Method::GET, &path, token)).await
    }

    /// How many there are, or are of a kind.
    pub(super) async fn count(
        &self,
        number: u64,
        token: &str,
        query: &str,
    ) -> Result<u64, Refusal> {
        let path = format!("{NOTIFICATIONS}/count{query}");
        let counted = answer::<Counted>(self.0.request(number, Method::GET, &path, token)).await;
        counted.map(|counted| counted.count)
    }
}
