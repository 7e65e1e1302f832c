//! The line that shows how far something is.

use indicatif::{ProgressBar, ProgressStyle};

/// So many of `what`; where there is no terminal, nothing is drawn.
pub(crate) fn bar(total: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let style =
        format!("{{elapsed_precise}} {{bar:40}} {{pos}}/{{len}} {what}, {{per_sec}}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&style) {
        bar.set_style(style);
    }
    bar
}
