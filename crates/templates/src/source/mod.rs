//! What an editor writes: parts of a channel, partials and layouts; and how they become one text each.

mod flat;
mod flatten;
mod kind;
mod scan;

use std::collections::BTreeMap;

pub(crate) use flat::{Flat, Unit};
pub(crate) use flatten::flatten;
pub use kind::TemplateKind;
pub(crate) use scan::Tag;

/// The sources of a template's parts, by the part's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartSources(pub BTreeMap<String, String>);

/// All that a template is compiled from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// For which kind of channel it is.
    pub kind: TemplateKind,
    /// The locale that it is written in.
    pub locale: &'a str,
    /// Its parts.
    pub parts: &'a PartSources,
    /// What `{% include "name" %}` finds.
    pub partials: &'a BTreeMap<String, String>,
    /// What `{% extends "name" %}` finds.
    pub layouts: &'a BTreeMap<String, String>,
    /// Schemes of links that the tenant allows beside http, https, mailto and tel.
    pub link_schemes: &'a [String],
}

/// One text of a source: a part, a partial or a layout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File<'a> {
    pub(crate) kind: FileKind,
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Part,
    Partial,
    Layout,
}

impl File<'_> {
    /// How a fault names it.
    pub(crate) fn label(&self) -> String {
        match self.kind {
            FileKind::Part => self.name.to_owned(),
            FileKind::Partial => format!("partial:{}", self.name),
            FileKind::Layout => format!("layout:{}", self.name),
        }
    }
}
