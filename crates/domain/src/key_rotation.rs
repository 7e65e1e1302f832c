//! A tenant's data key is replaced: what the former ones have encrypted is encrypted again, in steps.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::TenantId;

/// How far a rotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RotationStage {
    /// A pass looks at all rows.
    Encrypting,
    /// The next pass begins once no process seals with a former key any more.
    Waiting,
    /// The rotation is over.
    Done,
}

impl RotationStage {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Encrypting, Self::Waiting, Self::Done];

    /// The name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Encrypting => "encrypting",
            Self::Waiting => "waiting",
            Self::Done => "done",
        }
    }
}

impl fmt::Display for RotationStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Rows, by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RotationCounts {
    /// Those that the present pass, or the last one, has looked at.
    pub looked_at: u64,
    /// Those of a former key, which were encrypted again. All passes together.
    pub resealed: u64,
    /// Those that lay in the open, which were encrypted. All passes together.
    pub sealed: u64,
    /// Those of the present or last pass that no key of the tenant opens.
    pub unreadable: u64,
}

/// What was done about some rows of one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResealedRows {
    /// How many were looked at.
    pub looked_at: u64,
    /// How many a former key has sealed, whether they were sealed again or something else has changed them meanwhile.
    pub found: u64,
    /// How many of these were sealed again.
    pub resealed: u64,
    /// How many lay in the open and were sealed.
    pub sealed: u64,
    /// How many no key opens.
    pub unreadable: u64,
    /// Nothing was done: the current key is so new that nothing of this table, and of those after it, may be sealed with it before then.
    pub too_early_until: Option<DateTime<Utc>>,
    /// When the first and the last of them were made, if their keys say so.
    pub made_at: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The key of the last one, if there may be more.
    pub next: Option<String>,
}

