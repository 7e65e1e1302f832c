//! Wordings that are compared.

use std::path::Path;

use anyhow::Context;
use campanile_app::templates::{self, Announcer, Editor, PromoteRequest, ShownTrial, read_variant};
use campanile_domain::{
    CONTROL, Channel, Measure, MeasureResult, NotificationType, Precondition, TenantId,
    VariantDraft, VariantKey,
};
use campanile_fields::JsonText;
use campanile_storage::Storage;
use comfy_table::Table;
use serde_json::{Value, json};

use super::{explained, told};
use crate::cli::{Format, VariantsOptions};
use crate::wiring::print;

pub(super) async fn variants(
    storage: &dyn Storage,
    tenant: &TenantId,
    editor: Editor<'_>,
    options: VariantsOptions,
) -> anyhow::Result<()> {
    let of = options.of;
    let key = |(channel, variant)| VariantKey {
        notification_type: of.clone(),
        channel,
        variant,
    };
    if let Some(name) = options.set {
        let file = options.file.context("--set needs --file")?;
        let body = json!({"weight": options.weight, "templates": sources(&file)?});
        let request = read_variant(&JsonText::from(&body));
        let request = request.map_err(|errors| explained(errors.into()))?;
        let key = key(name);
        let known = templates::variants(storage, tenant, &of).await;
        let known = known.map_err(explained)?;
        let seen = match known.iter().find(|one| one.key == key) {
            Some(one) => Precondition::Revision(one.revision),
            None => Precondition::Absent,
        };
        let saved = templates::save_variant(storage, tenant, key, request, seen, editor).await;
        let saved = saved.map_err(explained)?;
        let (channel, variant) = (saved.key.channel, saved.key.variant);
        print::line(format_args!(
            "{of}: saved {variant} of {channel}; it is used when the type is published"
        ));
        return Ok(());
    }
    if let Some(name) = options.remove {
        let key = key(name);
        let done = templates::remove_variant(storage, tenant, &key, Precondition::None, editor);
        done.await.map_err(explained)?;
        let (channel, variant) = (key.channel, key.variant);
        print::line(format_args!(
            "{of}: removed {variant} of {channel}; the version in use keeps it until the type is published"
        ));
        return Ok(());
    }
    let found = templates::variants(storage, tenant, &of).await;
    list(found.map_err(explained)?, options.format)
}

fn sources(file: &Path) -> anyhow::Result<Value> {
    let whence = || format!("--file: cannot read {}", file.display());
    let text = std::fs::read_to_string(file).with_context(whence)?;
    serde_json::from_str(&text).with_context(|| format!("--file: {} is not JSON", file.display()))
}

fn list(found: Vec<VariantDraft>, format: Format) -> anyhow::Result<()> {
    if let Format::Json = format {
        let variants = found.iter().map(|one| {
            json!({
                "channel": one.key.channel.name(),
                "variant": one.key.variant,
                "weight": one.weight,
                "templates": one.templates,
                "revision": one.revision,
                "updated_at": one.updated_at,
                "updated_by": one.updated_by,
            })
        });
        let all = json!({"variants": variants.collect::<Vec<_>>(), "next_cursor": null});
        print::line(all);
        return Ok(());
    }
    let mut table = Table::new();
    table.set_header(["channel", "variant", "share", "locales", "changed by"]);
    for one in found {
        let locales: Vec<_> = one.templates.into_keys().collect();
        table.add_row([
            one.key.channel.to_string(),
            one.key.variant,
            format!("{}%", one.weight),
            locales.join(", "),
            one.updated_by,
        ]);
    }
    print::line(table);
    Ok(())
}

pub(super) async fn results(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    format: Format,
) -> anyhow::Result<()> {
    let found = templates::results(storage, tenant, of).await;
    let found = found.map_err(explained)?;
    if let Format::Json = format {
        let trials: Vec<_> = found.iter().map(trial_json).collect();
        print::line(json!({"trials": trials, "next_cursor": null}));
        return Ok(());
    }
    if found.is_empty() {
        print::line(format_args!("{of}: the version in use compares nothing"));
    }
    for trial in &found {
        let (channel, since) = (trial.channel, trial.results.trial);
        print::line(format_args!("{channel}, since version {since}"));
        print::line(trial_table(trial));
        for (measure, winner) in &trial.results.winners {
            match winner {
                Some(winner) => print::line(format_args!("{}: {winner} wins", measure.name())),
                None => print::line(format_args!("{}: not certain yet", measure.name())),
            }
        }
    }
    Ok(())
}

