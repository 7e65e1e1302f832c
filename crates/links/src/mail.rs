//! Links in mails that are counted: the picture that tells that a mail was opened, and links that lead on.

use std::fmt;
use std::sync::Arc;

use campanile_domain::{DeliveryId, NotificationId, ReactionKind, TenantId};
use campanile_sealing::{DataKey, SealError};
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;
use uuid::Uuid;

use crate::keys::MADE_HERE;
use crate::{PublicUrl, token};

/// A longer link stays as it is: with what sealing adds, some mail programs would cut it.
const MOST_TARGET: usize = 1_300;

/// What a link in a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLink {
    /// Whose mail.
    pub tenant: TenantId,
    /// The notification.
    pub notification: NotificationId,
    /// The delivery that is the mail.
    pub delivery: DeliveryId,
    /// When the mail was made, in whole seconds.
    pub made_at: DateTime<Utc>,
    /// Where it leads: an https address. `None`: it is the picture.
    pub target: Option<Url>,
}

impl MailLink {
    /// So long a link leads on. Later its target may belong to somebody else, and its sender stands for it no more.
    pub const LIFETIME: TimeDelta = TimeDelta::days(730);

    /// Whether it is too old to lead on.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now - self.made_at > Self::LIFETIME
    }

    fn plain(&self) -> Vec<u8> {
        let target = self.target.as_ref().map_or("", Url::as_str);
        let mut plain = Vec::with_capacity(40 + target.len());
        plain.extend_from_slice(self.notification.0.as_bytes());
        plain.extend_from_slice(self.delivery.0.as_bytes());
        plain.extend_from_slice(&self.made_at.timestamp().to_be_bytes());
        plain.extend_from_slice(target.as_bytes());
        plain
    }

    /// Reads it back.
    pub(crate) fn of(kind: ReactionKind, tenant: TenantId, plain: &[u8]) -> Option<Self> {
        let (notification, rest) = plain.split_first_chunk::<16>()?;
        let (delivery, rest) = rest.split_first_chunk::<16>()?;
        let (made_at, rest) = rest.split_first_chunk::<8>()?;
        let target = match kind {
            ReactionKind::Open => None,
            ReactionKind::Click => Some(https(std::str::from_utf8(rest).ok()?)?),
        };
        Some(Self {
            tenant,
            notification: NotificationId(Uuid::from_bytes(*notification)),
            delivery: DeliveryId(Uuid::from_bytes(*delivery)),
            made_at: DateTime::from_timestamp(i64::from_be_bytes(*made_at), 0)?,
            target,
        })
    }
}

/// An https address as browsers read it, in ASCII.
fn https(link: &str) -> Option<Url> {
    let url = Url::parse(link).ok()?;
    let is_fit = url.scheme() == "https" && url.has_host() && url.as_str().len() <= MOST_TARGET;
    is_fit.then_some(url)
}

/// What is sealed is of no other use.
pub(crate) const fn purpose(kind: ReactionKind) -> &'static str {
    match kind {
        ReactionKind::Open => "link/open",
        ReactionKind::Click => "link/click",
    }
}

/// Makes the links of one mail.
pub struct MailLinks {
    pub(crate) key: Arc<DataKey>,
    /// The installation's, which shows that it made the token.
    pub(crate) own: Arc<DataKey>,
    pub(crate) public_url: Arc<PublicUrl>,
    pub(crate) of: MailLink,
}

impl MailLinks {
    /// The address of the picture that tells that the mail was opened.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn picture(&self) -> Result<String, SealError> {
        self.sealed(ReactionKind::Open, &self.of)
    }

    /// The address that leads to another one and tells that it was opened; `None` for what is to stay as it is: what is no
    /// https address, is long, or leads to this service already.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn click(&self, link: &str) -> Result<Option<String>, SealError> {
        let Some(target) = https(link).filter(|target| !self.public_url.has(target)) else {
            return Ok(None);
        };
        let of = MailLink {
            target: Some(target),
            ..self.of.clone()
        };
        self.sealed(ReactionKind::Click, &of).map(Some)
    }

    fn sealed(&self, kind: ReactionKind, of: &MailLink) -> Result<String, SealError> {
        let sealed = self.key.seal(purpose(kind), &of.plain())?;
        let token = token::write(&of.tenant, &sealed, |signed| {
            self.own.mac(MADE_HERE, signed)
        });
        let path = match kind {
            ReactionKind::Open => "open",
            ReactionKind::Click => "click",
        };
        Ok(self.public_url.of(&format!("/{path}/{token}")))
    }
}

impl fmt::Debug for MailLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailLinks")
            .field("of", &self.of)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> MailLinks {
        let tenant = TenantId::parse("acme").expect("valid");
        let made_at = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let public = Url::parse("https://notify.example/c").expect("a URL");
        MailLinks {
            key: Arc::new(DataKey::of_links(&tenant, &[7; 32])),
            own: Arc::new(DataKey::of_links(&tenant, &[8; 32])),
            public_url: Arc::new(PublicUrl::new(&public)),
            of: MailLink {
                tenant,
                notification: NotificationId::at(made_at),
                delivery: DeliveryId(Uuid::from_u128(9)),
                made_at,
                target: None,
            },
        }
    }

    fn read(links: &MailLinks, kind: ReactionKind, url: &str) -> Option<MailLink> {
        let token = url.rsplit('/').next()?;
        let token = token::read(token, token::MOST_OF_MAIL)?;
        use secrecy::ExposeSecret;
        let plain = links.key.open(purpose(kind), &token.sealed).ok()?;
        MailLink::of(kind, token.tenant, plain.expose_secret())
    }

    #[test]
    fn what_is_sealed_comes_back_and_is_of_no_other_use() {
        let links = links();
        let picture = links.picture().expect("made");
        assert!(picture.starts_with("https://notify.example/c/open/"));
        assert_eq!(
            read(&links, ReactionKind::Open, &picture).as_ref(),
            Some(&links.of)
        );
        assert_eq!(read(&links, ReactionKind::Click, &picture), None);
        let long = format!("https://x.example/{}", "a".repeat(MOST_TARGET - 18));
        for (link, target) in [
            (
                "https://bücher.example/ü?q=ä#t",
                "https://xn--bcher-kva.example/%C3%BC?q=%C3%A4#t",
            ),
            ("HTTPS://X.example", "https://x.example/"),
            (&*long, &*long),
        ] {
            let click = links.click(link).expect("made").expect("led on");
            assert!(click.len() < 2_000, "{}", click.len());
            let found = read(&links, ReactionKind::Click, &click).expect("read");
            assert_eq!(found.target.expect("one").as_str(), target);
            assert_eq!(read(&links, ReactionKind::Open, &click), None);
        }
    }

    #[test]
    fn what_leads_nowhere_safe_stays() {
        let links = links();
        let long = format!("https://x.example/{}", "a".repeat(MOST_TARGET));
        for link in [
            "http://x.example/",
            "javascript:alert(1)",
            "https://",
            "//x.example",
            "https://notify.example/c/unsubscribe/t",
            &long,
        ] {
            assert_eq!(links.click(link).expect("asked"), None, "{link}");
        }
        assert!(
            links
                .click("https://notify.example/other")
                .expect("made")
                .is_some()
        );
    }

    #[test]
    fn links_end_after_two_years() {
        let of = links().of;
        let after = |days| of.is_expired(of.made_at + TimeDelta::days(days));
        assert!(!after(0) && !after(730) && after(731));
    }
}