/// A rotation of a tenant's data key, or the encryption of what lies in the open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRotation {
    /// Whose key.
    pub tenant: TenantId,
    /// When the key was replaced; `None` if only what lies in the open is encrypted.
    pub rotated_at: Option<DateTime<Utc>>,
    /// Whether what lies in the open is encrypted.
    pub seals_open: bool,
    /// The number of the present pass, or the next one.
    pub pass: u32,
    /// When it began, or is to begin.
    pub pass_began_at: DateTime<Utc>,
    /// Rows of former keys that it has found.
    pub pass_found: u64,
    /// Whether the pass before it has looked at all rows, at a time at which no process seals with a former key.
    pub follows_settled: bool,
    /// Transactions that have to end before it begins.
    pub waits_for: Vec<String>,
    /// The table that is looked at.
    pub place: String,
    /// The key of the last row that was.
    pub position: Option<String>,
    /// When the first row of the table was made, if known.
    pub first_at: Option<DateTime<Utc>>,
    /// When the last row that was looked at was made, if known.
    pub reached_at: Option<DateTime<Utc>>,
    /// What was done.
    pub counts: RotationCounts,
    /// When it was asked for.
    pub started_at: DateTime<Utc>,
    /// When its last step was made.
    pub updated_at: DateTime<Utc>,
    /// When the next step is due.
    pub due_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl KeyRotation {
    /// After so long no process seals with a former key any more: it remembers a tenant's keys for a minute, seals addresses with
    /// the former one for two, and a transaction may have begun before, by another clock.
    pub const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(3);
    /// What has read a row of a former key opens it within this time.
    const QUIET: TimeDelta = TimeDelta::seconds(5);

    /// One that begins now, at the first table: a key was just replaced, or (`rotated` is false) what lies in the open is
    /// to be encrypted.
    pub fn new(
        tenant: TenantId,
        (rotated, seals_open): (bool, bool),
        first_place: &str,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            tenant,
            rotated_at: rotated.then_some(now),
            seals_open,
            pass: 1,
            pass_began_at: now,
            pass_found: 0,
            follows_settled: false,
            waits_for: Vec::new(),
            place: first_place.to_owned(),
            position: None,
            first_at: None,
            reached_at: None,
            counts: RotationCounts::default(),
            started_at: now,
            updated_at: now,
            due_at: now,
            ended_at: None,
        }
    }

    /// Whether it is not over.
    pub const fn is_running(&self) -> bool {
        self.ended_at.is_none()
    }

    /// How far it is.
    pub fn stage(&self) -> RotationStage {
        match self.ended_at {
            Some(_) => RotationStage::Done,
            None if self.pass_began_at > self.updated_at => RotationStage::Waiting,
            None => RotationStage::Encrypting,
        }
    }

    /// Whether the next step begins a pass at a time at which no process seals with a former key any more. It begins once the
    /// transactions are over that are open now ([`Self::is_held_by`]): what one of them has read of a former key, it may store
    /// behind the walk.
    pub fn begins_settled_pass(&self, first_place: &str) -> bool {
        self.is_settled() && self.position.is_none() && self.place == first_place
    }

    /// These transactions are open. `true` if the pass does not begin now: it waits for those of them that were open when it was due.
    pub fn is_held_by(&mut self, open: Vec<String>, now: DateTime<Utc>) -> bool {
        if self.waits_for.is_empty() {
            self.waits_for = open;
        } else {
            self.waits_for.retain(|one| open.contains(one));
        }
        if self.waits_for.is_empty() {
            return false;
        }
        self.updated_at = now;
        self.pass_began_at = now + Self::QUIET;
        self.due_at = self.pass_began_at;
        true
    }

    fn is_settled(&self) -> bool {
        let settled = self.rotated_at.map(|at| at + Self::SETTLED_AFTER);
        settled.is_some_and(|settled| self.pass_began_at >= settled)
    }

    /// Some rows were looked at. `next_place` follows the present table, if there is one. `true` if the rotation is over:
    /// nothing is left of the former keys, and nothing will come.
    pub fn advance(
        &mut self,
        rows: &ResealedRows,
        (first_place, next_place): (&str, Option<&str>),
        now: DateTime<Utc>,
    ) -> bool {
        self.counts.looked_at += rows.looked_at;
        self.counts.resealed += rows.resealed;
        self.counts.sealed += rows.sealed;
        self.counts.unreadable += rows.unreadable;
        self.pass_found += rows.found;
        self.updated_at = now;
        self.due_at = now;
        if let Some((first, last)) = rows.made_at {
            self.first_at.get_or_insert(first);
            self.reached_at = Some(last);
        }
        if let Some(next) = &rows.next {
            self.position = Some(next.clone());
            return false;
        }
        (self.position, self.first_at, self.reached_at) = (None, None, None);
        if let Some(place) = next_place.filter(|_| rows.too_early_until.is_none()) {
            place.clone_into(&mut self.place);
            return false;
        }
        first_place.clone_into(&mut self.place);
        self.end_pass(rows.too_early_until, now)
    }

    fn end_pass(&mut self, too_early_until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        let settled = self.rotated_at.map(|at| at + Self::SETTLED_AFTER);
        let is_whole = too_early_until.is_none();
        let is_settled = is_whole && self.is_settled();
        let is_over = match settled {
            // What was read before the pass before has sealed it again is stored by now, so this one has seen it.
            Some(_) => is_settled && self.follows_settled && self.pass_found == 0,
            // What is stored from now on is encrypted anyway.
            None => is_whole,
        };
        if is_over {
            self.ended_at = Some(now);
            return true;
        }
        self.follows_settled = is_settled;
        self.pass += 1;
        let first = settled.max(too_early_until).unwrap_or(now);
        self.pass_began_at = first.max(now + Self::QUIET);
        self.pass_found = 0;
        self.counts.looked_at = 0;
        self.counts.unreadable = 0;
        self.due_at = self.pass_began_at;
        false
    }

    /// How much of the present pass is done, of 1: by the time at which the rows of the present table were made, which is so much of a pass
    /// (`SealedPlace::span`).
    pub fn progress(&self, (from, to): (f64, f64)) -> f64 {
        match (self.stage(), self.first_at, self.reached_at) {
            (RotationStage::Done | RotationStage::Waiting, ..) => 1.0,
            (RotationStage::Encrypting, Some(first), Some(reached)) => {
                let whole = (self.pass_began_at - first).num_milliseconds().max(1);
                let done = (reached - first).num_milliseconds();
                #[expect(clippy::cast_precision_loss, reason = "a part of a bar")]
                let part = done as f64 / whole as f64;
                from + part.clamp(0.0, 1.0) * (to - from)
            }
            (RotationStage::Encrypting, ..) => from,
        }
    }
}

