//! What the pages say, a file per language.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod ja;
mod pt;

use campanile_templates::Language;

/// All that is said in one language.
pub(super) struct Words {
    pub(super) status_title: &'static str,
    pub(super) settings_title: &'static str,
    /// Above the button that opens the page.
    pub(super) gate: &'static str,
    pub(super) open: &'static str,
    /// A link that was used, or whose time is over.
    pub(super) over: &'static str,
    pub(super) invalid: &'static str,
    /// How long a page can be used.
    pub(super) lasts: &'static str,
    /// Above the switches of whole channels.
    pub(super) notified_by: &'static str,
    pub(super) email: &'static str,
    pub(super) push: &'static str,
    pub(super) cannot_switch_off: &'static str,
    pub(super) quiet_hours: &'static str,
    pub(super) quiet_on: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) timezone: &'static str,
    pub(super) save: &'static str,
    pub(super) saved: &'static str,
    pub(super) wrong_hours: &'static str,
    pub(super) wrong_timezone: &'static str,
    pub(super) too_many: &'static str,
    pub(super) none: &'static str,
    /// The inbox, as one of the ways.
    pub(super) in_app: &'static str,
    pub(super) pending: &'static str,
    pub(super) sent: &'static str,
    pub(super) failed: &'static str,
    pub(super) suppressed: &'static str,
    pub(super) cancelled: &'static str,
    pub(super) expired: &'static str,
}

impl Words {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::WORDS,
            Language::German => &de::WORDS,
            Language::French => &fr::WORDS,
            Language::Spanish => &es::WORDS,
            Language::Portuguese => &pt::WORDS,
            Language::Japanese => &ja::WORDS,
            Language::Arabic => &ar::WORDS,
        }
    }
}
