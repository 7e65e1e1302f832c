//! What a relay offers in its answer to EHLO, as far as it is used.

use super::wire::Said;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    /// Commands may be sent before their predecessors are answered (RFC 2920).
    pub(super) pipelining: bool,
    /// The connection can be protected (RFC 3207).
    pub(super) starttls: bool,
    /// Ways to log in (RFC 4954).
    pub(super) auth_plain: bool,
    pub(super) auth_login: bool,
}

impl Offers {
    pub(super) fn of(said: &Said) -> Self {
        let mut offers = Self::default();
        // The first line is the relay's name.
        for line in said.lines.iter().skip(1) {
            // Old relays write `AUTH=LOGIN`.
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '\t', '=']);
            match words.next() {
                Some("PIPELINING") => offers.pipelining = true,
                Some("STARTTLS") => offers.starttls = true,
                Some("AUTH") => {
                    for way in words {
                        offers.auth_plain |= way == "PLAIN";
                        offers.auth_login |= way == "LOGIN";
                    }
                }
                _ => {}
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Offers {
        Offers::of(&Said {
            code: 250,
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            is_whole: true,
        })
    }

    #[test]
    fn keywords_are_read_in_any_case_and_the_relays_name_is_none() {
        let all = Offers {
            pipelining: true,
            starttls: true,
            auth_plain: true,
            auth_login: true,
        };
        for (lines, expected) in [
            (
                &["relay", "PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN"][..],
                all,
            ),
            (
                &["relay", "Auth=login  XOAUTH2"],
                Offers {
                    auth_login: true,
                    ..Offers::default()
                },
            ),
            (
                &["relay", "starttls"],
                Offers {
                    starttls: true,
                    ..Offers::default()
                },
            ),
            (
                &[
                    "STARTTLS",
                    "SIZE 1000",
                    "8BITMIME",
                    "AUTHENTICATE PLAIN",
                    "",
                ],
                Offers::default(),
            ),
            (&[""], Offers::default()),
        ] {
            assert_eq!(of(lines), expected, "{lines:?}");
        }
    }
}
