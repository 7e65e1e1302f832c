//! `campanile size`

mod costs;
mod model;
mod next_limits;

use anyhow::ensure;
use campanile_domain::Channel;
use serde_json::json;

use crate::cli::{ChannelShare, Format, SizeOptions};
use crate::wiring::print;
use crate::wiring::table::Columns;
use model::{Load, Part, parts};
use next_limits::next_limits;

/// Prints what a load needs.
pub(crate) fn run(options: &SizeOptions) -> anyhow::Result<()> {
    let load = load(options)?;
    let (parts, limits) = (parts(&load), next_limits(&load));
    match options.format {
        Format::Json => {
            print::line(json!({"load": load, "parts": parts, "next_limits": limits}));
        }
        Format::Table => table(&load, parts, &limits),
    }
    Ok(())
}

fn load(options: &SizeOptions) -> anyhow::Result<Load> {
    let mut seen = Vec::new();
    for share in &options.channels {
        ensure!(
            !seen.contains(&share.channel),
            "--channels names {} twice",
            share.channel.name()
        );
        seen.push(share.channel);
    }
    let parts = |wanted: fn(Channel) -> bool| -> f64 {
        let shares = options.channels.iter();
        let chosen = shares.filter(|share| wanted(share.channel));
        chosen.map(|share: &ChannelShare| share.part).sum()
    };
    let users = figure(options.users);
    let rate = figure(options.rate);
    let default_per_day = rate * 86_400.0 / 4.0;
    Ok(Load {
        users,
        rate,
        deliveries: parts(|channel| channel != Channel::InApp),
        pushes: parts(|channel| channel == Channel::Push),
        streams: options.streams.map_or(users, figure),
        reads: options.reads.map_or(users / 10.0, figure),
        per_day: options.per_day.map_or(default_per_day, figure),
        retention_days: figure(options.retention),
    })
}

/// The options bound every figure far below 2^53.
#[allow(clippy::cast_precision_loss, reason = "bounded by the options")]
fn figure(value: u64) -> f64 {
    value as f64
}

fn table(load: &Load, parts: Vec<Part>, limits: &[String]) {
    print::line(format_args!(
        "For {:.0} users, {:.0} notifications/s at the peak, {:.0} a day, {:.0} open streams, {:.0} reads/s:\n",
        load.users, load.rate, load.per_day, load.streams, load.reads
    ));
    let mut columns = Columns::new(&["part", "replicas", "cpu", "memory", "disk"], 5);
    for part in &parts {
        let disk = match part.disk_gib {
            0 => "-".to_owned(),
            gib => format!("{gib} Gi"),
        };
        columns.row([
            part.part.to_owned(),
            part.replicas.to_string(),
            format!("{}m", part.cpu_m),
            format!("{}Mi", part.memory_mib),
            disk,
        ]);
    }
    columns.print(true);
    print::line("\nEach figure is for one replica. Why:");
    for part in &parts {
        print::line(format_args!("  {}: {}", part.part, part.why));
    }
    print::line("\nWhat gives way next:");
    for limit in limits {
        print::line(format_args!("  {limit}"));
    }
    print::line(
        "\ndocs/sizing.md says where each cost was measured. Measure your own load before you rely on it.",
    );
}

#[cfg(test)]
mod tests;
