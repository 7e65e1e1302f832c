//! What is said on the channel: `<wake> <sender>`.

use campanile_cache::Wake;
use uuid::Uuid;

/// The channel of an installation.
pub(crate) fn channel(namespace: &str) -> String {
    format!("campanile:wake:{namespace}")
}

pub(crate) fn encode(wake: Wake, sender: Uuid) -> String {
    format!("{} {sender}", wake.name())
}

/// The wake, unless it is our own or something that this version does not know.
pub(crate) fn decode(payload: &str, ourselves: Uuid) -> Option<Wake> {
    let (name, sender) = payload.split_once(' ')?;
    if sender.parse::<Uuid>().ok()? == ourselves {
        return None;
    }
    Wake::ALL.into_iter().find(|wake| wake.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_heard_oneself_and_nonsense_are_not() {
        let (me, other) = (Uuid::new_v4(), Uuid::new_v4());
        for wake in Wake::ALL {
            assert_eq!(decode(&encode(wake, other), me), Some(wake));
        }
        assert_eq!(decode(&encode(Wake::Outbox, me), me), None);
        for nonsense in ["", "outbox", "outbox x", &format!("later {other}"), "\0"] {
            assert_eq!(decode(nonsense, me), None, "{nonsense:?}");
        }
    }
}
