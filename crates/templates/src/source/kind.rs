//! Which parts a channel has.

/// For which kind of channel a template is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemplateKind {
    /// A push: `title`, `body`, `image`.
    Push,
    /// A mail: `subject`, `preheader`, `html` or `mjml`, `text`.
    Email,
    /// An entry of the inbox: `title`, `body`, `link`, `actions`.
    InApp,
    /// A chat message or an SMS: `text`.
    Text,
}

impl TemplateKind {
    /// The names of its parts.
    #[must_use]
    pub const fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Push => &["title", "body", "image"],
            Self::Email => &["subject", "preheader", "html", "mjml", "text"],
            Self::InApp => &["title", "body", "link", "actions"],
            Self::Text => &["text"],
        }
    }

    /// The part that a template must have; a mail also needs a page or a text.
    #[must_use]
    pub const fn required(self) -> &'static str {
        match self {
            Self::Push | Self::InApp => "title",
            Self::Email => "subject",
            Self::Text => "text",
        }
    }
}
