//! A report about mails comes to an address.

use campanile_domain::IngestAddress;
use campanile_ingest::mail_reports::ServiceEvent;
use campanile_links::{LinkError, Links};
use campanile_storage::StorageError;

use super::IngestTaker;
use crate::mail_reports::{ReportTaken, take_events, take_mail};

impl IngestTaker {
    /// Takes a mail that is a bounce or a complaint.
    ///
    /// # Errors
    /// [`LinkError`]; a repetition of the call is safe.
    pub async fn take_report(
        &self,
        links: &Links,
        address: &IngestAddress,
        mail: &[u8],
    ) -> Result<ReportTaken, LinkError> {
        let storage = self.storage.as_ref();
        take_mail(storage, links, &address.tenant, mail, self.clock.now()).await
    }

    /// Takes what a mail service says; gives the number of addresses that are new on the suppression list.
    ///
    /// # Errors
    /// [`StorageError`]; a repetition of the call is safe.
    pub async fn take_mail_events(
        &self,
        address: &IngestAddress,
        events: &[ServiceEvent],
    ) -> Result<u64, StorageError> {
        let storage = self.storage.as_ref();
        take_events(storage, &address.tenant, events, self.clock.now()).await
    }
}
