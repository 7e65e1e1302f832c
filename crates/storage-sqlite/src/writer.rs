//! One writer merges everything that waits into one commit.
//!
//! A commit is one fsync, the dearest thing there is here. Accept, plan, record and all else queue
//! their work; the task takes what waits, gives each its own savepoint (so that a failure undoes
//! its own rows only), commits once, and answers only then. Callers that go away change nothing.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use campanile_storage::StorageError;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::error::storage_error;
use crate::scrub;

/// Writes that wait; beyond it callers wait to be let in.
const QUEUE: usize = 1_024;
/// Writes in one commit.
const MERGED: usize = 64;

type Job = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Done> + Send>;

/// A job that has run, to be answered after the commit.
struct Done {
    failed: bool,
    effect: Effect,
    answer: Box<dyn FnOnce(Result<(), StorageError>) + Send>,
}

/// What a job has done to the file, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// There is nothing to commit.
    Nothing,
    Rows,
    /// It has deleted what must not be found again: the log is emptied after its commit.
    Erasure,
}

/// The way to the writing task.
pub(crate) struct Writer {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    task: Mutex<Option<JoinHandle<()>>>,
    commits: Arc<AtomicU64>,
    failed: CancellationToken,
}

impl Writer {
    pub(crate) fn start(connection: SqliteConnection) -> Self {
        let (jobs, receiver) = mpsc::channel(QUEUE);
        let commits = Arc::new(AtomicU64::new(0));
        let failed = CancellationToken::new();
        let running = run(connection, receiver, Arc::clone(&commits));
        let on_panic = failed.clone();
        let task = tokio::spawn(async move {
            if AssertUnwindSafe(running).catch_unwind().await.is_err() {
                tracing::error!(
                    task = "writer",
                    "an essential task has panicked; the process exits"
                );
                on_panic.cancel();
            }
        });
        Self {
            failed,
            jobs: Mutex::new(Some(jobs)),
            task: Mutex::new(Some(task)),
            commits,
        }
    }

    /// Runs `work` in the next commit; returns when that is durable.
    pub(crate) async fn write<T, W>(&self, work: W) -> Result<T, StorageError>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StorageError>>
            + Send
            + 'static,
    {
        self.write_if(move |connection| {
            let working = work(connection);
            Box::pin(async move { Ok((working.await?, Effect::Rows)) })
        })
        .await
    }

    /// The same for work that says what it has done: where none of a commit has written, there is none.
    pub(crate) async fn write_if<T, W>(&self, work: W) -> Result<T, StorageError>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(
                &'c mut SqliteConnection,
            ) -> BoxFuture<'c, Result<(T, Effect), StorageError>>
            + Send
            + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            Box::pin(async move {
                let result = work(connection).await;
                let failed = result.is_err();
                let effect = result
                    .as_ref()
                    .map_or(Effect::Nothing, |(_, effect)| *effect);
                let answer = move |commit: Result<(), StorageError>| {
                    let _ = sender.send(commit.and(result.map(|(done, _)| done)));
                };
                Done {
                    failed,
                    effect,
                    answer: Box::new(answer),
                }
            })
        });
        let closed = || StorageError::Unavailable("the database is closed".into());
        let jobs = self.jobs.lock().await.clone().ok_or_else(closed)?;
        jobs.send(job).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Ends when the writing task has panicked.
    pub(crate) async fn failed(&self) {
        self.failed.cancelled().await;
    }

    /// How many commits there have been.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Writes what waits and closes the file.
    pub(crate) async fn close(&self) {
        self.jobs.lock().await.take();
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }
}

async fn run(
    mut connection: SqliteConnection,
    mut jobs: mpsc::Receiver<Job>,
    commits: Arc<AtomicU64>,
) {
    // Whether the log is to be emptied after the next commit.
    let mut log_is_due = false;
    let mut batch = Vec::with_capacity(MERGED);
    while jobs.recv_many(&mut batch, MERGED).await > 0 {
        let mut done = Vec::with_capacity(batch.len());
        let result = merged(&mut connection, batch.drain(..), &mut done).await;
        let effect = done.iter().map(|one| one.effect).max();
        if effect > Some(Effect::Nothing) {
            commits.fetch_add(1, Ordering::Relaxed);
        }
        log_is_due |= effect == Some(Effect::Erasure);
        // Before the answers: what was erased is gone when its caller hears of it.
        if log_is_due {
            let emptied = scrub::empty_log(&mut connection).await;
            log_is_due = !matches!(emptied, Ok(true));
        }
        for Done { answer, .. } in done {
            answer(result.clone().map_err(StorageError::from));
        }
    }
    if let Err(error) = scrub::rewrite_if_due(&mut connection).await {
        tracing::error!(%error, "could not vacuum the database file after an erasure; the next start retries");
    }
    // Leaves one file behind, without a log to replay.
    let _ = scrub::empty_log(&mut connection).await;
    let _ = connection.close().await;
}

/// What broke a whole commit.
#[derive(Clone)]
enum Broken {
    /// Nothing of it is stored.
    Before(String),
    /// The commit itself: its outcome is unknown.
    Commit(String),
}

impl From<Broken> for StorageError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Before(detail) => Self::Unavailable(detail),
            Broken::Commit(detail) => Self::CommitUnknown(detail),
        }
    }
}

/// Runs jobs in one commit; `done` takes those that are to be answered.
async fn merged(
    connection: &mut SqliteConnection,
    jobs: impl Iterator<Item = Job>,
    done: &mut Vec<Done>,
) -> Result<(), Broken> {
    let before = |error: StorageError| Broken::Before(error.to_string());
    execute(connection, "BEGIN IMMEDIATE")
        .await
        .map_err(before)?;
    for job in jobs {
        // Without its savepoint a job cannot be undone alone, so all are.
        match in_savepoint(connection, job).await {
            Ok(one) => done.push(one),
            Err(error) => {
                tracing::error!(%error, "a savepoint failed; the transaction was rolled back");
                let _ = execute(connection, "ROLLBACK").await;
                return Err(before(error));
            }
        }
    }
    let end = if done.iter().any(|one| one.effect > Effect::Nothing) {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    if let Err(error) = execute(connection, end).await {
        let _ = execute(connection, "ROLLBACK").await;
        return Err(Broken::Commit(error.to_string()));
    }
    Ok(())
}

async fn in_savepoint(connection: &mut SqliteConnection, job: Job) -> Result<Done, StorageError> {
    execute(connection, "SAVEPOINT job").await?;
    let done = job(connection).await;
    if done.failed {
        execute(connection, "ROLLBACK TO job").await?;
    }
    execute(connection, "RELEASE job").await?;
    Ok(done)
}

pub(crate) async fn execute(
    connection: &mut SqliteConnection,
    sql: &'static str,
) -> Result<(), StorageError> {
    sqlx::query(sql)
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}
