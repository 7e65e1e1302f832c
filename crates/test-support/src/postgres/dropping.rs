//! Drops the databases of tests that are over, beside the tests that follow.
//!
//! The server drops one by a checkpoint, and when all its sessions have taken notice: that takes longer than many a test.
//! Several at once wait for the same. What is left when a program ends is dropped by one that runs an hour later.

use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use futures_util::future::join_all;
use sqlx::{Connection, Executor, PgConnection};

use super::server_url;

/// So many at once, each over a connection.
const AT_ONCE: usize = 8;
/// Those of programs that have ended: from an hour ago, and without connections. The name has the milliseconds.
const LEFT: &str = "SELECT datname::text FROM pg_database d
    WHERE substring(datname FROM '^campanile_test_([0-9]{13})_')::bigint
            < (extract(epoch FROM now()) - 3600) * 1000
        AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)";

/// Has it dropped soon; the caller does not wait.
pub(super) fn soon(name: &str) {
    static QUEUE: OnceLock<Sender<String>> = OnceLock::new();
    let queue = QUEUE.get_or_init(|| {
        let (sender, names) = channel();
        // A runtime of its own: those of tests come and go.
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(drop_all(&names));
            }
        });
        sender
    });
    queue.send(name.to_owned()).ok();
}

/// Drops it now.
pub(super) async fn now(name: &str) {
    let Ok(mut server) = PgConnection::connect(&server_url()).await else {
        return;
    };
    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    server.execute(&*statement).await.ok();
    server.close().await.ok();
}

async fn drop_all(names: &Receiver<String>) {
    let mut some = left().await;
    // Nothing else runs here, so it may block.
    while let Ok(next) = names.recv() {
        some.push(next);
        some.extend(names.try_iter());
        for some in some.chunks(AT_ONCE) {
            join_all(some.iter().map(|name| now(name))).await;
        }
        some.clear();
    }
}

async fn left() -> Vec<String> {
    let Ok(mut server) = PgConnection::connect(&server_url()).await else {
        return Vec::new();
    };
    let left = sqlx::query_scalar(LEFT).fetch_all(&mut server).await;
    server.close().await.ok();
    left.unwrap_or_default()
}
