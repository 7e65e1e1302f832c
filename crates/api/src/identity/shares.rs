//! How many look-ups of one address wait at a time.
//!
//! Each API key that does not exist costs a look-up, and so does each tenant that a forged token names; sending one needs no
//! valid credential. The look-ups that wait are bounded; without shares, one address could take all places, and a valid
//! credential of which nothing is remembered would find none.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::failures::network;

/// Of the places in the queue, one in sixteen.
const MOST: u32 = 64;

/// Look-ups that wait, by address; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Shares(Arc<Mutex<HashMap<IpAddr, u32>>>);

/// A place, free again when this is dropped.
pub(super) struct Share {
    shares: Shares,
    bucket: Option<IpAddr>,
}

impl Shares {
    /// Takes one of the places in the queue that an address may use; `None` if all of them are in use. Without the service's accept loop no address is
    /// known, and none is counted.
    pub(super) fn take(&self, address: Option<IpAddr>) -> Option<Share> {
        let bucket = address.map(network);
        if let Some(bucket) = bucket {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let waiting = waiting.entry(bucket).or_default();
            if *waiting >= MOST {
                return None;
            }
            *waiting += 1;
        }
        Some(Share {
            shares: self.clone(),
            bucket,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(bucket) = self.bucket else { return };
        let mut waiting = self.shares.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = waiting.get_mut(&bucket) {
            *left -= 1;
            if *left == 0 {
                waiting.remove(&bucket);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_places_and_gets_them_back() {
        let shares = Shares::default();
        let (one, other) = ("192.0.2.1".parse().ok(), "192.0.2.2".parse().ok());
        let mut held: Vec<_> = (0..MOST).map(|_| shares.take(one).unwrap()).collect();
        assert!(shares.take(one).is_none());
        assert!(shares.take(other).is_some());
        held.pop();
        held.push(shares.take(one).unwrap());
        assert!(shares.take(one).is_none());
        drop(held);
        assert!(shares.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_site_of_ipv6_counts_as_one_address() {
        let shares = Shares::default();
        let held: Vec<_> = (0..MOST)
            .map(|host| {
                let address = format!("2001:db8::{host:x}").parse().ok();
                shares.take(address).unwrap()
            })
            .collect();
        assert!(shares.take("2001:db8::ffff".parse().ok()).is_none());
        assert!(shares.take("2001:db8:0:1::1".parse().ok()).is_some());
        drop(held);
    }
}
