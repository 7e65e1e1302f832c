//! Synchronises paused accounts between all processes: one worker gets the answer of a receiver that wants no more
//! calls, and an operator who resumes it changes the database.

use std::time::Duration;

use campanile_storage::{AccountPause, StorageError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::account::{Account, Pause};
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "synchronising paused accounts",
    "this process uses the pauses it knows",
);

/// How soon a pause that this process has seen is stored.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How soon what others have stored is known here.
const READ_EVERY: Duration = Duration::from_secs(5);

/// Runs until the stop signal.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    let mut read_at = Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let is_stored = TROUBLE.note(store(&parts).await).is_ok();
        if is_stored && read_at.elapsed() >= READ_EVERY {
            read_at = Instant::now();
            let _ = TROUBLE.note(take_over(&parts).await);
        }
    }
}

/// Loads the stored pauses, before the first call of a process: an earlier process may have stored them.
pub(crate) async fn take_over(parts: &DeliveryParts) -> Result<(), StorageError> {
    let stored = parts.storage.account_pauses(None).await?;
    parts.accounts.take_over_pauses(|account| {
        let own = stored.iter().find(|pause| is_of(pause, account))?;
        Some(Pause {
            since: own.paused_at,
            code: own.code.clone(),
        })
    });
    Ok(())
}

async fn store(parts: &DeliveryParts) -> Result<(), StorageError> {
    for account in parts.accounts.all() {
        let Some(pause) = account.pausing().unsaved() else {
            continue;
        };
        let pause = AccountPause {
            tenant: account.tenant().clone(),
            name: account.name().to_owned(),
            channel: account.channel(),
            version: account.version().to_owned(),
            code: pause.code,
            paused_at: pause.since,
        };
        parts.storage.pause_account(&pause).await?;
        account.pausing().saved();
    }
    Ok(())
}

fn is_of(pause: &AccountPause, account: &Account) -> bool {
    pause.tenant == *account.tenant()
        && pause.channel == account.channel()
        && pause.name == account.name()
        && pause.version == account.version()
}