fn trial_table(trial: &ShownTrial) -> Table {
    let mut table = Table::new();
    let is_mail = trial.channel == Channel::Email;
    let mut header = vec!["variant", "share", "sent", "read (95%)", "against control"];
    if is_mail {
        header.extend(["opened", "clicked", "against control"]);
    }
    header.push("failed");
    table.set_header(header);
    for one in &trial.results.variants {
        let measure = |of: Measure| one.measures.iter().find(|found| found.measure == of);
        let rate = |of| measure(of).map(percent).unwrap_or_default();
        let against = |of| {
            let difference = measure(of).and_then(|found| found.against_control);
            match (difference, one.variant.as_str()) {
                (_, CONTROL) => String::new(),
                (None, _) => "too few".to_owned(),
                (Some(found), _) => format!(
                    "{:+.1} ({:+.1} to {:+.1})",
                    100.0 * found.estimate,
                    100.0 * found.low,
                    100.0 * found.high
                ),
            }
        };
        let stopped = if one.stopped { " (stopped)" } else { "" };
        let mut row = vec![
            format!("{}{stopped}", one.variant),
            format!("{}%", one.weight),
            (one.counts.delivered + one.counts.failed).to_string(),
            rate(Measure::Read),
            against(Measure::Read),
        ];
        if is_mail {
            let (opened, clicked) = (rate(Measure::Opened), rate(Measure::Clicked));
            row.extend([opened, clicked, against(Measure::Clicked)]);
        }
        row.push(rate(Measure::Failed));
        table.add_row(row);
    }
    table
}

fn percent(of: &MeasureResult) -> String {
    let (low, high) = of.interval;
    match of.rate {
        Some(rate) => format!(
            "{:.1}% ({:.1} to {:.1})",
            100.0 * rate,
            100.0 * low,
            100.0 * high
        ),
        None => "-".to_owned(),
    }
}

/// As the API shows it.
fn trial_json(shown: &ShownTrial) -> Value {
    let results = &shown.results;
    let variants = results.variants.iter().map(|one| {
        let counts = one.counts;
        let rates = one.measures.iter().map(|found| {
            let (low, high) = found.interval;
            let difference = found.against_control.map(|one| {
                json!({"estimate": one.estimate, "low": one.low, "high": one.high,
                    "significant": one.is_significant()})
            });
            let rate =
                json!({"rate": found.rate, "low": low, "high": high, "difference": difference});
            (found.measure.name().to_owned(), rate)
        });
        json!({
            "variant": one.variant,
            "weight": one.weight,
            "stopped": one.stopped,
            "sent": counts.delivered + counts.failed,
            "delivered": counts.delivered,
            "failed": counts.failed,
            "faults": counts.faults,
            "read": counts.read,
            "opened": counts.opened,
            "clicked": counts.clicked,
            "rates": rates.collect::<serde_json::Map<_, _>>(),
        })
    });
    let winners = results.winners.iter();
    let winners = winners.map(|(measure, winner)| (measure.name().to_owned(), json!(winner)));
    json!({
        "channel": shown.channel.name(),
        "trial": results.trial,
        "locales": shown.locales,
        "variants": variants.collect::<Vec<_>>(),
        "winners": winners.collect::<serde_json::Map<_, _>>(),
    })
}

pub(super) async fn promote(
    storage: &dyn Storage,
    announcer: &Announcer,
    tenant: &TenantId,
    of: &NotificationType,
    request: PromoteRequest,
    editor: Editor<'_>,
) -> anyhow::Result<()> {
    let shown = templates::promote(storage, announcer, tenant, of, request, None, editor).await;
    print::line(told(of, &shown.map_err(explained)?));
    Ok(())
}
