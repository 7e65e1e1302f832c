//! Which request is next: a function of its number, so that two runs ask the same.

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// The newest twenty.
    List,
    /// How many are unread.
    Count,
    /// Twenty more, by cursor.
    Page,
    /// One new notification, into the inbox only.
    Send,
    /// One is read.
    Read,
    /// All are read.
    ReadAll,
    /// One is deleted.
    Delete,
}

impl Ask {
    /// As reports name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Count => "count",
            Self::Page => "page",
            Self::Send => "send",
            Self::Read => "read",
            Self::ReadAll => "read_all",
            Self::Delete => "delete",
        }
    }

    /// Whether it changes nothing.
    pub(super) fn is_read(self) -> bool {
        matches!(self, Self::List | Self::Count | Self::Page)
    }
}

/// Polls by every user in turn, and pages in between.
pub(super) struct Reads {
    /// The users in the order of this round's polls.
    order: Vec<u32>,
    round: Option<u64>,
    /// How much of the reads is polls.
    share: f64,
    /// A page follows its user's poll after so many others: a second.
    behind: usize,
}

impl Reads {
    /// So many users, who poll so often, at this many reads a second; nothing if those are fewer than
    /// the polls.
    pub(super) fn new(users: u32, poll_every_s: f64, rate: u32) -> Option<Self> {
        let polls = f64::from(users) / poll_every_s;
        let share = 2.0 * polls / f64::from(rate);
        (share <= 1.0).then(|| Self {
            order: (0..users).collect(),
            round: None,
            share,
            behind: (polls as usize).min(users as usize - 1),
        })
    }

    /// The kind and the user of a read; numbers are asked for in order.
    pub(super) fn next(&mut self, number: u64) -> (Ask, u32) {
        let polls_before = |number: u64| (number as f64 * self.share).floor() as u64;
        let (before, after) = (polls_before(number), polls_before(number + 1));
        let users = self.order.len();
        let (round, place) = (before / 2 / users as u64, before / 2 % users as u64);
        if self.round != Some(round) {
            self.round = Some(round);
            self.deal(round);
        }
        let place = place as usize;
        if after == before {
            let place = (place + users - self.behind) % users;
            return (Ask::Page, self.order[place]);
        }
        // An app asks for both at once.
        let ask = if before.is_multiple_of(2) {
            Ask::List
        } else {
            Ask::Count
        };
        (ask, self.order[place])
    }

    /// Users change places within a tenth of the round, so that each one's polls come a round apart,
    /// give or take that much.
    fn deal(&mut self, round: u64) {
        let tenth = self.order.len().div_ceil(10);
        self.order.sort_unstable();
        for block in self.order.chunks_mut(tenth) {
            block.sort_by_key(|user| scattered(round << 32 | u64::from(*user)));
        }
    }
}

/// The kind of a write.
pub(super) fn write(number: u64) -> Ask {
    // A hundred in a row hold each kind as often as it should come, well mixed.
    match number * 37 % 100 {
        0..=52 => Ask::Send,
        53..=97 => Ask::Read,
        98 => Ask::ReadAll,
        _ => Ask::Delete,
    }
}

/// Whom a write is for: one of the busy users, who are spread over all of them.
pub(super) fn busy_user(number: u64, users: u32, busy: u32) -> u32 {
    let busy = busy.min(users);
    let which = (scattered(number) % u64::from(busy)) as u32;
    which * (users / busy)
}

/// A number that looks like chance (the finaliser of SplitMix64).
fn scattered(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_user_polls_both_once_a_round_and_a_round_apart() {
        let (users, rate) = (100_u32, 10);
        let mut reads = Reads::new(users, 30.0, rate).expect("enough reads");
        let mut at: BTreeMap<(Ask, u32), Vec<f64>> = BTreeMap::new();
        let mut pages = 0;
        for number in 0..900 {
            let (ask, user) = reads.next(number);
            match ask {
                Ask::Page => pages += 1,
                _ => at
                    .entry((ask, user))
                    .or_default()
                    .push(number as f64 / 10.0),
            }
        }
        assert_eq!(at.len(), 200, "every user asks for both");
        assert!(
            (299..=301).contains(&pages),
            "{pages}: a third is left for pages"
        );
        for ((ask, user), at) in at {
            assert!((2..=3).contains(&at.len()), "{ask:?} {user}");
            let apart = at.windows(2).map(|pair| pair[1] - pair[0]);
            for apart in apart {
                assert!((26.5..=33.5).contains(&apart), "{ask:?} {user}: {apart} s");
            }
        }
    }

    #[test]
    fn fewer_reads_than_polls_are_no_mix() {
        assert!(Reads::new(10_000, 30.0, 1_000).is_some());
        assert!(Reads::new(10_000, 30.0, 666).is_none());
    }

    #[test]
    fn writes_are_mixed_and_go_to_busy_users_only() {
        let mut kinds: BTreeMap<Ask, u32> = BTreeMap::new();
        let mut users: BTreeMap<u32, u32> = BTreeMap::new();
        for number in 0..1_000 {
            *kinds.entry(write(number)).or_default() += 1;
            *users.entry(busy_user(number, 100, 10)).or_default() += 1;
        }
        let expected = [
            (Ask::Send, 530),
            (Ask::Read, 450),
            (Ask::ReadAll, 10),
            (Ask::Delete, 10),
        ];
        assert_eq!(kinds, BTreeMap::from(expected));
        assert_eq!(
            users.keys().copied().collect::<Vec<_>>(),
            (0..10).map(|n| n * 10).collect::<Vec<_>>()
        );
        assert!(
            users.values().all(|count| (50..=150).contains(count)),
            "{users:?}"
        );
    }
}
