//! What readers do with a mail: they open it, or open a link in it.

mod machines;

use chrono::{DateTime, TimeDelta, Utc};

pub use machines::is_machine;

use crate::DeliveryState;

/// What was done with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReactionKind {
    /// Its picture was loaded.
    Open,
    /// A link in it was opened.
    Click,
}

/// A reaction, and who reacted as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reaction {
    /// What.
    pub kind: ReactionKind,
    /// Whether a program did it: a proxy that loads pictures, or a scanner that follows links.
    pub by_machine: bool,
}

impl Reaction {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::of(ReactionKind::Open, false),
        Self::of(ReactionKind::Click, false),
        Self::of(ReactionKind::Open, true),
        Self::of(ReactionKind::Click, true),
    ];

    const fn of(kind: ReactionKind, by_machine: bool) -> Self {
        Self { kind, by_machine }
    }

    /// Whose it seems to be, by what the caller says of itself and by when it came.
    pub fn judged(
        kind: ReactionKind,
        user_agent: Option<&str>,
        delivery: (DeliveryState, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> Self {
        let (state, ended_at) = delivery;
        // Nobody reads a mail before it is delivered; the servers on its way look into it.
        let is_early = state != DeliveryState::Sent || now < ended_at + READS_AFTER;
        Self {
            kind,
            by_machine: is_early || is_machine(user_agent.unwrap_or_default()),
        }
    }
}

/// Nobody opens a mail sooner after its delivery.
const READS_AFTER: TimeDelta = TimeDelta::seconds(2);

/// When each reaction to a delivery was first seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reactions {
    /// By a reader.
    pub opened_at: Option<DateTime<Utc>>,
    /// By a reader.
    pub clicked_at: Option<DateTime<Utc>>,
    /// By a program.
    pub machine_opened_at: Option<DateTime<Utc>>,
    /// By a program.
    pub machine_clicked_at: Option<DateTime<Utc>>,
}

impl Reactions {
    /// When a reaction was first seen.
    pub const fn first(&self, reaction: Reaction) -> Option<DateTime<Utc>> {
        match (reaction.kind, reaction.by_machine) {
            (ReactionKind::Open, false) => self.opened_at,
            (ReactionKind::Click, false) => self.clicked_at,
            (ReactionKind::Open, true) => self.machine_opened_at,
            (ReactionKind::Click, true) => self.machine_clicked_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_too_early_is_no_readers() {
        let at = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
        for (state, after_ms, user_agent, by_machine) in [
            (DeliveryState::Sent, 2_000, Some(browser), false),
            (DeliveryState::Sent, 1_999, Some(browser), true),
            // A clock that was set back.
            (DeliveryState::Sent, -5, Some(browser), true),
            (DeliveryState::Queued, 9_000, Some(browser), true),
            (DeliveryState::Sent, 9_000, Some("GoogleImageProxy"), true),
            (DeliveryState::Sent, 9_000, None, true),
        ] {
            let now = at + TimeDelta::milliseconds(after_ms);
            let judged = Reaction::judged(ReactionKind::Open, user_agent, (state, at), now);
            assert_eq!(
                judged.by_machine, by_machine,
                "{state} {after_ms} {user_agent:?}"
            );
        }
    }

    #[test]
    fn each_reaction_has_its_moment() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0);
        let reactions = Reactions {
            opened_at: at(1),
            clicked_at: at(2),
            machine_opened_at: at(3),
            machine_clicked_at: at(4),
        };
        let moments = Reaction::ALL.map(|one| reactions.first(one));
        assert_eq!(moments, [at(1), at(2), at(3), at(4)]);
    }
}