/// The master key is replaced: the tenants' keys are encrypted again, in steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKeyRotation {
    /// What begins all that the key encrypts which the rotation is for: a process with another one makes no steps. `None`: begun
    /// by an earlier release.
    pub target: Option<Vec<u8>>,
    /// Keys that the present walk has encrypted again.
    pub walk_found: u64,
    /// The table that is looked at.
    pub place: String,
    /// The key of the last row that was.
    pub position: Option<String>,
    /// Keys that the present walk, or the last one, has looked at.
    pub looked_at: u64,
    /// Keys that were encrypted again. All walks together.
    pub rewrapped: u64,
    /// Keys of the present or last walk that neither master key opens.
    pub unreadable: u64,
    /// When it was asked for.
    pub started_at: DateTime<Utc>,
    /// When its last step was made.
    pub updated_at: DateTime<Utc>,
    /// When the next step is due.
    pub due_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What was done about some wrapped keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RewrappedKeys {
    /// How many were looked at.
    pub looked_at: u64,
    /// How many were encrypted again.
    pub rewrapped: u64,
    /// How many neither master key opens.
    pub unreadable: u64,
    /// The last of them, if there may be more.
    pub next: Option<String>,
}

impl MasterKeyRotation {
    /// One that begins now, at the first table, for the key that begins so what it encrypts.
    pub fn new(target: Option<Vec<u8>>, first_place: &str, now: DateTime<Utc>) -> Self {
        Self {
            target,
            walk_found: 0,
            place: first_place.to_owned(),
            position: None,
            looked_at: 0,
            rewrapped: 0,
            unreadable: 0,
            started_at: now,
            updated_at: now,
            due_at: now,
            ended_at: None,
        }
    }

