//! A webhook's secret is changed without a gap: for a while the one before signs too.

use std::fmt;

use campanile_fields::{FieldCode, FieldError};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::Account;
use crate::read::wrong;

/// How long an earlier secret signs where the account does not say; in hours.
const OVERLAP_H: u16 = 24;
/// The longest that an account can say: 30 days.
const MAX_OVERLAP_H: u16 = 30 * 24;
/// Earlier secrets that sign at once; of more, the oldest signs no longer.
const MOST: usize = 3;

/// The field that says how long.
pub(crate) const FIELD: &str = "secret_overlap_hours";

/// An earlier secret.
#[derive(Clone)]
pub(crate) struct Previous {
    pub(crate) secret: SecretString,
    pub(crate) expires_at: DateTime<Utc>,
}

impl fmt::Debug for Previous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Previous(until {})", self.expires_at)
    }
}

/// Gives an account the earlier secrets of what stands under its name so far, and that one's own where
/// it is changed. An overlap of 0 ends them all at once, as after a leak.
pub(crate) fn carry_over(
    account: &mut Account,
    before: Option<&Account>,
    now: DateTime<Utc>,
) -> Result<(), FieldError> {
    let overlap = account.number(FIELD).unwrap_or(OVERLAP_H);
    if overlap > MAX_OVERLAP_H {
        let detail = format!("must be a whole number from 0 to {MAX_OVERLAP_H}");
        return Err(wrong(FIELD, FieldCode::OutOfRange, detail));
    }
    let (Some(before), Some(new)) = (before, account.secret("secret")) else {
        return Ok(());
    };
    if overlap == 0 {
        return Ok(());
    }
    let mut previous = before.previous.clone();
    if let Some(old) = before.secret("secret") {
        previous.push(Previous {
            secret: old.clone(),
            expires_at: now + TimeDelta::hours(overlap.into()),
        });
    }
    // The present secret itself, where it was not changed or is an earlier one again.
    let is_same = |one: &Previous| one.secret.expose_secret().trim() == new.expose_secret().trim();
    previous.retain(|one| now < one.expires_at && !is_same(one));
    previous.drain(..previous.len().saturating_sub(MOST));
    account.previous = previous;
    Ok(())
}

/// When the last of them signs no longer.
pub(crate) fn expires_at(previous: &[Previous]) -> Option<DateTime<Utc>> {
    previous.iter().map(|one| one.expires_at).max()
}

#[derive(Serialize, Deserialize)]
struct Plain<'a> {
    secret: std::borrow::Cow<'a, str>,
    expires_at: DateTime<Utc>,
}

pub(crate) fn to_json(previous: &[Previous]) -> SecretString {
    let plain = previous.iter().map(|one| Plain {
        secret: one.secret.expose_secret().into(),
        expires_at: one.expires_at,
    });
    let plain: Vec<Plain<'_>> = plain.collect();
    let text = serde_json::to_string(&plain);
    text.expect("texts and moments are JSON").into()
}

pub(crate) fn of_json(text: &SecretString) -> Option<Vec<Previous>> {
    let plain: Vec<Plain<'_>> = serde_json::from_str(text.expose_secret()).ok()?;
    let previous = plain.into_iter().map(|one| Previous {
        secret: one.secret.into_owned().into(),
        expires_at: one.expires_at,
    });
    Some(previous.collect())
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
mod tests;
