//! `campanile listen`: prints the events of a user's live stream, reconnects, and resumes where it was.

mod event;
mod forward;
mod frames;
mod session;
mod show;
mod stream;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Clock, Random};

use crate::cli::ListenOptions;
use crate::wiring::print;
use forward::Forward;
use session::Session;
use stream::{Ended, follow};

/// Between two attempts, if the server names no time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Follows a stream until it is interrupted. A first connection that fails is an error; a later one is tried again.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: ListenOptions,
) -> anyhow::Result<()> {
    let forward = options.forward.clone().map(Forward::to).transpose()?;
    let session = Session::new(file, Arc::clone(clock), options)?;
    tokio::select! {
        failed = listen(session, forward, random) => failed,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn listen(
    mut session: Session,
    forward: Option<Forward>,
    random: Random,
) -> anyhow::Result<()> {
    let (mut pause, mut is_known) = (FIRST_PAUSE, false);
    loop {
        let Ended {
            error,
            was_open,
            is_final,
            retry_after,
        } = follow(&mut session, forward.as_ref()).await;
        is_known |= was_open;
        if is_final || !is_known {
            return Err(error);
        }
        if was_open {
            pause = FIRST_PAUSE;
        }
        let wait = retry_after.unwrap_or(pause);
        let wait = wait + wait.mul_f64(random.fraction() / 2.0);
        // A stream that ends after its time is no event for a person.
        if !was_open {
            print::warn(format_args!(
                "{}; trying again in {:.1} s",
                print::chain(&error),
                wait.as_secs_f64()
            ));
        }
        tokio::time::sleep(wait).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
