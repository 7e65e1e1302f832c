//! Which reader is given which variant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CONTROL, Trial, USER_BUCKETS};
use crate::{Channel, NotificationType, TenantId, UserId};

/// The variant that a reader was given in one channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Assigned {
    /// The version that began the comparison.
    pub trial: u64,
    /// The variant; [`CONTROL`] is the template itself.
    pub variant: String,
    /// Whether its template failed, so that the words are built in. Stored for the inbox only.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub fault: bool,
}

/// The variants that a reader was given, by channel; channels that compare nothing are left out. Stored as JSON with
/// the notification.
pub type Assignments = BTreeMap<Channel, Assigned>;

/// Assignments as they are stored; none take no place.
///
/// # Panics
/// Never: all of them can be written.
pub fn assignments_to_stored(assignments: &Assignments) -> Option<String> {
    if assignments.is_empty() {
        return None;
    }
    Some(serde_json::to_string(assignments).expect("texts and numbers can be written"))
}

/// Reads what [`assignments_to_stored`] wrote.
///
/// # Errors
/// It is no such object.
pub fn assignments_from_stored(stored: Option<&str>) -> Result<Assignments, serde_json::Error> {
    stored.map_or_else(|| Ok(Assignments::new()), serde_json::from_str)
}

/// The variant whose words a reader has seen. One that was assigned counts only if the delivery went out in its words
/// (`is_compared`).
pub fn variant_seen(
    mut assigned: Assignments,
    channel: Channel,
    is_compared: bool,
) -> Option<Assigned> {
    assigned.remove(&channel).filter(|_| is_compared)
}

/// The first bytes of a digest of who reads what, where. The parts cannot run into each other: a user's id comes last,
/// and the others have no line breaks.
fn digest(tenant: &TenantId, of: &NotificationType, channel: Channel, user: &UserId) -> [u8; 16] {
    let mut digest = Sha256::new_with_prefix("campanile variant\n");
    for part in [tenant.as_str(), of.as_str(), channel.name(), user.as_str()] {
        digest.update(part);
        digest.update("\n");
    }
    let mut first = [0; 16];
    first.copy_from_slice(&digest.finalize()[..16]);
    first
}

/// The bucket of a user among [`USER_BUCKETS`], whatever variant they are given.
pub fn user_bucket(
    tenant: &TenantId,
    of: &NotificationType,
    channel: Channel,
    user: &UserId,
) -> u8 {
    digest(tenant, of, channel, user)[15] % USER_BUCKETS
}

impl Trial {
    /// The variant for a reader: the same for all messages of a type in a channel, as long as the shares are the same.
    /// `locale` is that of the template that they would read. `None`: they take no part.
    pub fn choose(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        channel: Channel,
        user: &UserId,
        locale: &str,
    ) -> Option<Assigned> {
        if self.variants.is_empty() || !self.has(locale) {
            return None;
        }
        let digest = digest(tenant, of, channel, user);
        let mut number = [0; 8];
        number.copy_from_slice(&digest[..8]);
        // The whole range in hundred parts: no part is larger than another by more than 1 in 10^17.
        let percent = (u128::from(u64::from_be_bytes(number)) * 100) >> 64;
        let mut below = 0;
        for (name, variant) in &self.variants {
            below += u128::from(variant.weight);
            if percent < below {
                return (!variant.stopped).then(|| self.assigned(name));
            }
        }
        Some(self.assigned(CONTROL))
    }

    fn assigned(&self, variant: &str) -> Assigned {
        Assigned {
            trial: self.number,
            variant: variant.to_owned(),
            fault: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::template::TrialVariant;

    fn trial(weights: &[(&str, u8)]) -> Trial {
        let variant = |(name, weight): &(&str, u8)| {
            let templates = [("en".to_owned(), BTreeMap::new())].into();
            let one = TrialVariant {
                weight: *weight,
                stopped: false,
                templates,
            };
            ((*name).to_owned(), one)
        };
        Trial {
            number: 7,
            variants: weights.iter().map(variant).collect(),
        }
    }

    fn given(trial: &Trial, channel: Channel, user: usize) -> Option<String> {
        let tenant = TenantId::parse("acme").expect("a tenant");
        let of = NotificationType::parse("order").expect("a type");
        let user = UserId::parse(&format!("user-{user}")).expect("a user");
        let assigned = trial.choose(&tenant, &of, channel, &user, "en");
        assigned.map(|one| one.variant)
    }

    #[test]
    fn shares_of_20_000_users_are_the_weights() {
        for weights in [
            &[("a", 50)][..],
            &[("a", 10), ("b", 20)],
            &[("a", 1)],
            &[("a", 33), ("b", 33), ("c", 33)],
        ] {
            let trial = trial(weights);
            let mut shares: BTreeMap<String, f64> = BTreeMap::new();
            for user in 0..20_000 {
                let variant = given(&trial, Channel::Push, user).expect("takes part");
                *shares.entry(variant).or_default() += 1.0 / 20_000.0;
            }
            let control = (CONTROL, trial.control_weight());
            for (name, weight) in weights.iter().chain([&control]) {
                let expected = f64::from(*weight) / 100.0;
                assert!((shares[*name] - expected).abs() < 0.01, "{shares:?}");
            }
        }
    }

    #[test]
    fn a_reader_keeps_a_variant_and_channels_choose_apart() {
        let trial = trial(&[("a", 50)]);
        let mut differ = 0;
        for user in 0..1_000 {
            let push = given(&trial, Channel::Push, user);
            assert_eq!(push, given(&trial, Channel::Push, user));
            differ += usize::from(push != given(&trial, Channel::Email, user));
        }
        assert!((400..600).contains(&differ), "{differ}");
    }

    #[test]
    fn readers_of_a_stopped_variant_are_no_longer_counted_and_all_others_keep_theirs() {
        let before = trial(&[("a", 30), ("b", 30)]);
        let mut after = before.clone();
        after.variants.get_mut("a").expect("there").stopped = true;
        for user in 0..1_000 {
            let (before, after) = (
                given(&before, Channel::Push, user),
                given(&after, Channel::Push, user),
            );
            let expected = before.filter(|variant| variant != "a");
            assert_eq!(after, expected);
        }
    }
}
