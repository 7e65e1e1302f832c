//! Pages for people who follow a link: what all of them share. They need no script, fit a phone, follow dark mode and the
//! direction of their language, and look like the tenant.

mod html;
mod page;
mod reader;
mod style;

pub(crate) use html::escaped;
pub use page::Page;
pub(crate) use reader::Reader;
