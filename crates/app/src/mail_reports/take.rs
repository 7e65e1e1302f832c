//! A mail that reports a bounce or a complaint is taken.

use campanile_domain::{
    Channel, Delivery, EmailAddress, SuppressedAddress, Suppression, SuppressionKey,
    SuppressionReason, SuppressionSource, TenantId, UserId,
};
use campanile_ingest::mail_reports::{self, MailReport, Quoted, RecipientStatus, Said};
use campanile_links::{LinkError, Links};
use campanile_pipeline::{Reported, add_reported};
use campanile_storage::Storage;
use campanile_telemetry::metrics;
use chrono::{DateTime, SubsecRound, Utc};

use super::add::count;
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
            if is_confirmed_since(storage, tenant, reason, &mail).await? {
                count(kind, ReportResult::Outdated, 1);
                let result = ReportResult::Outdated;
                return Ok(ReportTaken { kind, result });
            }
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
            let reported = add_reported(storage, tenant, &entry, mail.sent_at).await?;
            let result = match reported {
                Reported::Added => ReportResult::Added,
                Reported::Known => ReportResult::Known,
                Reported::Outdated => ReportResult::Outdated,
            };
            if reported == Reported::Added {
                let counter = &metrics().suppressions_added_total;
                counter.with_label_values(&[reason.name()]).inc();
            }
            count(kind, result, 1);
            return Ok(ReportTaken { kind, result });
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

/// Whether a service has declared the address valid after the mail was sent, by storing it for its user. That says nothing about
/// a complaint.
async fn is_confirmed_since(
    storage: &dyn Storage,
    tenant: &TenantId,
    reason: SuppressionReason,
    mail: &SentMail,
) -> Result<bool, LinkError> {
    if reason != SuppressionReason::HardBounce {
        return Ok(false);
    }
    let user = storage.user(tenant, &mail.user).await?;
    Ok(user.is_some_and(|user| {
        let email = user.email.as_ref().map(EmailAddress::as_str);
        let is_theirs = email.is_some_and(|email| email.eq_ignore_ascii_case(&mail.address));
        is_theirs && user.updated_at >= mail.sent_at
    }))
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
