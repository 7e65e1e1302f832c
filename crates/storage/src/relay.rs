//! From accepted to planned: outbox rows become delivery rows and dispatches.

use std::collections::BTreeSet;

use campanile_domain::{Channel, NotificationType, TenantId, TraceParent, UserId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{Cancelled, Dispatch, Reasons};

/// How long a row that this version cannot decode is postponed: an operator may correct it meanwhile, or roll out the
/// version that wrote it.
pub const UNREADABLE_PAUSE: TimeDelta = TimeDelta::minutes(10);

/// How much one turn of the relay takes.
#[derive(Debug, Clone, Copy)]
pub struct RelayLimits {
    /// Outbox rows of one tenant in one turn.
    pub rows_per_tenant: u32,
    /// Outbox rows of all tenants in one turn.
    pub rows: u32,
    /// Notifications in one turn, about: the row that reaches this is the last, and the first row is
    /// taken whatever its size. A row holds up to [`crate::OUTBOX_ROW_IDS`].
    pub notifications: u32,
    /// A tenant with this many deliveries dispatched and not done waits (the broker's window), but for
    /// its critical lane: that one waits at twice as many.
    pub window_per_tenant: u32,
    /// Deliveries in one dispatch, at most.
    pub dispatch_size: usize,
    /// Only rows made since, unless they are many turns' worth: a turn that costs less between two
    /// whole ones, for it need not pass what a back end removed and has not yet cleaned up. It does
    /// not look at windows, so it is no turn to take after one that was [`Planned::held`].
    pub since: Option<DateTime<Utc>>,
}

impl Default for RelayLimits {
    fn default() -> Self {
        Self {
            rows_per_tenant: 128,
            rows: 512,
            notifications: 1_024,
            window_per_tenant: 4_096,
            dispatch_size: 64,
            since: None,
        }
    }
}

/// A comparison in which something has failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrialSuspect {
    /// Whose.
    pub tenant: TenantId,
    /// Of which type.
    pub notification_type: NotificationType,
    /// In which channel.
    pub channel: Channel,
    /// The version that began the comparison.
    pub trial: u64,
}

/// What one turn of the relay did.
#[derive(Debug, Default)]
pub struct Planned {
    /// Notifications planned.
    pub notifications: usize,
    /// Deliveries that were cancelled instead, because the user has handled the notification.
    pub cancelled: Cancelled,
    /// Deliveries that end here, because they are switched off or have no address.
    pub suppressed: Reasons,
    /// Deliveries that wait because their users are not to be disturbed.
    pub deferred: Reasons,
    /// The users whose inboxes show them. The process that accepted them has revoked the cached answers too, or died
    /// before.
    pub inboxes: Vec<(TenantId, UserId)>,
    /// What inboxes show in built-in words, because the template of a variant failed.
    pub faults: BTreeSet<TrialSuspect>,
    /// The spans that they were accepted in, where their traces are recorded.
    pub traces: Vec<TraceParent>,
    /// To be published now. If that fails, the sweeper publishes their rows again.
    pub dispatches: Vec<Dispatch>,
    /// Whether another turn may find more at once.
    pub more: bool,
    /// Whether a tenant with a full window was left out, or all but its critical lane.
    pub held: bool,
    /// When the oldest row of the turn was made.
    pub oldest: Option<DateTime<Utc>>,
}
