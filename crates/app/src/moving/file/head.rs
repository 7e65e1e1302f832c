//! What a file begins with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_domain::TenantId;
use campanile_sealing::SALT_BYTES;
use campanile_storage::TABLES;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::MoveError;

/// The name and the version of the format.
const FORMAT: &str = "campanile-tenant/1";

/// What a file begins with. It is readable without the passphrase, and encrypted frames are bound to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    format: String,
    /// The name of this file: an import that is continued asks for it.
    pub file: Uuid,
    /// The tenant.
    pub tenant: TenantName,
    /// The release that wrote it.
    pub release: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// The salt of the passphrase; none in a plain file.
    salt: Option<String>,
    /// Every table with its columns and their kinds, in the order of a row's values.
    tables: Value,
}

/// A tenant's name, in JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantName(pub TenantId);

impl TryFrom<String> for TenantName {
    type Error = campanile_domain::InvalidName;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        TenantId::parse(&name).map(Self)
    }
}

impl From<TenantName> for String {
    fn from(name: TenantName) -> Self {
        name.0.as_str().to_owned()
    }
}

impl Head {
    /// The head of a new file.
    pub fn new(
        tenant: &TenantId,
        file: Uuid,
        release: &str,
        salt: Option<&[u8; SALT_BYTES]>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            file,
            tenant: TenantName(tenant.clone()),
            release: release.to_owned(),
            created_at: now,
            salt: salt.map(|salt| STANDARD.encode(salt)),
            tables: tables(),
        }
    }

    /// Reads the first line.
    pub(in super::super) fn read(line: &[u8]) -> Result<Self, MoveError> {
        let bad = |why: String| MoveError::BadFile(why);
        let found: Value = serde_json::from_slice(line)
            .map_err(|_| bad("it does not begin with a head of an export".into()))?;
        let format = found["format"].as_str().unwrap_or_default();
        if format != FORMAT {
            return Err(bad(format!(
                "its format is {format:?}, and this program reads {FORMAT}"
            )));
        }
        serde_json::from_value(found).map_err(|error| bad(format!("its head: {error}")))
    }

    /// Whether it is encrypted.
    pub fn is_sealed(&self) -> bool {
        self.salt.is_some()
    }

    pub(in super::super) fn salt(&self) -> Option<[u8; SALT_BYTES]> {
        let salt = STANDARD.decode(self.salt.as_ref()?).ok()?;
        salt.try_into().ok()
    }

    /// Fails if this program has other tables or columns.
    pub(in super::super) fn check_tables(&self) -> Result<(), MoveError> {
        let ours = tables();
        if self.tables == ours {
            return Ok(());
        }
        let differs = |name: &str| self.tables.get(name) != ours.get(name);
        let both = [&self.tables, &ours];
        let names = both.into_iter().filter_map(Value::as_object);
        let mut names = names.flat_map(|tables| tables.keys());
        let first = names.find(|name| differs(name));
        Err(MoveError::OtherRelease(format!(
            "{} wrote it, and {} differs",
            self.release,
            first.map_or("a table", String::as_str),
        )))
    }
}

fn tables() -> Value {
    let tables = TABLES.iter().map(|table| {
        let columns = table.columns.iter();
        let columns = columns.map(|column| json!([column.name, column.kind]));
        (table.name.to_owned(), columns.collect())
    });
    Value::Object(tables.collect())
}
