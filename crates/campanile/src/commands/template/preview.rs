//! What a notification would say.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use campanile_app::templates::{self, read_preview};
use campanile_domain::{Channel, Clock, TenantId};
use campanile_fields::JsonText;
use campanile_storage::Storage;
use serde_json::{Value, json};

use super::explained;
use crate::cli::PreviewOptions;
use crate::wiring::{channels, print};

/// More than the API would take.
const MOST_BYTES: u64 = 256 * 1024;

pub(super) async fn preview(
    storage: &dyn Storage,
    tenant: &TenantId,
    clock: &dyn Clock,
    options: PreviewOptions,
) -> anyhow::Result<()> {
    if let Some(channel) = options.channel {
        channels::known("--channel", channel)?;
    }
    let body = json!({
        "notification_type": options.of.as_str(),
        "content": content(options.content.as_deref())?,
        "user_id": options.user,
        "locale": options.locale,
        "channel": options.channel.map(Channel::name),
        "version": options.version,
        "variant": options.variant,
    });
    let request =
        read_preview(&JsonText::from(&body)).map_err(|errors| explained(errors.into()))?;
    let previews = templates::preview(storage, tenant, request, clock.now()).await;
    for preview in previews.map_err(explained)? {
        let (channel, level, locale) = (preview.channel, preview.level.name(), &preview.locale);
        print::line(format_args!("== {channel} ({level}, {locale})"));
        for (part, text) in &preview.parts {
            print::line(format_args!("-- {part}\n{text}"));
        }
        for warning in &preview.warnings {
            let (part, line, column) = (&warning.part, warning.line, warning.column);
            let detail = &warning.detail;
            print::line(format_args!(
                "!! {part}, line {line}, column {column}: {detail}"
            ));
        }
    }
    Ok(())
}

pub(super) fn content(path: Option<&Path>) -> anyhow::Result<Value> {
    let Some(path) = path else {
        return Ok(json!({}));
    };
    let whence = || format!("--content: cannot read {}", path.display());
    let mut text = String::new();
    if path == Path::new("-") {
        let input = std::io::stdin().lock();
        input.take(MOST_BYTES).read_to_string(&mut text)
    } else {
        let file = std::fs::File::open(path).with_context(whence)?;
        file.take(MOST_BYTES).read_to_string(&mut text)
    }
    .with_context(whence)?;
    serde_json::from_str(&text)
        .with_context(|| format!("--content: {} is not JSON", path.display()))
}
