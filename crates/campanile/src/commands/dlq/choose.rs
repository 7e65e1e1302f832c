//! From options to the dead letters that are meant: never by accident all of them.

use anyhow::ensure;
use campanile_app::dead_letters::Choice;
use campanile_domain::DeliveryId;
use campanile_storage::DeadLetterFilter;
use chrono::{DateTime, Utc};

use crate::cli::{self, DlqAction, Filters, ListOptions};
use crate::wiring::channels;

/// A command that makes sense.
pub(super) enum Action {
    List(ListOptions),
    Replay(DeadLetterFilter),
    Purge {
        filter: DeadLetterFilter,
        /// Whether it need not be asked once more.
        sure: bool,
    },
}

/// Refuses options that contradict each other or choose nothing.
pub(super) fn checked(action: DlqAction, now: DateTime<Utc>) -> anyhow::Result<Action> {
    Ok(match action {
        DlqAction::List(options) => {
            sensible(&options.filters)?;
            Action::List(options)
        }
        DlqAction::Replay(choice) => Action::Replay(chosen(choice, now)?),
        DlqAction::Purge { choice, yes } => Action::Purge {
            sure: yes || !choice.ids.is_empty(),
            filter: chosen(choice, now)?,
        },
    })
}

/// What filters say.
pub(super) fn filter(filters: Filters) -> DeadLetterFilter {
    DeadLetterFilter {
        ids: None,
        channel: filters.channel,
        code: filters.code,
        from: filters.from,
        to: filters.to,
    }
}

fn chosen(options: cli::Choice, now: DateTime<Utc>) -> anyhow::Result<DeadLetterFilter> {
    sensible(&options.filters)?;
    let filter = filter(options.filters);
    let choice = if !options.ids.is_empty() {
        Choice::Named(options.ids.into_iter().map(DeliveryId).collect())
    } else if options.all {
        Choice::All
    } else {
        ensure!(
            filter != DeadLetterFilter::default(),
            "nothing selected: give --id, one of --channel, --code, --from, --to, or --all"
        );
        Choice::Matching(filter)
    };
    Ok(choice.at(now))
}

fn sensible(filters: &Filters) -> anyhow::Result<()> {
    if let Some(channel) = filters.channel {
        channels::known("--channel", channel)?;
    }
    if let (Some(from), Some(to)) = (filters.from, filters.to) {
        ensure!(from < to, "--from must be earlier than --to");
    }
    Ok(())
}
