//! A tenant's rows, read past the service: every column of every table that knows tenants.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{PgPool, SqlitePool};

/// A way into the database that no policy and no query of ours guards.
pub enum Rows {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Rows {
    pub async fn sqlite(file: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        Self::Sqlite(SqlitePool::connect_with(options).await.unwrap())
    }

    pub async fn postgres(url: &str) -> Self {
        Self::Postgres(PgPool::connect(url).await.unwrap())
    }

    /// All of them, one text each, in no order that matters.
    pub async fn of(&self, tenant: &str) -> Vec<String> {
        let mut rows = match self {
            Self::Sqlite(pool) => of_sqlite(pool, tenant).await,
            Self::Postgres(pool) => of_postgres(pool, tenant).await,
        };
        rows.sort();
        rows
    }
}

async fn of_sqlite(pool: &SqlitePool, tenant: &str) -> Vec<String> {
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, group_concat('quote(\"' || c.name || '\")', '||'',''||')
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' GROUP BY m.name
         HAVING max(c.name = 'tenant')",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert!(tables.len() >= 7, "{tables:?}");
    let mut rows = Vec::new();
    for (table, columns) in tables {
        let query = format!("SELECT '{table}: ' || {columns} FROM \"{table}\" WHERE tenant = ?");
        let query = sqlx::query_scalar::<_, String>(&query).bind(tenant);
        rows.extend(query.fetch_all(pool).await.unwrap());
    }
    rows
}

async fn of_postgres(pool: &PgPool, tenant: &str) -> Vec<String> {
    // Partitions are read through their parents.
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert!(tables.len() >= 7, "{tables:?}");
    let mut rows = Vec::new();
    for table in tables {
        let query =
            format!("SELECT '{table}: ' || to_jsonb(t)::text FROM {table} t WHERE tenant = $1");
        let query = sqlx::query_scalar::<_, String>(&query).bind(tenant);
        rows.extend(query.fetch_all(pool).await.unwrap());
    }
    rows
}
