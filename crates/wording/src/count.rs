//! What was rendered, for the metrics.

use std::time::Instant;

use campanile_domain::{Channel, Notification};
use campanile_telemetry::metrics;
use campanile_templates::Form;

use crate::Worded;
use crate::built_in::built_in;

/// Renders built-in words, and counts which level it took.
pub(crate) fn render_built_in(
    notification: &Notification,
    chain: &[String],
    channel: Channel,
    form: Form,
) -> Worded {
    let begun = Instant::now();
    timed(channel, begun, built_in(notification, form, chain))
}

pub(crate) fn timed(channel: Channel, begun: Instant, worded: Worded) -> Worded {
    metrics()
        .template_render_seconds
        .with_label_values(&[channel.name()])
        .observe(begun.elapsed().as_secs_f64());
    counted(channel, worded)
}

pub(crate) fn counted(channel: Channel, worded: Worded) -> Worded {
    metrics()
        .template_renders_total
        .with_label_values(&[channel.name(), worded.level.name()])
        .inc();
    worded
}
