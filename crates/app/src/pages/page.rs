//! A page.

use std::fmt::Write;

use super::style::{STYLE, accent};
use super::{Reader, escaped};

/// A page, ready to be written with a nonce for its style.
#[derive(Debug)]
pub struct Page {
    reader: Reader,
    title: String,
    body: String,
}

impl Page {
    /// `title` is text; `body` is HTML, in which all that is not the program's own is escaped.
    pub(crate) fn new(reader: Reader, title: &str, body: String) -> Self {
        Self {
            reader,
            title: escaped(title),
            body,
        }
    }

    /// The picture that the page shows, if it shows one.
    pub fn picture(&self) -> Option<&str> {
        self.reader.brand.logo.as_deref()
    }

    /// The HTML. `nonce` is that of the policy that allows its style, in base64.
    pub fn html(&self, nonce: &str) -> String {
        let language = self.reader.language;
        let (lang, dir) = (language.tag(), language.direction());
        let (title, accent) = (&self.title, accent(&self.reader.brand));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
             <style nonce=\"{nonce}\">{STYLE}{accent}</style></head><body><main>"
        );
        let name = self.reader.brand.name.as_deref().map(escaped);
        match (self.picture().map(escaped), name) {
            (Some(logo), name) => {
                let name = name.unwrap_or_default();
                let _ = write!(html, "<p><img src=\"{logo}\" alt=\"{name}\"></p>");
            }
            (None, Some(name)) => {
                let _ = write!(html, "<p><strong>{name}</strong></p>");
            }
            (None, None) => {}
        }
        let _ = write!(html, "<h1>{title}</h1>{}</main></body></html>", self.body);
        html.push('\n');
        html
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::Brand;
    use campanile_templates::Language;

    use super::*;

    #[test]
    fn a_brand_cannot_write_markup() {
        let brand = Brand {
            name: Some("<b>\"A\" & 'B'</b>".into()),
            logo: Some("https://a.example/\"onload=\"x".into()),
            colors: [("accent".to_owned(), "red}</style>".to_owned())].into(),
            ..Brand::default()
        };
        let reader = Reader {
            language: Language::English,
            brand,
            timezone: None,
        };
        let html = Page::new(reader, "<Title>", String::new()).html("bm9uY2U");
        assert!(
            html.contains("alt=\"&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;\""),
            "{html}"
        );
        assert!(
            !html.contains("\"onload") && !html.contains("red}") && !html.contains("<Title>"),
            "{html}"
        );
    }
}