    /// Some keys were looked at. `next_place` follows the present table, if there is one. A walk that has found keys of another
    /// master key is followed by another one: a process that does not have the new one yet may have made some behind it.
    pub fn advance(
        &mut self,
        keys: &RewrappedKeys,
        (first_place, next_place): (&str, Option<&str>),
        now: DateTime<Utc>,
    ) {
        self.looked_at += keys.looked_at;
        self.rewrapped += keys.rewrapped;
        self.walk_found += keys.rewrapped;
        self.unreadable += keys.unreadable;
        self.updated_at = now;
        self.due_at = now;
        self.position.clone_from(&keys.next);
        match (&keys.next, next_place) {
            (Some(_), _) => {}
            (None, Some(place)) => place.clone_into(&mut self.place),
            (None, None) if self.walk_found > 0 => {
                first_place.clone_into(&mut self.place);
                (self.walk_found, self.looked_at, self.unreadable) = (0, 0, 0);
            }
            (None, None) => self.ended_at = Some(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "providers";

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).expect("a moment")
    }

    fn begun(kinds: (bool, bool)) -> KeyRotation {
        let tenant = TenantId::parse("acme").expect("valid");
        KeyRotation::new(tenant, kinds, FIRST, at(0))
    }

    fn found(found: u64) -> ResealedRows {
        ResealedRows {
            looked_at: 10,
            found,
            ..ResealedRows::default()
        }
    }

    #[test]
    fn a_former_key_goes_after_a_late_pass_that_finds_nothing() {
        let mut rotation = begun((true, false));
        assert!(!rotation.advance(&found(0), (FIRST, Some("notifications")), at(1)));
        assert_eq!(rotation.place, "notifications");
        // Nothing was found, but a process may still seal with the former key.
        assert!(!rotation.advance(&found(0), (FIRST, None), at(2)));
        assert_eq!((rotation.pass, rotation.due_at), (2, at(180)));
        assert_eq!(rotation.stage(), RotationStage::Waiting);
        assert!(!rotation.advance(&found(3), (FIRST, None), at(181)));
        assert_eq!((rotation.pass, rotation.pass_began_at), (3, at(186)));
        assert_eq!(rotation.counts.looked_at, 0);
        assert!(rotation.advance(&found(0), (FIRST, None), at(187)));
        assert_eq!(rotation.stage(), RotationStage::Done);
    }

    #[test]
    fn the_first_late_pass_is_followed_by_another_one() {
        let mut rotation = begun((true, false));
        assert!(!rotation.advance(&found(0), (FIRST, None), at(2)));
        assert!(!rotation.advance(&found(0), (FIRST, None), at(181)));
        assert_eq!((rotation.pass, rotation.due_at), (3, at(186)));
        assert!(rotation.advance(&found(0), (FIRST, None), at(187)));
    }

    #[test]
    fn a_late_pass_begins_after_the_transactions_that_were_open() {
        let mut rotation = begun((true, false));
        assert!(!rotation.begins_settled_pass(FIRST));
        assert!(!rotation.advance(&found(0), (FIRST, None), at(2)));
        assert!(rotation.begins_settled_pass(FIRST));
        let open = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
        assert!(rotation.is_held_by(open(&["a", "b"]), at(180)));
        assert_eq!(rotation.stage(), RotationStage::Waiting);
        assert_eq!(rotation.due_at, at(185));
        // Those that have begun since read what is there now.
        assert!(rotation.is_held_by(open(&["c", "b"]), at(185)));
        assert!(!rotation.is_held_by(open(&["c", "d"]), at(190)));
        assert!(rotation.begins_settled_pass(FIRST));
        assert!(!rotation.advance(&found(0), (FIRST, Some("users")), at(190)));
        assert!(!rotation.begins_settled_pass(FIRST));
    }

    #[test]
    fn a_pass_that_begins_early_and_ends_late_does_not_count() {
        let mut rotation = begun((true, false));
        assert!(!rotation.advance(&found(0), (FIRST, None), at(500)));
        assert_eq!(rotation.pass_began_at, at(505));
        assert!(!rotation.follows_settled);
    }

    #[test]
    fn what_lies_in_the_open_is_encrypted_in_one_pass() {
        let mut rotation = begun((false, true));
        assert!(rotation.advance(&found(0), (FIRST, None), at(1)));
    }

    #[test]
    fn a_pass_that_is_too_early_for_addresses_is_followed_by_a_whole_one() {
        let early = ResealedRows {
            too_early_until: Some(at(120)),
            ..ResealedRows::default()
        };
        let mut sealing = begun((false, true));
        assert!(!sealing.advance(&found(0), (FIRST, Some("users")), at(1)));
        assert!(!sealing.advance(&early, (FIRST, Some("devices")), at(2)));
        let again = (&*sealing.place, sealing.stage(), sealing.due_at);
        assert_eq!(again, (FIRST, RotationStage::Waiting, at(120)));
        assert!(sealing.advance(&found(0), (FIRST, None), at(121)));
        let mut rotation = begun((true, false));
        assert!(!rotation.advance(&early, (FIRST, Some("devices")), at(2)));
        assert_eq!(rotation.pass_began_at, at(180));
    }

    #[test]
    fn progress_is_by_time() {
        let mut rotation = begun((true, false));
        assert!(rotation.progress((0.0, 0.5)) < 0.01);
        let rows = ResealedRows {
            made_at: Some((at(-100), at(-75))),
            next: Some("x".into()),
            ..ResealedRows::default()
        };
        assert!(!rotation.advance(&rows, (FIRST, None), at(1)));
        assert!((rotation.progress((0.0, 1.0)) - 0.25).abs() < 0.01);
        assert!((rotation.progress((0.5, 1.0)) - 0.625).abs() < 0.01);
    }

    #[test]
    fn the_master_keys_rotation_ends_after_a_walk_that_finds_nothing() {
        let mut rotation = MasterKeyRotation::new(Some(vec![1; 5]), FIRST, at(0));
        let walked = |rewrapped| RewrappedKeys {
            looked_at: 7,
            rewrapped,
            unreadable: 1,
            next: None,
        };
        rotation.advance(&walked(2), (FIRST, Some("second")), at(1));
        assert_eq!(rotation.place, "second");
        rotation.advance(&walked(0), (FIRST, None), at(2));
        assert_eq!((&*rotation.place, rotation.ended_at), (FIRST, None));
        rotation.advance(&walked(0), (FIRST, Some("second")), at(3));
        rotation.advance(&walked(0), (FIRST, None), at(4));
        assert_eq!(rotation.ended_at, Some(at(4)));
        let counts = (rotation.looked_at, rotation.rewrapped, rotation.unreadable);
        assert_eq!(counts, (14, 2, 2));
    }
}
