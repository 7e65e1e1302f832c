//! What the service itself says of the notifications that did not come.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ledger::{Accepted, LedgerReader};
use crate::token::Signer;

/// Timelines that are read at most; what is beyond them stays lost.
const AT_MOST: usize = 50_000;

/// Notifications that did not come, told by their timelines.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Ends {
    /// Those that ended, by how: `dead: SENDER_ID_MISMATCH`, `suppressed: no_address`.
    pub(crate) told: BTreeMap<String, u64>,
    /// Those that have no end, or of which the service knows nothing.
    pub(crate) lost: Vec<Uuid>,
}

#[derive(Deserialize)]
struct Timeline {
    deliveries: Vec<Delivery>,
}

#[derive(Deserialize)]
struct Delivery {
    status: String,
    reason: Option<String>,
    attempts: Vec<Attempt>,
}

#[derive(Deserialize)]
struct Attempt {
    code: String,
}

impl Delivery {
    /// How it ended, if it did so without having been sent.
    fn end(&self) -> Option<String> {
        let why = match self.attempts.last() {
            Some(last) if self.status == "dead" => Some(&last.code),
            _ => self.reason.as_ref(),
        };
        let ended = ["suppressed", "expired", "cancelled", "dead"];
        let why = why.map_or("no reason", String::as_str);
        ended
            .contains(&self.status.as_str())
            .then(|| format!("{}: {why}", self.status))
    }
}

impl Ends {
    /// Asks for each timeline.
    pub(super) async fn ask(
        url: &str,
        signer: &Signer,
        accepted: &std::path::Path,
        missing: &[Uuid],
    ) -> anyhow::Result<Self> {
        let mut ends = Self::default();
        let mut ledger = LedgerReader::<Accepted>::open(accepted)?;
        let entries = ledger.read()?.iter();
        let tenants: HashMap<Uuid, &str> = entries
            .flat_map(|one| {
                let ids = one.notification_ids.iter();
                ids.map(|id| (*id, one.tenant.as_str()))
            })
            .collect();
        let client = reqwest::Client::builder().no_proxy().build();
        let client = client.context("no HTTP client")?;
        let mut tokens = HashMap::new();
        for (number, id) in missing.iter().enumerate() {
            let tenant = tenants.get(id).copied().unwrap_or_default();
            if number >= AT_MOST {
                ends.lost.push(*id);
                continue;
            }
            if !tokens.contains_key(tenant) {
                tokens.insert(tenant, signer.service(tenant)?);
            }
            let url = format!("{url}/api/v1/notifications/{id}/timeline");
            let request = client.get(url).bearer_auth(&tokens[tenant]);
            let answer = request.send().await.context("no timeline")?;
            let told = match answer.error_for_status() {
                Ok(answer) => answer.json::<Timeline>().await.ok(),
                Err(_) => None,
            };
            let told = told.as_ref().and_then(|told| told.deliveries.first());
            match told.and_then(Delivery::end) {
                Some(end) => *ends.told.entry(end).or_default() += 1,
                None => ends.lost.push(*id),
            }
        }
        Ok(ends)
    }
}
