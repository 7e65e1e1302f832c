//! A brand as it is shown.

use std::collections::BTreeMap;

use campanile_storage::StoredBrand;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What a tenant's messages have in common.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Brand)]
pub(super) struct Item {
    /// The tenant's name, as readers know it.
    #[schema(required, example = "Acme")]
    name: Option<String>,
    /// The https address of a picture.
    #[schema(required)]
    logo: Option<String>,
    /// Colours by name.
    #[schema(example = json!({"accent": "#0a7cff"}))]
    colors: BTreeMap<String, String>,
    /// The postal address.
    #[schema(required)]
    address: Option<String>,
    /// https addresses by name.
    #[schema(example = json!({"help": "https://acme.example/help"}))]
    links: BTreeMap<String, String>,
    /// The revision, which each change raises; also in `ETag`. 0 if the tenant has set none.
    revision: u64,
    /// When it last changed.
    #[schema(required)]
    updated_at: Option<DateTime<Utc>>,
    /// The subject of the token that changed it.
    #[schema(required, example = "ann")]
    updated_by: Option<String>,
}

impl Item {
    pub(super) fn new(stored: Option<StoredBrand>) -> Self {
        let brand = stored.as_ref().map(|stored| stored.brand.clone());
        let brand = brand.unwrap_or_default();
        Self {
            name: brand.name,
            logo: brand.logo,
            colors: brand.colors,
            address: brand.address,
            links: brand.links,
            revision: stored.as_ref().map_or(0, |stored| stored.revision),
            updated_at: stored.as_ref().map(|stored| stored.updated_at),
            updated_by: stored.map(|stored| stored.updated_by),
        }
    }
}
