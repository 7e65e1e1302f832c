//! What a template may ask of its reader.

use campanile_domain::{Channel, TemplateSnapshot};

/// What the templates of a channel may ask of their reader. It is found in their text, so it may say too much, and never
/// too little: what no template names is not looked up, and does not keep readers apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Asks {
    /// The time zone: by a filter for times, or as `user.timezone`.
    pub(crate) zone: bool,
    /// What the tenant has stored of the user.
    pub(crate) user: bool,
}

impl Asks {
    /// Of a version's templates for a channel and what they may include of `_shared`.
    pub(super) fn of(
        channel: Channel,
        version: &TemplateSnapshot,
        shared: &TemplateSnapshot,
    ) -> Self {
        let mut asks = Self::default();
        for snapshot in [version, shared] {
            for source in snapshot.sources(channel) {
                asks.user |= source.contains("user");
                asks.zone |= ["user", "date", "time", "relative"]
                    .iter()
                    .any(|name| source.contains(name));
            }
        }
        asks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(source: &str) -> TemplateSnapshot {
        let parts = [("title".to_owned(), source.to_owned())].into();
        let locales = [("en".to_owned(), parts)].into();
        TemplateSnapshot {
            templates: [(Channel::Push, locales)].into(),
            ..TemplateSnapshot::default()
        }
    }

    #[test]
    fn only_what_is_named_is_asked_for() {
        let none = TemplateSnapshot::default();
        for (source, zone, user) in [
            ("{{ content.id }}", false, false),
            ("{{ now|date }}", true, false),
            ("{{ content.at|relative }}", true, false),
            ("{{ user.attributes.name }}", true, true),
        ] {
            let expected = Asks { zone, user };
            let one = snapshot(source);
            assert_eq!(Asks::of(Channel::Push, &one, &none), expected, "{source}");
            assert_eq!(Asks::of(Channel::Push, &none, &one), expected, "{source}");
            assert_eq!(Asks::of(Channel::Email, &one, &none), Asks::default());
        }
    }
}
