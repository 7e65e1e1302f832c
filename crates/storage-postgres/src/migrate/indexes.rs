//! Builds what a migration only declares, beside everything that goes on: the partitions' parts of
//! an index, and the proof of a constraint.
//!
//! A migration that adds an index to a partitioned table writes `CREATE INDEX … ON ONLY`, which
//! touches no row, and one that adds a constraint writes `NOT VALID`. What is missing then stands in
//! the catalogue, so there is no list of it here, and a run that was killed leaves nothing to
//! remember: the next one looks again.

use sqlx::{Executor, PgConnection, Row};

use super::patience::{Patience, is_undefined};

/// A concurrent build waits for the transactions that were there before it, and no transaction waits for it.
const NO_LIMIT: &str = "SET lock_timeout = 0";

/// What a killed run has left of indexes that were being built. Their names are free again after it.
///
/// # Errors
/// What the database says.
pub(super) async fn drop_unfinished(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute(NO_LIMIT).await?;
    let unfinished = sqlx::query(
        "SELECT c.relname::text, format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', 'public', c.relname)
         FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'i' AND NOT i.indisvalid
           AND c.relowner = 'campanile_owner'::regrole",
    );
    for row in unfinished.fetch_all(&mut *connection).await? {
        let (name, statement): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        tracing::info!(index = %name, "dropping an index that an earlier run left unfinished");
        connection.execute(&*statement).await?;
    }
    Ok(())
}

/// Builds the index of each partition that has none yet, the newest day first, and hangs it into the
/// parent's.
///
/// # Errors
/// What the database says; a lock that was not given within the patience is among it.
pub(super) async fn complete(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    loop {
        let missing = missing(connection).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let of = missing.len();
        for (number, part) in (1..).zip(&missing) {
            tracing::info!("building index {} ({number} of {of})", part.name);
            match part.make(connection).await {
                // The day was dropped meanwhile, as retention does.
                Err(error) if is_undefined(&error) => {}
                done => done?,
            }
        }
    }
}

/// Has the database check the rows that were there before a constraint.
///
/// # Errors
/// What the database says.
pub(super) async fn validate_constraints(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute(NO_LIMIT).await?;
    let unproved = sqlx::query_scalar::<_, String>(
        "SELECT format('ALTER TABLE %s VALIDATE CONSTRAINT %I', conrelid::regclass, conname)
         FROM pg_constraint JOIN pg_class c ON c.oid = conrelid
         WHERE NOT convalidated AND connamespace = 'public'::regnamespace
           AND c.relowner = 'campanile_owner'::regrole",
    );
    for statement in unproved.fetch_all(&mut *connection).await? {
        tracing::info!("{statement}");
        connection.execute(&*statement).await?;
    }
    Ok(())
}

/// A partition's part of an index.
struct Part {
    name: String,
    build: String,
    attach: String,
}

impl Part {
    async fn make(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        connection.execute(NO_LIMIT).await?;
        connection.execute(&*self.build).await?;
        // Those who read the day hold its indexes, so this one does wait in a queue.
        let mut patience = Patience::new(&self.name);
        loop {
            connection.execute(Patience::LOCK_TIMEOUT).await?;
            match connection.execute(&*self.attach).await {
                Err(error) if patience.another(&error).await => {}
                done => return done.map(drop),
            }
        }
    }
}

/// Every partition without its part of an index of its parent's.
async fn missing(connection: &mut PgConnection) -> Result<Vec<Part>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT x.name, format('CREATE INDEX CONCURRENTLY IF NOT EXISTS %I ON public.%I %s',
                    x.name, x.part, substr(x.whole, strpos(x.whole, ' USING ') + 1)),
                format('ALTER INDEX public.%I ATTACH PARTITION public.%I', x.parent, x.name)
         FROM (SELECT p.relname AS part, ic.relname AS parent, pg_get_indexdef(i.indexrelid) AS whole,
                      p.relname || substr(ic.relname, length(t.relname) + 1) AS name
               FROM pg_index i
               JOIN pg_class ic ON ic.oid = i.indexrelid AND ic.relkind = 'I'
               JOIN pg_class t ON t.oid = i.indrelid
               JOIN pg_inherits h ON h.inhparent = i.indrelid
               JOIN pg_class p ON p.oid = h.inhrelid
               WHERE ic.relnamespace = 'public'::regnamespace
                 AND t.relowner = 'campanile_owner'::regrole AND NOT EXISTS (
                   SELECT FROM pg_inherits ih JOIN pg_index pi ON pi.indexrelid = ih.inhrelid
                   WHERE ih.inhparent = i.indexrelid AND pi.indrelid = p.oid)) AS x
         ORDER BY x.part DESC, x.parent",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Part {
                name: row.try_get(0)?,
                build: row.try_get(1)?,
                attach: row.try_get(2)?,
            })
        })
        .collect()
}
