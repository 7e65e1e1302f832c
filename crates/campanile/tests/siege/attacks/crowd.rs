//! More connections than descriptors, none of which says who it is.

use std::time::Duration;

use tokio::net::TcpStream;

use super::raw;
use crate::place::Place;

const CONNECTIONS: usize = 1_100;
/// As long as a caller may take for a request's head, and more.
const STAYS: Duration = Duration::from_secs(5);

pub async fn play(place: &Place) {
    let mut crowd: Vec<TcpStream> = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        crowd.extend(raw::connect(place).await);
    }
    assert!(crowd.len() > CONNECTIONS / 2, "{} connected", crowd.len());
    // The attack is that they stay, not that they come.
    tokio::time::sleep(STAYS).await;
}
