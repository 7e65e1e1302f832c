//! A mail that reports a bounce or a complaint is taken.

use campanile_domain::{
    Channel, Delivery, SuppressedAddress, Suppression, SuppressionKey, SuppressionSource, TenantId,
    UserId,
};
use campanile_ingest::mail_reports::{self, MailReport, Quoted, RecipientStatus, Said};
use campanile_links::{LinkError, Links};
use campanile_storage::Storage;
use chrono::{DateTime, SubsecRound, Utc};

use super::add::{add, count, is_confirmed_since};
use super::{ReportKind, ReportResult, ReportTaken};

/// Takes a mail as it came to the address of bounces.
///
/// Anyone can write there, so an address is suppressed only if the report quotes the stamp of a mail that was sent to it. A mail that is
/// no report, such as an automatic reply, is ignored. A repetition is harmless.
///
/// # Errors
/// [`LinkError`]; the mail can be taken again.
pub async fn take_mail(
    storage: &dyn Storage,
    links: &Links,
    tenant: &TenantId,
    mail: &[u8],
    now: DateTime<Utc>,
) -> Result<ReportTaken, LinkError> {
    let (kind, address) = match mail_reports::read(mail) {
        Some(report) => about(storage, links, tenant, &report).await?,
        None => (ReportKind::Other, About::Nothing),
    };
    let result = match (kind.reason(), address) {
        (_, About::UnknownMail) => ReportResult::UnknownMail,
        (None, _) | (_, About::Nothing) => ReportResult::Ignored,
        (Some(reason), About::Address(address, mail)) => {
            let who = (&mail.user, &*mail.address);
            let sent_at = mail.sent_at;
            if is_confirmed_since(storage, tenant, reason, who, sent_at).await? {
                ReportResult::Outdated
            } else {
                let entry = Suppression {
                    key: SuppressionKey {
                        channel: Channel::Email,
                        address,
                        notification_type: None,
                    },
                    reason,
                    source: SuppressionSource::MailReport,
                    since: now.trunc_subsecs(6),
                };
                let results = add(storage, tenant, kind, vec![(entry, sent_at)]).await?;
                let result = results.first().copied();
                let result = result.unwrap_or(ReportResult::Ignored);
                return Ok(ReportTaken { kind, result });
            }
        }
    };
    count(kind, result, 1);
    Ok(ReportTaken { kind, result })
}

/// What a mail is about.
enum About {
    /// This address of a user, to which this mail was sent.
    Address(SuppressedAddress, SentMail),
    /// An address to which this service has not sent the mail that is quoted.
    UnknownMail,
    /// It is no report.
    Nothing,
}

/// A mail that was sent.
struct SentMail {
    user: UserId,
    address: String,
    sent_at: DateTime<Utc>,
}

async fn about(
    storage: &dyn Storage,
    links: &Links,
    tenant: &TenantId,
    report: &MailReport,
) -> Result<(ReportKind, About), LinkError> {
    let sent = match &report.quoted {
        Some(quoted) => sent(storage, links, tenant, quoted).await?,
        None => None,
    };
    // What a server says of an address to which the mail was not sent, such as one to which its owner forwards it, says
    // nothing of theirs.
    let found = sent.and_then(|(user, delivery)| {
        let kind = kind(&report.said, &delivery.address)?;
        let address = SuppressedAddress::parse(Channel::Email, &delivery.address).ok()?;
        let mail = SentMail {
            user,
            sent_at: delivery.updated_at,
            address: delivery.address,
        };
        Some((kind, About::Address(address, mail)))
    });
    Ok(found.unwrap_or_else(|| (any_kind(&report.said), About::UnknownMail)))
}

/// The mail that a report quotes, and whose it is. The ids of a topic's notifications differ by little and that of a delivery is computed from
/// them, so only the stamp shows that who reports has seen the mail.
async fn sent(
    storage: &dyn Storage,
    links: &Links,
    tenant: &TenantId,
    quoted: &Quoted,
) -> Result<Option<(UserId, Delivery)>, LinkError> {
    let Some(id) = links.stamped(tenant, &quoted.stamp).await? else {
        return Ok(None);
    };
    let found = storage.timeline(tenant, quoted.notification).await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let user = found.notification.user_id;
    let mut sent = found.deliveries.into_iter();
    Ok(sent
        .find(|delivery| delivery.channel == Channel::Email && delivery.id == id)
        .map(|delivery| (user, delivery)))
}

/// What is said of this address; `None` if nothing is.
fn kind(said: &Said, address: &str) -> Option<ReportKind> {
    let is_about = |one: &&RecipientStatus| {
        let mut names = one.addresses.iter();
        names.any(|name| name.eq_ignore_ascii_case(address))
    };
    match said {
        // Those who pass complaints on often leave out who complained.
        Said::Complaint => Some(ReportKind::Complaint),
        Said::Other => Some(ReportKind::Other),
        Said::Status(all) => {
            let one = all.iter().find(is_about)?;
            Some(ReportKind::of(one.fate))
        }
    }
}

/// For the count of reports about mails that are not known.
fn any_kind(said: &Said) -> ReportKind {
    match said {
        Said::Complaint => ReportKind::Complaint,
        Said::Other => ReportKind::Other,
        Said::Status(all) => all
            .first()
            .map_or(ReportKind::Other, |one| ReportKind::of(one.fate)),
    }
}
