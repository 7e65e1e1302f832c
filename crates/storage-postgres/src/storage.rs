//! The type that implements every trait.

use std::sync::Arc;

use campanile_domain::Random;
use campanile_sealing::KeyRing;

use crate::pool::Pools;
use crate::settings::{PostgresSettings, Role};
use crate::{SetupError, verify};

/// The Postgres back end. Cheap to share behind an `Arc`.
pub struct PostgresStorage {
    pub(crate) pools: Pools,
    pub(crate) role: Role,
    pub(crate) random: Random,
    settings: PostgresSettings,
}

impl PostgresStorage {
    /// Prepares the pools. Connections are made when they are needed, so this succeeds while the
    /// database is away; see [`Self::verify_policy_binds`] for what must hold before it is used.
    ///
    /// # Errors
    /// [`SetupError::Address`] for an address that is none.
    pub async fn connect(settings: PostgresSettings) -> Result<Self, SetupError> {
        Ok(Self {
            pools: Pools::prepare(&settings)?,
            role: settings.role,
            random: Random::system(),
            settings,
        })
    }

    /// Draws the ids of rows that only the database sees from `random`.
    #[must_use]
    pub fn with_random(self, random: Random) -> Self {
        Self { random, ..self }
    }

    /// Opens rows that are sealed, and seals new ones, with these keys. Without this no row is sealed, and none that is can
    /// be opened.
    #[must_use]
    pub fn with_keys(self, keys: &Arc<KeyRing>) -> Self {
        let pools = self.pools.with_keys(keys);
        Self { pools, ..self }
    }

    /// Makes sure that the schema is there and that row-level security binds this process.
    ///
    /// # Errors
    /// [`SetupError::NotMigrated`], [`SetupError::PolicyDoesNotBind`], or what the database says.
    pub async fn verify_policy_binds(&self) -> Result<(), SetupError> {
        verify::verify(&self.settings).await
    }
}
