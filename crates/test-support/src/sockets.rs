//! The options of this process's own sockets, whichever part has opened them.
//!
//! A client that sends a request in two writes without `TCP_NODELAY` waits 40 ms: Nagle's algorithm holds the second
//! back until the peer acknowledges the first, and the peer delays that. On a fast local network a test by the clock
//! would pass anyway, so tests look at the option itself. Linux only, as the kernel's list of file descriptors is.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::net::{getpeername, getsockname, sockopt};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

/// A client sets the option just after it has connected.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// Waits until every connection of this process to `peer` sends at once.
///
/// # Panics
/// Where there is no such connection, or one still waits for acknowledgements after five seconds.
pub async fn assert_nodelay_to(peer: impl Into<SocketAddr>) {
    let peer = peer.into();
    let is_to_peer = |socket: &OwnedFd| peer_of(socket) == Some(peer);
    assert_nodelay(&format!("to {peer}"), is_to_peer).await;
}

/// The same of the connections that this process has accepted at `local`.
///
/// # Panics
/// As [`assert_nodelay_to`].
pub async fn assert_nodelay_at(local: SocketAddr) {
    let is_accepted = |socket: &OwnedFd| {
        let name = getsockname(socket).ok();
        name.and_then(|name| name.try_into().ok()) == Some(local) && peer_of(socket).is_some()
    };
    assert_nodelay(&format!("at {local}"), is_accepted).await;
}

async fn assert_nodelay(which: &str, is_meant: impl Fn(&OwnedFd) -> bool) {
    let until = Instant::now() + PATIENCE;
    loop {
        let options = options(&is_meant);
        if !options.is_empty() && options.iter().all(|option| *option) {
            return;
        }
        assert!(
            Instant::now() < until,
            "TCP_NODELAY of the connections {which}: {options:?}"
        );
        tokio::time::sleep(PAUSE).await;
    }
}

/// Of each that is meant, whether it has the option.
fn options(is_meant: impl Fn(&OwnedFd) -> bool) -> Vec<bool> {
    let meant = own_descriptors().into_iter().filter(is_meant);
    let options = meant.filter_map(|socket| sockopt::tcp_nodelay(socket).ok());
    options.collect()
}

/// Copies of all open file descriptors; those that are closed meanwhile are left out.
fn own_descriptors() -> Vec<OwnedFd> {
    let own = pidfd_open(getpid(), PidfdFlags::empty()).expect("a kernel with pidfd_open");
    let listed = std::fs::read_dir("/proc/self/fd").expect("the list of descriptors");
    let numbers = listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers
        .filter_map(|number| pidfd_getfd(&own, number, PidfdGetfdFlags::empty()).ok())
        .collect()
}

/// Nothing for what is no connection of the internet.
fn peer_of(socket: &OwnedFd) -> Option<SocketAddr> {
    getpeername(socket).ok()??.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_option_is_seen_as_it_is() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let peer = listener.local_addr().expect("bound");
        let to_peer = || options(|socket| peer_of(socket) == Some(peer));
        assert!(to_peer().is_empty());
        let stream = tokio::net::TcpStream::connect(peer).await.expect("open");
        assert_eq!(to_peer(), [false]);
        stream.set_nodelay(true).expect("open");
        assert_eq!(to_peer(), [true]);
        assert_nodelay_to(peer).await;
    }
}
