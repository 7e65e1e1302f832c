//! Links in mails that are counted, if their tenant wants that.

use campanile_domain::Channel;
use campanile_links::{LinkError, Links, MailLinks};
use campanile_storage::Job;
use campanile_wording::{MAX_OUTPUT_BYTES, Tracking, Wording, tracked};

use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "making links that are counted",
    "mails are sent without them",
);

/// Puts counted links into mails.
pub(crate) struct Tracked {
    links: Option<Links>,
}

impl Tracked {
    pub(crate) fn new(links: Option<Links>) -> Self {
        Self {
            links: links.filter(Links::can_be_made),
        }
    }

    /// The page of a mail with counted links. `None`: its tenant counts nothing, no links can be made, or the page would be
    /// larger than it may; a mail is not held up for that. A retry has the same ids, so it counts as the same mail.
    pub(crate) async fn page(&self, wording: &Wording, job: &Job, html: &str) -> Option<String> {
        let links = self.links.as_ref()?;
        if job.channel != Channel::Email {
            return None;
        }
        let (tenant, id) = (&job.notification.tenant, job.notification.id);
        let tracking = wording.tracking(tenant).await;
        if tracking == Tracking::default() {
            return None;
        }
        let made = async {
            let made = links.of_mail(tenant, id, job.delivery_id).await?;
            let page = made.map(|made| page(&made, tracking, html)).transpose()?;
            Ok(page.filter(|page| page.len() <= MAX_OUTPUT_BYTES))
        };
        match made.await {
            Ok(page) => page,
            Err(LinkError::Storage(error)) => {
                TROUBLE.failed(error);
                None
            }
            Err(LinkError::Seal(error)) => {
                tracing::error!(%error, tenant.id = %tenant, "links that are counted cannot be made");
                None
            }
        }
    }
}

fn page(links: &MailLinks, tracking: Tracking, html: &str) -> Result<String, LinkError> {
    let picture = match tracking.opens {
        true => Some(links.picture()?),
        false => None,
    };
    let mut failed = None;
    let page = tracked(html, picture.as_deref(), |link| {
        if !tracking.clicks {
            return None;
        }
        links.click(link).unwrap_or_else(|error| {
            failed = Some(error);
            None
        })
    });
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(page),
    }
}
