//! Calls that came before the time that the provider had named.

use std::collections::HashMap;

use campanile_fakes::ledger::Received;

/// Clocks of one machine agree, and a ledger's moment is taken when a call is read: this much may
/// lie between the answer before and the moment noted for it.
const TOLERANCE_US: u64 = 50_000;

/// How many came too early.
#[derive(Default)]
pub(super) struct Early<'a> {
    /// When the next call of the same for the same device may come.
    not_before: HashMap<(&'a str, Option<&'a str>), u64>,
    pub(super) count: u64,
}

impl<'a> Early<'a> {
    /// The next line of the ledger, which is in the order of time.
    pub(super) fn add(&mut self, call: &'a Received) {
        let of = (call.webhook_id.as_str(), call.target.as_deref());
        let is_early = |before: &u64| call.at + TOLERANCE_US < *before;
        if self.not_before.get(&of).is_some_and(is_early) {
            self.count += 1;
        }
        if let Some(seconds) = call.retry_after_s {
            self.not_before.insert(of, call.at + seconds * 1_000_000);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(at_s: u64, retry_after_s: Option<u64>) -> Received {
        Received {
            at: at_s * 1_000_000,
            webhook_id: "one".to_owned(),
            notification_id: None,
            target: None,
            verified: None,
            status: 429,
            retry_after_s,
        }
    }

    #[test]
    fn only_a_call_before_its_time_is_early() {
        for (second_at, early) in [(9, 1), (10, 0), (11, 0)] {
            let (mut calls, ledger) =
                (Early::default(), [call(0, Some(10)), call(second_at, None)]);
            ledger.iter().for_each(|call| calls.add(call));
            assert_eq!(calls.count, early, "after {second_at} s");
        }
    }
}
