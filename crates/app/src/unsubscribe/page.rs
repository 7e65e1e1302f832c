//! What the page of a link shows.

use std::fmt::Write;

use campanile_domain::NotificationType;
use campanile_templates::{Language, type_name};

use super::words::words;
use crate::pages::{Page, Reader, escaped};

/// What the page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageState {
    /// It asks what is to be stopped.
    Asks,
    /// Mails of the type are off.
    StoppedType,
    /// All mails are off.
    StoppedAll,
}

/// What users of the tenant cannot switch off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mandatory {
    /// The type of the link.
    pub(super) this: bool,
    /// Any type.
    pub(super) any: bool,
}

/// The page of a link that is not valid. Whose it was is unknown.
pub fn invalid_page() -> Page {
    let words = words(Language::English);
    let body = format!("<p>{}</p>", words.invalid);
    Page::new(Reader::unknown(), words.title, body)
}

pub(super) fn page(
    reader: Reader,
    of: &NotificationType,
    state: PageState,
    mandatory: Mandatory,
) -> Page {
    let words = words(reader.language);
    let name = escaped(&type_name(of, reader.language));
    let with = |text: &str| text.replace("{type}", &name);
    let mut body = String::new();
    let stop_all = format!(
        "<button name=\"scope\" value=\"all\">{}</button>",
        words.stop_all
    );
    // A form goes to the address of the page. Only its POST changes anything.
    let _ = match (state, mandatory.this) {
        (PageState::StoppedAll, _) => {
            let but = if mandatory.any {
                words.but_mandatory
            } else {
                ""
            };
            write!(body, "<p role=\"status\">{} {but}</p>", words.stopped_all)
        }
        (_, true) => write!(
            body,
            "<p role=\"status\">{}</p><form method=\"post\">{stop_all}</form>",
            with(words.mandatory),
        ),
        (PageState::Asks, false) => write!(
            body,
            "<p>{}</p><form method=\"post\">\
             <button class=\"first\" name=\"List-Unsubscribe\" value=\"One-Click\">{}</button>{stop_all}</form>",
            words.question,
            with(words.stop_type),
        ),
        (PageState::StoppedType, false) => write!(
            body,
            "<p role=\"status\">{}</p><form method=\"post\">{stop_all}</form>",
            with(words.stopped_type),
        ),
    };
    Page::new(reader, words.title, body)
}

#[cfg(test)]
mod tests {
    use campanile_domain::Brand;

    use super::*;

    fn html(language: Language, of: &str, state: PageState, this: bool, any: bool) -> String {
        let of = NotificationType::parse(of).expect("a type");
        let reader = Reader {
            language,
            brand: Brand::default(),
            timezone: None,
        };
        page(reader, &of, state, Mandatory { this, any }).html("bm9uY2U")
    }

    #[test]
    fn a_page_asks_in_each_language_and_needs_no_script() {
        for language in Language::ALL {
            let asks = html(language, "order_shipped", PageState::Asks, false, false);
            let (lang, dir) = (language.tag(), language.direction());
            assert!(asks.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\">")));
            assert!(
                asks.contains("Order shipped") && !asks.contains("{type}"),
                "{asks}"
            );
            assert_eq!(asks.matches("<button").count(), 2);
            assert!(
                !asks.contains("<script") && !asks.contains("style=\""),
                "{asks}"
            );
            let done = html(language, "news", PageState::StoppedAll, false, false);
            assert!(!done.contains("<form"), "{done}");
        }
    }

    #[test]
    fn it_promises_no_more_than_is_kept() {
        let english = |state, this, any| html(Language::English, "new_message", state, this, any);
        let all = english(PageState::StoppedAll, false, false);
        assert!(!all.contains("will still be sent"), "{all}");
        let but = english(PageState::StoppedAll, false, true);
        assert!(
            but.contains("cannot be switched off will still be sent"),
            "{but}"
        );
        for state in [PageState::Asks, PageState::StoppedType] {
            let kept = english(state, true, true);
            assert!(
                kept.contains("Emails about “New messages” cannot be switched off."),
                "{kept}"
            );
            assert!(!kept.contains("One-Click"), "{kept}");
        }
    }

    #[test]
    fn an_invalid_link_says_so_and_offers_nothing() {
        let html = invalid_page().html("x");
        assert!(html.contains("This link is not valid."));
        assert!(!html.contains("<form"));
    }
}
