//! What becomes of two entries of the suppression list for the same address and notification type, as parts of statements of every SQL
//! back end: one that a person has asked for outweighs a bounce, whichever came first.

/// Sorts entries so that the first of several is the one that stays. A column `reason` is there.
pub const WEAKER_LAST: &str = "(reason = 'hard_bounce')";

/// What follows the values of an `INSERT INTO suppressions`.
pub const STRONGER_STAYS: &str = "\
    ON CONFLICT (tenant, channel, address, notification_type) DO UPDATE SET \
    reason = excluded.reason, source = excluded.source, since = excluded.since, user_id = excluded.user_id \
    WHERE suppressions.reason = 'hard_bounce' AND excluded.reason <> 'hard_bounce'";

#[cfg(test)]
mod tests {
    use campanile_domain::SuppressionReason;

    use super::*;

    #[test]
    fn only_a_bounce_is_outweighed() {
        let weak = SuppressionReason::ALL
            .into_iter()
            .filter(|one| !one.is_of_a_person());
        let weak: Vec<_> = weak.map(SuppressionReason::name).collect();
        assert_eq!(weak, ["hard_bounce"]);
        for part in [WEAKER_LAST, STRONGER_STAYS] {
            assert!(part.contains(weak[0]));
        }
    }
}
