//! The built-in words, a file per language.
//!
//! In a sentence, `{person}` and `{room}` stand for names, `{type}` for a type in words. Sentences leave the gender
//! of both people open where the language allows it.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod ja;
mod pt;

use crate::Language;

/// All that is said in one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) message_from_in: &'static str,
    pub(super) message_from: &'static str,
    pub(super) message_in: &'static str,
    pub(super) message: &'static str,
    pub(super) invited_by_to: &'static str,
    pub(super) invited_by: &'static str,
    pub(super) invited_to: &'static str,
    pub(super) invited: &'static str,
    pub(super) friend_request_from: &'static str,
    pub(super) friend_request: &'static str,
    pub(super) accepted_by: &'static str,
    pub(super) accepted: &'static str,
    /// Any other type.
    pub(super) notification_of: &'static str,
    /// A type without a letter.
    pub(super) notification: &'static str,
    /// The button that opens a notification's link.
    pub(super) open: &'static str,
    /// What a screen reader calls a mail.
    pub(super) email: &'static str,
    /// Why the reader gets a mail.
    pub(super) why_mail: &'static str,
    /// The title of a mail with a link to the page of one's notifications.
    pub(super) status_link: &'static str,
    /// The same of one's settings.
    pub(super) settings_link: &'static str,
    /// The text of both.
    pub(super) link_text: &'static str,
}

impl Words {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::WORDS,
            Language::German => &de::WORDS,
            Language::French => &fr::WORDS,
            Language::Spanish => &es::WORDS,
            Language::Portuguese => &pt::WORDS,
            Language::Japanese => &ja::WORDS,
            Language::Arabic => &ar::WORDS,
        }
    }
}

/// Puts names into a sentence. What names contain is never read as a place for another.
pub(super) fn fill(language: Language, sentence: &str, names: &[(&str, &str)]) -> String {
    let length = names.iter().map(|(_, name)| name.len()).sum::<usize>();
    let mut filled = String::with_capacity(sentence.len() + length);
    let mut rest = sentence;
    while let Some((before, place)) = rest.split_once('{') {
        let (place, after) = place.split_once('}').unwrap_or((place, ""));
        filled.push_str(before);
        if let Some((_, name)) = names.iter().find(|(known, _)| *known == place) {
            // A Latin name within Arabic, with its punctuation, is to stay one piece.
            if language == Language::Arabic {
                filled.push('\u{2068}');
                filled.push_str(name);
                filled.push('\u{2069}');
            } else {
                filled.push_str(name);
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_in_once() {
        let names = [("person", "{room}"), ("room", "Lobby")];
        let filled = fill(Language::English, "{person} in {room}!", &names);
        assert_eq!(filled, "{room} in Lobby!");
        let filled = fill(Language::Arabic, "{person} في {room}", &names);
        assert_eq!(filled, "\u{2068}{room}\u{2069} في \u{2068}Lobby\u{2069}");
    }

    #[test]
    fn every_language_has_the_same_places_in_its_sentences() {
        for language in Language::ALL {
            let words = Words::of(language);
            for (sentence, places) in [
                (words.message_from_in, &["{person}", "{room}"][..]),
                (words.message_from, &["{person}"]),
                (words.message_in, &["{room}"]),
                (words.message, &[]),
                (words.invited_by_to, &["{person}", "{room}"]),
                (words.invited_by, &["{person}"]),
                (words.invited_to, &["{room}"]),
                (words.invited, &[]),
                (words.friend_request_from, &["{person}"]),
                (words.friend_request, &[]),
                (words.accepted_by, &["{person}"]),
                (words.accepted, &[]),
                (words.notification_of, &["{type}"]),
                (words.notification, &[]),
                (words.email, &[]),
                (words.why_mail, &[]),
                (words.status_link, &[]),
                (words.settings_link, &[]),
                (words.link_text, &[]),
            ] {
                assert!(!sentence.is_empty());
                assert_eq!(sentence.matches('{').count(), places.len(), "{sentence}");
                for place in places {
                    assert_eq!(sentence.matches(place).count(), 1, "{sentence}");
                }
            }
        }
    }
}
