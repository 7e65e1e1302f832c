//! A connection in use, and what is under way on it.
//!
//! A caller may go away between any two messages. What it leaves is cleared up after it, and only then may another
//! caller have the connection: otherwise they would wait for another's statement, or store rows in another's transaction.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::Object;
use sqlx::{Connection, Executor, PgConnection};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout};

use crate::connection::Scope;
use crate::error::{Fault, commit_fault};
use crate::named::named;
use crate::pool::{Connections, Pool};
use crate::reach::Reach;

/// A server that does not come to an end with what was left in so long loses the connection.
const CLEAR_UP_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection in use.
pub(crate) struct Session {
    /// There until it is dropped.
    connection: Option<Object<Connections>>,
    left: Left,
    reach: Arc<Reach>,
}

/// What there would be to clear up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    /// A statement, perhaps.
    Statement,
    /// A transaction, perhaps.
    Transaction,
}

impl Session {
    /// For one statement.
    pub(crate) async fn alone(pool: &Pool) -> Result<Self, Fault> {
        Ok(Self {
            connection: Some(pool.get().await?),
            left: Left::Statement,
            reach: pool.reach(),
        })
    }

    /// In a transaction that sees the rows of a scope: one round trip for BEGIN and what it needs.
    pub(crate) async fn begin(pool: &Pool, scope: &Scope) -> Result<Self, Fault> {
        let mut session = Self {
            connection: Some(pool.get().await?),
            left: Left::Transaction,
            reach: pool.reach(),
        };
        let statements = format!("BEGIN; SET LOCAL campanile.tenants = '{}'", scope.as_str());
        session.say(&statements).await?;
        Ok(session)
    }

    /// To say something on it, and what ends if no answer comes.
    pub(crate) fn parts(&mut self) -> (&mut PgConnection, &Arc<Reach>) {
        let connection = self.connection.as_mut();
        (connection.expect("it is there until the end"), &self.reach)
    }

    async fn say(&mut self, statements: &str) -> Result<(), Fault> {
        let (connection, reach) = self.parts();
        let said = async { Ok(connection.execute(statements).await.map(drop)?) };
        answered(reach, said).await
    }

    /// The statement was answered.
    pub(crate) fn end(mut self) {
        self.left = Left::Nothing;
    }

    /// Ends a transaction whose work failed, and waits for it: the caller may want its rows at once. Where that fails
    /// too, it is cleared up as one that was left.
    pub(crate) async fn rollback(mut self) {
        if self.say("ROLLBACK").await.is_ok() {
            self.left = Left::Nothing;
        }
    }

    /// Ends the transaction.
    pub(crate) async fn commit(mut self) -> Result<(), Fault> {
        named("commit", self.say("COMMIT"))
            .await
            .map_err(commit_fault)?;
        self.left = Left::Nothing;
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if self.left == Left::Nothing {
            return;
        }
        match Handle::try_current() {
            Ok(runtime) => {
                let reach = Arc::clone(&self.reach);
                drop(runtime.spawn(clear_up(connection, self.left, reach)));
            }
            // The process ends; so does the connection.
            Err(_) => drop(Doubtful(Some(connection))),
        }
    }
}

/// Both wait for the answers that were not read. Only what came to its end goes back to the pool.
async fn clear_up(connection: Object<Connections>, left: Left, reach: Arc<Reach>) {
    let mut doubtful = Doubtful(Some(connection));
    let connection = doubtful.0.as_mut().expect("it was just put there");
    let clearing = async {
        match left {
            Left::Transaction => connection.execute("ROLLBACK").await.map(drop),
            Left::Statement | Left::Nothing => connection.ping().await,
        }
    };
    let cleared = tokio::select! {
        cleared = timeout(CLEAR_UP_TIMEOUT, clearing) => matches!(cleared, Ok(Ok(()))),
        // Its place in the pool is for one that leads somewhere.
        _ = reach.gone() => false,
    };
    if cleared {
        drop(doubtful.0.take());
    }
}

/// Waits for what was asked of the server, as long as the server is there.
pub(crate) async fn answered<T>(
    reach: &Arc<Reach>,
    asked: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let since = Instant::now();
    tokio::select! {
        biased;
        answer = asked => {
            if !matches!(answer, Err(Fault::Lost(_))) {
                reach.answered(since);
            }
            answer
        }
        why = reach.silent() => Err(Fault::Away(why)),
    }
}

/// A connection that is not given back unless it is taken out of here.
struct Doubtful(Option<Object<Connections>>);

impl Drop for Doubtful {
    fn drop(&mut self) {
        drop(self.0.take().map(Object::take));
    }
}
