//! What comes out, in which form, and how large it may be.

/// A notification as a person reads it.
///
/// It is safe to hand on as it is: the title fits a mail's subject, and what callers wrote is text
/// in [`Message::html`], never markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// One line without control characters, at most [`Message::MAX_TITLE_CHARS`]. Empty only where a template for chats
    /// has made the whole text.
    pub title: String,
    /// Plain text, lines parted by `\n`; empty where a push has nothing to add to its title.
    pub text: String,
    /// A whole HTML page; with [`Form::Mail`] only.
    pub html: Option<String>,
    /// An https link to a picture; only in pushes, and only from a template.
    pub image: Option<String>,
}

impl Message {
    /// The longest title, in characters. A phone shows about 50, a mail client about 80.
    pub const MAX_TITLE_CHARS: usize = 200;
    /// The longest text. Four times what a push can carry; a person reads no more in a mail.
    pub const MAX_TEXT_BYTES: usize = 16 * 1_024;
    /// The longest page. Well below the 102 KB at which Gmail hides the rest.
    pub const MAX_HTML_BYTES: usize = 64 * 1_024;
}

/// For which kind of channel it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Title and text: a push, a chat message.
    Short,
    /// A page as well, and a text that is never empty, since a mail without one looks broken.
    Mail,
}
