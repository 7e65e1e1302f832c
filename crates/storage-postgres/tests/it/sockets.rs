//! No statement waits for the acknowledgement of its own beginning. Over TLS one of more than 16 KB leaves as two
//! records; without TCP_NODELAY the second waits for a delayed acknowledgement of the first, 40 ms.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::net::SocketAddr;

use campanile_storage::Maintenance;
use campanile_storage_contract::fixture::{accept, notification, tenants};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::{TestDatabase, TlsFront};
use campanile_test_support::proxy::FaultProxy;
use campanile_test_support::sockets::assert_nodelay_to;
use url::Url;

/// Bytes of a text; longer than a TLS record.
const LONG: usize = 20 * 1024;

/// Accepts something long by way of `peer`, and looks at the connections to it.
async fn accept_through(database: &TestDatabase, peer: SocketAddr, sslmode: &str) {
    let mut url = Url::parse(database.url()).unwrap();
    url.set_host(Some(&peer.ip().to_string())).unwrap();
    url.set_port(Some(peer.port())).unwrap();
    url.set_query(Some(&format!("sslmode={sslmode}")));
    let mut settings = database.settings(Role::Worker);
    settings.app_url = url.into();
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let [acme] = tenants(&storage, ["acme"]).await;
    let mut long = notification(&acme, "u");
    long.body = Some("x".repeat(LONG));
    accept(&storage, vec![long]).await;
    assert_nodelay_to(peer).await;
    storage.close().await;
}

fn upstream(database: &TestDatabase) -> String {
    let url = Url::parse(database.url()).unwrap();
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432))
}

#[tokio::test]
async fn a_statement_over_tls_leaves_at_once() {
    let database = TestDatabase::create().await;
    let front = TlsFront::start(&upstream(&database)).await;
    accept_through(&database, front.address(), "require").await;
    database.close().await;
}

#[tokio::test]
async fn a_statement_without_tls_leaves_at_once() {
    let database = TestDatabase::create().await;
    let front = FaultProxy::start(&upstream(&database)).await;
    accept_through(&database, front.address(), "disable").await;
    database.close().await;
}
