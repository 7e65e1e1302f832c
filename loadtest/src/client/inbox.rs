//! What is in the inboxes in the end.

use http::Method;
use serde::Deserialize;

use super::load::Load;
use crate::api::Api;
use crate::cli::ClientOptions;
use crate::token::Signer;

/// The most that the service lists at once.
const PAGE: u32 = 100;
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
        let (api, mut all) = (Api::new(&[&options.url])?, Vec::new());
        for user in 0..load.users {
            let token = signer.token(&options.tenant, &load.user(user), "inbox")?;
            let (mut numbers, mut cursor) = (Vec::new(), Some(String::new()));
            while let Some(next) = cursor {
                let path = format!("/api/v1/notifications?limit={PAGE}{next}");
                let page: Page = api.insist(Method::GET, &path, &token, None).await?;
                for item in page.notifications {
                    numbers.push(item.content.message_id.parse()?);
                }
                cursor = page.next_cursor.map(|next| format!("&cursor={next}"));
            }
            // They come newest first.
            numbers.reverse();
            all.push(numbers);
        }
        Ok(Self(all))
    }
}
