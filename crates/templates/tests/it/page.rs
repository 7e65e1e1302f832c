//! The page of a mail: whole, escaped, bounded.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use crate::fixture::{notification, page};
use campanile_templates::{Form, Message, render};

const ATTACKS: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></style></p><svg/onload=alert(1)>",
    "<!--<![endif]-->",
];

#[test]
fn a_page_is_whole_and_loads_nothing() {
    let page = page("Hello", "One\nTwo");
    for part in [
        "<!DOCTYPE html>\n<html lang=\"en\"",
        "<title>Hello</title>",
        "aria-label=\"Hello\"",
        ">Hello</h1>",
        ">One<br>Two</p>",
        "mso-hide:all;\">One Two&#847;",
        "prefers-color-scheme: dark",
        "max-width:600px",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert!(page.ends_with("</html>"));
    for absent in ["src=", "href=", "url(", "@import", "http"] {
        assert!(!page.contains(absent), "{absent} is in the page");
    }
}

#[test]
fn attacks_are_text_in_every_field() {
    for attack in ATTACKS {
        let own = page(attack, attack);
        let content = serde_json::json!({
            "sender_username": attack, "room_name": attack, "message_preview": attack,
        });
        let new_message = notification("new_message", &content.to_string());
        let named = render(&new_message, Form::Mail, "en").html.unwrap();
        for page in [own, named] {
            assert!(!page.contains(attack), "{attack}");
            for markup in ["<script", "<img", "<svg", "x' ", "</title></style>"] {
                assert!(!page.contains(markup), "{attack}: {markup}");
            }
        }
    }
}

#[test]
fn a_template_in_a_field_is_not_run() {
    let page = page("{{ 7 * 7 }}", "{% raw %}{{ title }}");
    assert!(page.contains(">{{ 7 * 7 }}</h1>") && page.contains(">{% raw %}{{ title }}</p>"));
}

#[test]
fn any_writing_keeps_its_characters_and_direction() {
    for text in [
        "مرحبا بالعالم",
        "שלום",
        "👩\u{200d}👩\u{200d}👧 🇩🇪",
        "日本語",
    ] {
        let page = page(text, text);
        assert_eq!(page.matches(text).count(), 5, "{page}");
        assert_eq!(page.matches("dir=\"auto\"").count(), 2);
    }
}

#[test]
fn without_a_text_the_title_stands_alone() {
    let message = render(&notification("friend_request", "{}"), Form::Mail, "en");
    assert_eq!(
        message.text, message.title,
        "a mail has a plain part to show"
    );
    let page = message.html.unwrap();
    assert!(!page.contains("<p class=\"plain\"") && !page.contains("display:none"));
}

#[test]
fn long_texts_are_cut_within_bounds() {
    let whole = "ten bytes\n".repeat(1_000);
    assert_eq!(page("t", &whole).matches("ten bytes<br>").count(), 999);
    for unit in ["\"", "/\n", "x", "é", "👩\u{200d}", "\n.", "<>"] {
        let mut long = notification("t", "{}");
        long.title = Some(unit.repeat(100_000));
        long.body = Some(unit.repeat(100_000));
        let message = render(&long, Form::Mail, "en");
        let page = message.html.unwrap();
        assert!(
            page.len() <= Message::MAX_HTML_BYTES,
            "{unit:?}: {}",
            page.len()
        );
        assert!(
            page.contains("…</p>") && page.ends_with("</html>"),
            "{unit:?}"
        );
        assert!((16_000..=Message::MAX_TEXT_BYTES).contains(&message.text.len()));
        assert!(message.title.chars().count() <= Message::MAX_TITLE_CHARS);
    }
}
