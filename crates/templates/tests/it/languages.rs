//! What is said in each language.

use std::collections::BTreeSet;

use crate::fixture::notification;
use campanile_templates::{Form, Language, render};

const FULL: &str = r#"{"sender_username": "ada", "inviter_username": "ada", "room_name": "Lobby"}"#;

const TYPES: [&str; 6] = [
    "new_message",
    "room_invitation",
    "friend_request",
    "friend_request_accepted",
    "order.shipped",
    "._-",
];

fn titles(locale: &str, content: &str) -> Vec<String> {
    let title = |name| render(&notification(name, content), Form::Short, locale).title;
    TYPES.map(title).into()
}

#[test]
fn german_says_it_in_german() {
    let expected = [
        "Neue Nachricht von ada in Lobby",
        "ada hat dich zu Lobby eingeladen",
        "ada möchte mit dir befreundet sein",
        "ada hat deine Freundschaftsanfrage angenommen",
        "Neue Mitteilung: Order shipped",
        "Mitteilung",
    ];
    assert_eq!(titles("de-AT", FULL), expected);
    let expected = [
        "Neue Nachricht",
        "Du bist in einen Raum eingeladen",
        "Du hast eine neue Freundschaftsanfrage",
        "Deine Freundschaftsanfrage wurde angenommen",
        "Neue Mitteilung: Order shipped",
        "Mitteilung",
    ];
    assert_eq!(titles("DE", "{}"), expected);
}

#[test]
fn arabic_keeps_a_latin_name_in_one_piece() {
    let titles = titles("ar-EG", FULL);
    assert_eq!(
        titles[0],
        "رسالة جديدة من \u{2068}ada\u{2069} في \u{2068}Lobby\u{2069}"
    );
}

#[test]
fn each_language_has_its_own_words_for_every_type_and_names_who_and_where() {
    for content in [FULL, "{}"] {
        for (at, name) in TYPES.into_iter().enumerate() {
            let said: BTreeSet<String> = Language::ALL
                .map(|language| titles(language.tag(), content).swap_remove(at))
                .into();
            // French says "Notification" as English does.
            let expected = if name == "._-" { 6 } else { 7 };
            assert_eq!(said.len(), expected, "{name}: {said:?}");
            let is_named = |title: &String| title.contains("ada");
            if content == FULL && at < 4 {
                assert!(said.iter().all(is_named), "{said:?}");
            }
        }
    }
}

#[test]
fn an_unknown_language_is_english() {
    for locale in ["it", "zh-Hant", "", "deutsch", "en-GB"] {
        assert_eq!(titles(locale, FULL), titles("en", FULL), "{locale}");
    }
}

#[test]
fn a_page_names_its_language_and_direction() {
    for (locale, lang, dir, align, why) in [
        ("de-CH", "de", "ltr", "left", "Du bekommst diese E-Mail"),
        ("ar", "ar", "rtl", "right", "تصلك هذه الرسالة"),
        ("it", "en", "ltr", "left", "You get this mail"),
        ("ja", "ja", "ltr", "left", "このメールは"),
    ] {
        let message = render(&notification("new_message", FULL), Form::Mail, locale);
        let page = message.html.unwrap();
        let head = format!("<html lang=\"{lang}\" dir=\"{dir}\">");
        let align = format!("text-align:{align};text-align:start");
        for part in [&*head, &align, why] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }
}
