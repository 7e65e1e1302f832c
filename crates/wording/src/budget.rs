//! How much processor time templates may take from a batch.

use std::time::Duration;

use campanile_domain::TenantId;

/// Processor time for the inbox texts of one tenant in a batch of accepts or a step of a fan-out. A short template takes
/// about 20 µs for each reader that it names, so 1,000 readers take a fifth of it.
const TENANT_CPU: Duration = Duration::from_millis(100);
/// Processor time for the inbox texts of a batch, of all tenants together. One render that began in time may take 50 ms
/// more.
const BATCH_CPU: Duration = Duration::from_millis(250);
/// A template that takes longer than this for a reader is slow.
const SLOW: Duration = Duration::from_millis(1);
/// For how long a slow template that was over its budget is not used for the inbox.
const REST: Duration = Duration::from_secs(10);

/// What is left of a batch's processor time. Tenants have a fair share each; what one leaves is for those after it.
pub(crate) struct Budget {
    left: Duration,
    /// Tenants that have had no share so far.
    tenants: u32,
    whose: Option<TenantId>,
    share: Duration,
}

impl Budget {
    /// For the tenants in a batch whose inbox texts are made from templates.
    pub(crate) fn of(tenants: usize) -> Self {
        Self {
            left: BATCH_CPU,
            tenants: u32::try_from(tenants).unwrap_or(u32::MAX),
            whose: None,
            share: Duration::ZERO,
        }
    }

    /// The next texts are of this tenant, whose texts are all made one after the other.
    pub(crate) fn turn_to(&mut self, tenant: &TenantId) {
        if self.whose.as_ref() == Some(tenant) {
            return;
        }
        self.share = TENANT_CPU.min(self.left / self.tenants.max(1));
        self.tenants = self.tenants.saturating_sub(1);
        self.whose = Some(tenant.clone());
    }

    /// Whether the tenant has used up its share.
    pub(crate) const fn is_spent(&self) -> bool {
        self.share.is_zero()
    }

    pub(crate) fn spend(&mut self, cpu: Duration) {
        self.share = self.share.saturating_sub(cpu);
        self.left = self.left.saturating_sub(cpu);
    }
}

/// For how long a template is not used that took so long for so many readers, if it is slow.
pub(crate) fn rest_for(cpu: Duration, renders: u32) -> Option<Duration> {
    let each = cpu.checked_div(renders)?;
    (each > SLOW).then_some(REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str) -> TenantId {
        TenantId::parse(name).expect("a tenant")
    }

    #[test]
    fn no_tenant_takes_the_share_of_another() {
        let mut budget = Budget::of(5);
        budget.turn_to(&tenant("a"));
        budget.spend(Duration::from_secs(1));
        assert!(budget.is_spent());
        budget.turn_to(&tenant("a"));
        assert!(budget.is_spent(), "its share does not begin anew");

        let mut budget = Budget::of(5);
        for name in ["a", "b", "c", "d", "e"] {
            budget.turn_to(&tenant(name));
            assert!(!budget.is_spent(), "{name}");
            budget.spend(BATCH_CPU / 5);
            assert!(budget.is_spent(), "{name}");
        }
    }

    #[test]
    fn what_one_leaves_is_for_the_next() {
        let mut budget = Budget::of(10);
        for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            budget.turn_to(&tenant(name));
        }
        budget.turn_to(&tenant("i"));
        assert_eq!(budget.share, TENANT_CPU);
    }

    #[test]
    fn only_a_slow_template_rests() {
        assert_eq!(rest_for(TENANT_CPU, 2), Some(REST));
        assert_eq!(rest_for(TENANT_CPU, 1_000), None, "its readers are many");
        assert_eq!(rest_for(TENANT_CPU, 0), None);
    }
}
