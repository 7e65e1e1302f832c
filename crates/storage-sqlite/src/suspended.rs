//! Tenants that are suspended: what waits for them goes on waiting.

/// Whether the tenant in this expression is not suspended: a look-up by key. Claims ask it of each tenant that has
/// something pending.
macro_rules! not_suspended {
    ($tenant:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM tenants suspended WHERE suspended.tenant = ",
            $tenant,
            " AND suspended.suspended_at IS NOT NULL)"
        )
    };
}
pub(crate) use not_suspended;
