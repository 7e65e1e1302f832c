//! Columns that take only the values of one of the domain's enums. The schema says so itself, by a CHECK, and a test of
//! each back end compares: a new variant needs a migration that widens every CHECK.

use std::collections::BTreeSet;

use campanile_domain::{
    ActorKind, DeliveryState, DeviceKind, FanoutStatus, IngestKind, Lane, Platform, Priority,
    RememberedKind, SuppressionReason, SuppressionSource,
};

/// What a column may hold, by its name; `None` where it is not closed.
pub fn of(table: &str, column: &str) -> Option<BTreeSet<String>> {
    let names: Vec<_> = match (table, column) {
        (_, "priority") => Priority::ALL.map(Priority::name).into(),
        (_, "state") => DeliveryState::ALL.map(DeliveryState::name).into(),
        (_, "platform") => Platform::ALL.map(Platform::name).into(),
        ("suppressions", "reason") => SuppressionReason::ALL.map(SuppressionReason::name).into(),
        ("suppressions", "source") => SuppressionSource::ALL.map(SuppressionSource::name).into(),
        (_, "actor_kind") => ActorKind::ALL.map(ActorKind::name).into(),
        ("devices", "kind") => DeviceKind::ALL.map(DeviceKind::name).into(),
        ("ingest_addresses", "kind") => IngestKind::ALL.map(IngestKind::name).into(),
        ("remembered", "kind") => RememberedKind::ALL.map(RememberedKind::name).into(),
        // What waits is a notification to be sent or a delivery to be tried again; the domain has no name for that.
        ("schedule", "kind") => vec!["send", "retry"],
        // A fan-out that is not over has none.
        (_, "status") => {
            let all = FanoutStatus::ALL.into_iter();
            let over = all.filter(|status| status.is_final());
            over.map(FanoutStatus::name).collect()
        }
        (_, "lane") => return Some(Lane::ALL.map(|lane| lane.rank().to_string()).into()),
        (_, "kind") => vec!["(a column named kind: say here what it may hold)"],
        _ => return None,
    };
    Some(names.into_iter().map(str::to_owned).collect())
}

/// Whether a column holds the name of a channel, or several: which there are the installation decides, so that the CHECK
/// only says what a name looks like.
pub fn is_of_channels(column: &str) -> bool {
    matches!(column, "channel" | "channels")
}

/// The texts in quotes and the numbers that a CHECK compares its column with.
pub fn listed(check: &str) -> BTreeSet<String> {
    let parts = check.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\''));
    parts
        .filter(|part| part.starts_with(|c: char| c == '\'' || c.is_ascii_digit()))
        .map(|part| part.trim_matches('\'').to_owned())
        .collect()
}
