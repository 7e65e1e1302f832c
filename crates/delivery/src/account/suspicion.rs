//! Decides whether a refusal concerns the recipient or the account, where the response does not tell.
//!
//! A recipient's filter and a relay that no longer serves the account answer alike (RFC 3463, X.7.1). Other
//! recipients distinguish them: if one is accepted in between, the recipient was to blame; if several different
//! recipients in a row are rejected, the account is.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// Recipients that are remembered; above that, the one refused longest ago is forgotten.
const MOST: usize = 1_024;

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Not known yet: the delivery is retried and says nothing about the account.
    Unclear,
    /// The recipient is refused: others were accepted since its first refusal.
    Addressee,
    /// The account is not served.
    Account,
}

/// What is remembered of refusals.
#[derive(Debug)]
pub(super) struct Suspicion {
    /// So many different ones in a row make it the account's.
    needed: usize,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    hasher: RandomState,
    /// Rises with every answer.
    turn: u64,
    /// When an email was last accepted.
    served: u64,
    /// When each recipient whose last answer was a refusal was refused first, by a digest: addresses are
    /// not kept.
    refused: HashMap<u64, u64>,
}

impl Suspicion {
    pub(super) fn new(needed: u32) -> Self {
        Self {
            needed: usize::try_from(needed).unwrap_or(usize::MAX),
            seen: Mutex::default(),
        }
    }

    /// This recipient was served.
    pub(super) fn served(&self, address: &str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.turn += 1;
        if seen.in_a_row() >= self.needed {
            // It was the account; nothing is known of those whom it refused.
            seen.refused.clear();
        }
        seen.served = seen.turn;
        let key = seen.hasher.hash_one(address);
        seen.refused.remove(&key);
    }

    /// A recipient was refused. `is_probe`: by the probe of an account whose circuit breaker is open.
    pub(super) fn refused(&self, address: &str, is_probe: bool) -> Meaning {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.turn += 1;
        let (turn, served) = (seen.turn, seen.served);
        let key = seen.hasher.hash_one(address);
        match seen.refused.get(&key) {
            // The same refusal once more proves nothing.
            Some(before) if *before > served => Meaning::Unclear,
            Some(_) if !is_probe => Meaning::Addressee,
            Some(_) | None => {
                seen.refused.insert(key, turn);
                seen.bound();
                if is_probe || seen.in_a_row() >= self.needed {
                    Meaning::Account
                } else {
                    Meaning::Unclear
                }
            }
        }
    }
}

impl Seen {
    /// How many recipients were rejected since an email was last accepted.
    fn in_a_row(&self) -> usize {
        let since = self.refused.values().filter(|at| **at > self.served);
        since.count()
    }

    fn bound(&mut self) {
        if self.refused.len() <= MOST {
            return;
        }
        let oldest = self.refused.iter().min_by_key(|(_, at)| **at);
        if let Some(key) = oldest.map(|(key, _)| *key) {
            self.refused.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning::{Account, Addressee, Unclear};
    use super::*;

    #[test]
    fn several_different_ones_in_a_row_are_needed() {
        // A name is refused, `+` before it is served, `?` a probe that is refused.
        for (answers, last) in [
            ("a", Unclear),
            ("a a a a", Unclear),
            ("a b", Unclear),
            ("a b a b a", Unclear),
            ("a b c", Account),
            ("a b +z c", Unclear),
            ("a +z a", Addressee),
            ("a +z b a", Addressee),
            ("a +z a a", Addressee),
            // Served itself, it begins anew.
            ("a +a a", Unclear),
            // Others were served, but not since.
            ("+z a b c", Account),
            // What was the account's is held against no recipient later.
            ("a b c +z a", Unclear),
            // The next one that is refused keeps it shut, one that was refused before says nothing.
            ("a b c ?d", Account),
            ("a b c ?a", Unclear),
            ("z +y a b c ?z", Account),
        ] {
            let suspicion = Suspicion::new(3);
            let mut meaning = None;
            for answer in answers.split(' ') {
                let name = answer.trim_start_matches(['+', '?']);
                meaning = if answer.starts_with('+') {
                    suspicion.served(name);
                    None
                } else {
                    Some(suspicion.refused(name, answer.starts_with('?')))
                };
            }
            assert_eq!(meaning, Some(last), "{answers}");
        }
    }

    #[test]
    fn no_more_are_remembered_than_fit() {
        let suspicion = Suspicion::new(3);
        for n in 0..MOST * 3 {
            suspicion.refused(&n.to_string(), false);
        }
        let seen = suspicion.seen.lock().expect("unpoisoned");
        assert_eq!(seen.refused.len(), MOST);
    }
}
