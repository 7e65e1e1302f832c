//! Which tenants, for the commands that sign tokens.

use clap::Args;

use crate::population::tenant_names;

/// Tenants by name or by number.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Tenants {
    /// The tenants; the users are dealt to them in turn (default: `default`).
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) tenants: Vec<String>,
    /// So many tenants: `default`, `load-1`, `load-2`, ….
    #[arg(long, value_name = "N", conflicts_with = "tenants", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) tenant_count: Option<u32>,
}

impl Tenants {
    /// So many.
    pub(crate) fn count(count: u32) -> Self {
        Self {
            tenants: Vec::new(),
            tenant_count: Some(count),
        }
    }

    /// Their names.
    pub(crate) fn names(&self) -> Vec<String> {
        if self.tenants.is_empty() {
            tenant_names(self.tenant_count.unwrap_or(1))
        } else {
            self.tenants.clone()
        }
    }
}
