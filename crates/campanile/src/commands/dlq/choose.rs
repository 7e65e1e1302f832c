//! From options to the dead letters that are meant: never by accident all of them.

use anyhow::ensure;
use campanile_domain::DeliveryId;
use campanile_storage::DeadLetterFilter;
use chrono::Utc;

use crate::cli::{Choice, DlqAction, Filters, ListOptions};

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
pub(super) fn checked(action: DlqAction) -> anyhow::Result<Action> {
    Ok(match action {
        DlqAction::List(options) => {
            in_order(&options.filters)?;
            Action::List(options)
        }
        DlqAction::Replay(choice) => Action::Replay(chosen(choice)?),
        DlqAction::Purge { choice, yes } => Action::Purge {
            sure: yes || !choice.ids.is_empty(),
            filter: chosen(choice)?,
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

fn chosen(choice: Choice) -> anyhow::Result<DeadLetterFilter> {
    in_order(&choice.filters)?;
    if !choice.ids.is_empty() {
        return Ok(DeadLetterFilter {
            ids: Some(choice.ids.into_iter().map(DeliveryId).collect()),
            ..DeadLetterFilter::default()
        });
    }
    let filter = filter(choice.filters);
    ensure!(
        choice.all || filter != DeadLetterFilter::default(),
        "say which: --id, one of --channel, --code, --from, --to, or --all"
    );
    Ok(DeadLetterFilter {
        // What dies from now on was not meant, and a replay that fails again must come to an end.
        to: filter.to.or_else(|| Some(Utc::now())),
        ..filter
    })
}

fn in_order(filters: &Filters) -> anyhow::Result<()> {
    if let (Some(from), Some(to)) = (filters.from, filters.to) {
        ensure!(from < to, "--from: lies not before --to");
    }
    Ok(())
}
