//! What the service itself says of the notifications that did not come.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use http::Method;
use serde::Deserialize;
use uuid::Uuid;

use crate::api::{Api, answer};
use crate::cli::ScenarioOptions;
use crate::join::Joined;
use crate::report::{Limit, Report, Unit};
use crate::token::Signer;
use campanile_fakes::ledger::{Accepted, LedgerReader};

/// Timelines that are read at most; what is beyond them stays lost.
const AT_MOST: u64 = 50_000;

/// Notifications that did not come, by the ends that their timelines show.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// Those that ended, by how: `dead: SENDER_ID_MISMATCH`, `suppressed: no_address`.
    by_end: BTreeMap<String, u64>,
    /// Those that have no end, or of which the service knows nothing.
    lost: Vec<Uuid>,
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
        urls: &[String],
        signer: &Signer,
        accepted: &Path,
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
        let (api, mut tokens) = (Api::new(urls)?, HashMap::new());
        for (number, id) in (0_u64..).zip(missing) {
            if number >= AT_MOST {
                ends.lost.push(*id);
                continue;
            }
            let tenant = tenants.get(id).copied().unwrap_or_default();
            if !tokens.contains_key(tenant) {
                tokens.insert(tenant, signer.service(tenant)?);
            }
            let path = format!("/api/v1/notifications/{id}/timeline");
            let request = api.request(number, Method::GET, &path, &tokens[tenant]);
            let timeline = answer::<Timeline>(request).await.ok();
            let first = timeline
                .as_ref()
                .and_then(|timeline| timeline.deliveries.first());
            match first.and_then(Delivery::end) {
                Some(end) => *ends.by_end.entry(end).or_default() += 1,
                None => ends.lost.push(*id),
            }
        }
        Ok(ends)
    }

    /// Adds them to a report.
    pub(super) fn tell(&self, report: &mut Report, options: &ScenarioOptions) {
        let lost = "lost, or still under way after --drain";
        report.at_most(lost, self.lost.len(), options.max_lost);
        for (end, count) in &self.by_end {
            report.figure(format!("undelivered, {end}"), Unit::Count, *count);
        }
        let undelivered: u64 = self.by_end.values().sum();
        let limit = Limit::of(options.max_undelivered);
        report.limited("undelivered for a reason", Unit::Count, undelivered, limit);
        Joined::name_lost(report, &self.lost);
    }
}
