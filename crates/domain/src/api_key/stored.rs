//! What a key says of itself, as its row has it: lists are words.

use ipnet::{AddrParseError, IpNet};

use super::ApiKey;
use crate::ScopeName;

impl ApiKey {
    /// The scopes as they are stored.
    pub fn stored_scopes(&self) -> String {
        words(&self.scopes)
    }

    /// The scopes that are stored. A later release may know more of them: this one grants what it knows.
    pub fn scopes_from_stored(words: &str) -> Vec<ScopeName> {
        let words = words.split_ascii_whitespace();
        words.filter_map(|word| word.parse().ok()).collect()
    }

    /// The networks as they are stored.
    pub fn stored_networks(&self) -> String {
        words(&self.networks)
    }

    /// The networks that are stored.
    ///
    /// # Errors
    /// One cannot be read. It is not left out: without networks a key is accepted from everywhere.
    pub fn networks_from_stored(words: &str) -> Result<Vec<IpNet>, AddrParseError> {
        words.split_ascii_whitespace().map(str::parse).collect()
    }
}

fn words<T: ToString>(all: &[T]) -> String {
    let words: Vec<_> = all.iter().map(T::to_string).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_that_is_not_known_grants_nothing_and_a_network_is_an_error() {
        let scopes = ApiKey::scopes_from_stored("viewer later_scope");
        assert_eq!(scopes, [ScopeName::Viewer]);
        assert!(ApiKey::networks_from_stored("10.0.0.0/8 later").is_err());
        let networks = ApiKey::networks_from_stored("10.0.0.0/8 ::1/128").expect("valid");
        assert_eq!(words(&networks), "10.0.0.0/8 ::1/128");
    }
}
