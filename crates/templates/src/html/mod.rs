//! Mail pages: completed and styled when a template is compiled, and their links checked when it has run.

mod complete;
mod entities;
mod guard;
mod mask;
mod mjml;
mod refuse;
mod sanitise;
mod styles;
mod tables;
mod text;
mod tokens;
mod track;

pub(crate) use complete::complete;
pub(crate) use guard::{guarded, is_allowed_link};
pub(crate) use mask::Masked;
pub(crate) use mjml::rendered as rendered_mjml;
pub(crate) use refuse::refuse;
pub(crate) use sanitise::{plain_text, sanitised};
pub(crate) use styles::with_inlined_styles;
pub(crate) use text::text_of;
pub use track::tracked;
