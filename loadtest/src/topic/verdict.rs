//! Whether the limits were kept.

use super::report::Report;
use crate::cli::TopicOptions;
use crate::limits::more;

/// One clear line for each limit that was missed.
pub(super) fn missed(options: &TopicOptions, report: &Report) -> Vec<String> {
    let kills = u64::try_from(report.kills.len()).unwrap_or(u64::MAX);
    let lost = report.accepted.saturating_sub(report.told.users);
    let mut lines: Vec<_> = [
        more("users who heard nothing", lost, options.max_lost),
        more("users who were told twice", report.told.twice, 0),
        more("repeated calls", report.told.repeated, options.max_repeated),
        more(
            "kills that came too late",
            u64::from(options.kills).saturating_sub(kills),
            0,
        ),
        (report.expanded != report.accepted)
            .then(|| format!("{} of {} expanded", report.expanded, report.accepted)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if options.max_memory > 0 {
        lines.extend(report.processes.iter().filter_map(|(name, used)| {
            let what = format!("MiB of {name}");
            more(&what, used.peak_kib / 1_024, options.max_memory)
        }));
    }
    lines
}
