//! Names of recipes that are channels: the installation decides at its start which there are.

use std::cmp::Ordering;
use std::sync::OnceLock;

use crate::Channel;

/// A name has so many characters at most.
const MAX_CHARS: usize = 32;
/// Names that a process keeps, those of rows included; what is beyond is no channel.
const MOST: usize = 512;

/// All names that were met, from the front: they live as long as the process, so that a channel is small and can be copied.
static MET: [OnceLock<Box<str>>; MOST] = [const { OnceLock::new() }; MOST];
/// Those that are channels of this installation.
static SERVED: OnceLock<Vec<RecipeName>> = OnceLock::new();

/// The name of a recipe: 1 to 32 characters of `a-z`, `0-9` and `_`, none of a channel that every installation has.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecipeName(u16);

impl RecipeName {
    /// The name itself.
    pub fn as_str(self) -> &'static str {
        MET[usize::from(self.0)]
            .get()
            .expect("a place is given out with its name")
    }

    /// A name that is stored or about to be declared; `None` for what no recipe can be called.
    pub fn stored(name: &str) -> Option<Self> {
        let is_good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_name = (1..=MAX_CHARS).contains(&name.len()) && name.bytes().all(is_good);
        let is_taken = name == "sse" || Channel::ALL.into_iter().any(|one| one.name() == name);
        if !is_name || is_taken {
            return None;
        }
        let place = MET
            .iter()
            .position(|met| **met.get_or_init(|| name.into()) == *name)?;
        u16::try_from(place).ok().map(Self)
    }

    /// Makes these recipes channels of this process, once, before anything asks for its channels. `false` if that was done
    /// before.
    pub fn serve(mut names: Vec<Self>) -> bool {
        names.sort_unstable();
        names.dedup();
        SERVED.set(names).is_ok()
    }

    /// The recipes that are channels of this process, by name.
    pub fn served() -> &'static [Self] {
        SERVED.get().map_or(&[], Vec::as_slice)
    }
}

/// By name: two processes that met the names in another order list them alike.
impl Ord for RecipeName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for RecipeName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Debug for RecipeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once_and_none_of_the_channels() {
        let one = RecipeName::stored("telegram").expect("a name");
        let again = RecipeName::stored(&String::from("telegram")).expect("a name");
        assert!(std::ptr::eq(one.as_str(), again.as_str()));
        for bad in [
            "",
            "push",
            "sse",
            "Telegram",
            "tele gram",
            "a-b",
            &"a".repeat(33),
        ] {
            assert_eq!(RecipeName::stored(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_stored_is_listed_and_what_is_asked_for_must_be_served() {
        let stored = Channel::stored("gone_since").expect("a name");
        assert_eq!(stored.name(), "gone_since");
        assert!("gone_since".parse::<Channel>().is_err());
        assert_eq!(Channel::stored("push"), Ok(Channel::Push));
        assert!(Channel::stored("No").is_err());
        let json = serde_json::to_string(&[stored, Channel::InApp]).expect("JSON");
        assert_eq!(json, r#"["gone_since","in_app"]"#);
        let read: Vec<Channel> = serde_json::from_str(&json).expect("channels");
        assert_eq!(read, [stored, Channel::InApp]);
    }
}
