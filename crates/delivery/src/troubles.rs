//! Reports to other processes which accounts this process cannot use at the moment.

use std::time::Duration;

use campanile_domain::WorkerId;
use campanile_storage::{AccountTrouble, MOST_TROUBLES};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::account::{Account, AccountState, BreakerState, LastFailure};

/// How soon a change is reported.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often an unchanged report is repeated: the row may have been removed while this process hung.
const REPEAT_AFTER: Duration = Duration::from_secs(60);
/// Providers' codes are short.
const MOST_CODE_CHARS: usize = 64;

/// Writes on change only, until the stop signal.
pub(crate) async fn run(parts: DeliveryParts, worker: WorkerId, stop: CancellationToken) {
    let (mut reported, mut reported_at) = (Vec::new(), Instant::now());
    loop {
        let mut troubles = all(&parts);
        troubles.truncate(MOST_TROUBLES);
        let stands = troubles == reported;
        if !stands || (!reported.is_empty() && reported_at.elapsed() >= REPEAT_AFTER) {
            match parts.storage.tell_troubles(worker, &troubles).await {
                Ok(()) => (reported, reported_at) = (troubles, Instant::now()),
                Err(error) => tracing::debug!(%error, "could not report accounts in trouble"),
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

fn all(parts: &DeliveryParts) -> Vec<AccountTrouble> {
    let mut troubles: Vec<_> = parts
        .accounts
        .all()
        .iter()
        .filter_map(|one| of(one))
        .collect();
    troubles.sort_by(|a, b| {
        let key = |t: &AccountTrouble| (t.tenant.clone(), t.channel.name(), t.name.clone());
        key(a).cmp(&key(b))
    });
    troubles
}

/// What an account's trouble is; `None` if it has none. The provider's sentence stays here: it may
/// repeat an address.
fn of(account: &Account) -> Option<AccountTrouble> {
    let state = account.state();
    let since = state.since?;
    let detail = detail(&state);
    Some(AccountTrouble {
        tenant: account.tenant().clone(),
        channel: account.channel(),
        name: account.name().to_owned(),
        misconfigured: state.misconfigured,
        breaker_open: state.breaker != BreakerState::Closed,
        probing: state.breaker == BreakerState::HalfOpen,
        detail,
        since,
    })
}

/// All of its troubles, the gravest first.
fn detail(state: &AccountState) -> String {
    if let Some(fault) = &state.fault {
        return fault.clone();
    }
    let mut faults = Vec::new();
    if let Some(pause) = &state.paused {
        faults.push(format!(
            "the receiver answered {} and asked for no more calls; update the provider or resume it",
            code(&pause.code)
        ));
    }
    if state.breaker != BreakerState::Closed {
        let failure = state.last_failure.as_ref();
        faults.push(failure.map_or_else(|| "calls fail".to_owned(), said));
    }
    for one in &state.held {
        faults.push(format!(
            "pushes to {} are deferred: {}",
            one.platform,
            said(&one.failure)
        ));
    }
    faults.join("; ")
}

fn said(failure: &LastFailure) -> String {
    let code = code(&failure.code);
    match failure.remedy {
        Some(remedy) => format!("the last call failed: {code}. {remedy}"),
        None => format!("the last call failed: {code}"),
    }
}

fn code(code: &str) -> String {
    code.chars().take(MOST_CODE_CHARS).collect()
}
