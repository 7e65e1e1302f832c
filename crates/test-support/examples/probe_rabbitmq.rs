//! Says whether the broker at the address given still does what the tests need. Who calls it bounds the time.

use campanile_test_support::rabbitmq;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let url = std::env::args().nth(1);
    rabbitmq::probe(&url.ok_or_else(|| anyhow::anyhow!("usage: probe_rabbitmq URL"))?).await
}
