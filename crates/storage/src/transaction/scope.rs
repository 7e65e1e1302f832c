//! Whose rows a transaction may see.

use std::collections::BTreeSet;

use campanile_domain::TenantId;

/// Whose rows a transaction may see, and on whose behalf it runs.
#[derive(Debug, Clone)]
pub struct Scope {
    tenants: Vec<TenantId>,
    is_worker: bool,
    is_read_only: bool,
    is_owner: bool,
}

impl Scope {
    /// One tenant's rows, for a caller of that tenant.
    pub fn caller(tenant: &TenantId) -> Self {
        Self {
            tenants: vec![tenant.clone()],
            is_worker: false,
            is_read_only: false,
            is_owner: false,
        }
    }

    /// The rows of several tenants, for the operator of the installation: an act on one that another one's audit log records.
    pub fn callers<'t>(tenants: impl IntoIterator<Item = &'t TenantId>) -> Self {
        let tenants: BTreeSet<&TenantId> = tenants.into_iter().collect();
        Self {
            tenants: tenants.into_iter().cloned().collect(),
            is_worker: false,
            is_read_only: false,
            is_owner: false,
        }
    }

    /// One tenant's rows, for a caller who only reads: each statement sees what was committed before it, nothing is
    /// committed, and on SQLite the one writer is not waited for.
    pub fn reader(tenant: &TenantId) -> Self {
        Self {
            is_read_only: true,
            ..Self::caller(tenant)
        }
    }

    /// One tenant's rows, for the operator of the installation, who creates and changes tenants.
    pub fn owner(tenant: &TenantId) -> Self {
        Self {
            is_owner: true,
            ..Self::caller(tenant)
        }
    }

    /// One tenant's rows, for a worker.
    pub fn worker_for(tenant: &TenantId) -> Self {
        Self {
            tenants: vec![tenant.clone()],
            is_worker: true,
            is_read_only: false,
            is_owner: false,
        }
    }

    /// The rows of many tenants, for a worker.
    pub fn worker_for_all<'t>(tenants: impl IntoIterator<Item = &'t TenantId>) -> Self {
        let tenants: BTreeSet<&TenantId> = tenants.into_iter().collect();
        Self {
            tenants: tenants.into_iter().cloned().collect(),
            is_worker: true,
            is_read_only: false,
            is_owner: false,
        }
    }

    /// For a worker that has not chosen its tenants yet: only the tables that workers see whole.
    pub const fn worker() -> Self {
        Self {
            tenants: Vec::new(),
            is_worker: true,
            is_read_only: false,
            is_owner: false,
        }
    }

    /// The tenants.
    pub fn tenants(&self) -> &[TenantId] {
        &self.tenants
    }

    /// Whether a worker asks, and not a caller.
    pub const fn is_worker(&self) -> bool {
        self.is_worker
    }

    /// Whether the operator of the installation asks.
    pub const fn is_owner(&self) -> bool {
        self.is_owner
    }

    /// Whether nothing is to be written.
    pub const fn is_read_only(&self) -> bool {
        self.is_read_only
    }
}
