//! The page: it needs no script, fits a phone, follows dark mode and the direction of its language.

use std::fmt::Write;

use campanile_domain::{Brand, NotificationType};
use campanile_templates::Language;

use super::words::words;

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

/// A page.
#[derive(Debug)]
pub struct Page {
    language: Language,
    brand: Brand,
    /// `None`: the link is not valid.
    about: Option<(NotificationType, PageState)>,
}

/// One column of readable width; the accent is the brand's.
const STYLE: &str = "\
:root{color-scheme:light dark;--accent:#1f5fbf}\
*{box-sizing:border-box}\
body{margin:0;padding:1.5rem;font:1.0625rem/1.5 system-ui,sans-serif;color:#1b1b1f;background:#f6f6f8}\
main{max-width:32rem;margin:0 auto;padding:1.5rem;background:#fff;border-radius:.75rem}\
img{max-width:12rem;max-height:4rem}\
h1{font-size:1.375rem}\
p,h1,button{overflow-wrap:anywhere}\
button{display:block;width:100%;min-height:3rem;margin:.75rem 0;padding:.5rem 1rem;font:inherit;\
border:2px solid var(--accent);border-radius:.5rem;background:transparent;color:inherit}\
button.first{background:var(--accent);color:#fff}\
button:focus-visible{outline:3px solid currentColor;outline-offset:2px}\
@media (prefers-color-scheme:dark){body{color:#ececf1;background:#131316}main{background:#1f1f24}}";

impl Page {
    pub(super) fn new(
        language: Language,
        brand: Option<Brand>,
        of: NotificationType,
        state: PageState,
    ) -> Self {
        Self {
            language,
            brand: brand.unwrap_or_default(),
            about: Some((of, state)),
        }
    }

    /// The page of a link that is not valid. Whose it was is unknown, so it is in English and in no brand.
    pub fn invalid() -> Self {
        Self {
            language: Language::English,
            brand: Brand::default(),
            about: None,
        }
    }

    /// The picture that the page shows, if it shows one.
    pub fn picture(&self) -> Option<&str> {
        self.brand.logo.as_deref()
    }

    /// The HTML. `nonce` is that of the policy that allows its style, in base64.
    pub fn html(&self, nonce: &str) -> String {
        let words = words(self.language);
        let (lang, dir) = (self.language.tag(), self.language.direction());
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
             <style nonce=\"{nonce}\">{STYLE}{accent}</style></head><body><main>",
            title = words.title,
            accent = self.accent(),
        );
        let name = self.brand.name.as_deref().map(escaped);
        match (&self.brand.logo, &name) {
            (Some(logo), name) => {
                let (logo, name) = (escaped(logo), name.as_deref().unwrap_or_default());
                let _ = write!(html, "<p><img src=\"{logo}\" alt=\"{name}\"></p>");
            }
            (None, Some(name)) => {
                let _ = write!(html, "<p><strong>{name}</strong></p>");
            }
            (None, None) => {}
        }
        let _ = write!(html, "<h1>{}</h1>", words.title);
        let with =
            |text: &str, of: &NotificationType| text.replace("{type}", &escaped(of.as_str()));
        match &self.about {
            None => {
                let _ = write!(html, "<p>{}</p>", words.invalid);
            }
            Some((of, PageState::Asks)) => {
                // The form goes to the address of the page. Only its POST changes anything.
                let _ = write!(
                    html,
                    "<p>{}</p><form method=\"post\">\
                     <button class=\"first\" name=\"List-Unsubscribe\" value=\"One-Click\">{}</button>\
                     <button name=\"scope\" value=\"all\">{}</button></form>",
                    words.question,
                    with(words.stop_type, of),
                    words.stop_all,
                );
            }
            Some((of, PageState::StoppedType)) => {
                let _ = write!(
                    html,
                    "<p role=\"status\">{}</p><form method=\"post\">\
                     <button name=\"scope\" value=\"all\">{}</button></form>",
                    with(words.stopped_type, of),
                    words.stop_all,
                );
            }
            Some((_, PageState::StoppedAll)) => {
                let _ = write!(html, "<p role=\"status\">{}</p>", words.stopped_all);
            }
        }
        html.push_str("</main></body></html>\n");
        html
    }

    /// The brand's accent; it was checked to be a colour when it was saved.
    fn accent(&self) -> String {
        let is_color = |text: &&String| Brand::color(text).is_ok();
        match self.brand.colors.get("accent").filter(is_color) {
            Some(color) => format!(":root{{--accent:{color}}}"),
            None => String::new(),
        }
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(language: Language, brand: Brand, state: PageState) -> String {
        let of = NotificationType::parse("order_shipped").expect("a type");
        Page::new(language, Some(brand), of, state).html("bm9uY2U")
    }

    #[test]
    fn a_page_asks_in_each_language_and_needs_no_script() {
        for language in Language::ALL {
            let html = page(language, Brand::default(), PageState::Asks);
            let (lang, dir) = (language.tag(), language.direction());
            assert!(html.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\">")));
            assert!(
                html.contains("order_shipped") && !html.contains("{type}"),
                "{html}"
            );
            assert_eq!(html.matches("<button").count(), 2);
            assert!(
                !html.contains("<script") && !html.contains("style=\""),
                "{html}"
            );
            let done = page(language, Brand::default(), PageState::StoppedAll);
            assert!(!done.contains("<form"), "{done}");
        }
    }

    #[test]
    fn a_brand_cannot_write_markup() {
        let brand = Brand {
            name: Some("<b>\"A\" & 'B'</b>".into()),
            logo: Some("https://a.example/\"onload=\"x".into()),
            colors: [("accent".to_owned(), "red}</style>".to_owned())].into(),
            ..Brand::default()
        };
        let html = page(Language::English, brand, PageState::Asks);
        assert!(
            html.contains("alt=\"&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;\""),
            "{html}"
        );
        assert!(
            !html.contains("\"onload") && !html.contains("red}"),
            "{html}"
        );
    }

    #[test]
    fn an_invalid_link_says_so_and_offers_nothing() {
        let html = Page::invalid().html("x");
        assert!(html.contains("This link is not valid."));
        assert!(!html.contains("<form"));
    }
}
