//! A mail that reports a bounce or a complaint is taken.

use campanile_domain::{
    Channel, Delivery, SuppressedAddress, Suppression, SuppressionKey, SuppressionSource, TenantId,
};
use campanile_ingest::mail_reports::{self, MailReport, Quoted, RecipientStatus, Said};
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, SubsecRound, Utc};

use super::add::{add, count};
use super::{ReportKind, ReportResult, ReportTaken};

/// Takes a mail as it came to the address of bounces.
///
/// Anyone can write there, so an address is suppressed only if the report quotes a mail that was sent to it. A mail that is
/// no report, such as an automatic reply, is ignored. A repetition is harmless.
///
/// # Errors
/// [`StorageError`]; the mail can be taken again.
pub async fn take_mail(
    storage: &dyn Storage,
    tenant: &TenantId,
    mail: &[u8],
    now: DateTime<Utc>,
) -> Result<ReportTaken, StorageError> {
    let (kind, address) = match mail_reports::read(mail) {
        Some(report) => about(storage, tenant, &report).await?,
        None => (ReportKind::Other, About::Nothing),
    };
    let result = match (kind.reason(), address) {
        (_, About::UnknownMail) => ReportResult::UnknownMail,
        (None, _) | (_, About::Nothing) => ReportResult::Ignored,
        (Some(reason), About::Address(address)) => {
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
            let result = match add(storage, tenant, kind, vec![entry]).await? {
                0 => ReportResult::Known,
                _ => ReportResult::Added,
            };
            return Ok(ReportTaken { kind, result });
        }
    };
    count(kind, result, 1);
    Ok(ReportTaken { kind, result })
}

/// What a mail is about.
enum About {
    /// This address of a user.
    Address(SuppressedAddress),
    /// An address to which this service has not sent the mail that is quoted.
    UnknownMail,
    /// It is no report.
    Nothing,
}

async fn about(
    storage: &dyn Storage,
    tenant: &TenantId,
    report: &MailReport,
) -> Result<(ReportKind, About), StorageError> {
    // A complaint names no address, and the ids of a topic's notifications differ by little, so it has to quote the delivery.
    let is_believed =
        |quoted: &&Quoted| quoted.delivery.is_some() || report.said != Said::Complaint;
    let sent = match report.quoted.as_ref().filter(is_believed) {
        Some(quoted) => sent(storage, tenant, quoted).await?,
        None => Vec::new(),
    };
    // What a server says of an address to which the mail was not sent, such as one to which its owner forwards it, says
    // nothing of theirs.
    let found = sent.iter().find_map(|delivery| {
        let kind = kind(&report.said, &delivery.address)?;
        let address = SuppressedAddress::parse(Channel::Email, &delivery.address).ok()?;
        Some((kind, About::Address(address)))
    });
    Ok(found.unwrap_or_else(|| (any_kind(&report.said), About::UnknownMail)))
}

/// The mails that a report quotes: one, or all of a notification where a relay has changed the `Message-ID`.
async fn sent(
    storage: &dyn Storage,
    tenant: &TenantId,
    quoted: &Quoted,
) -> Result<Vec<Delivery>, StorageError> {
    let found = storage.timeline(tenant, quoted.notification).await?;
    let mut sent = found.map_or_else(Vec::new, |found| found.deliveries);
    sent.retain(|delivery| {
        delivery.channel == Channel::Email && quoted.delivery.is_none_or(|id| id == delivery.id)
    });
    Ok(sent)
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
