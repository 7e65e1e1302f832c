//! `campanile tenant create|set|suspend|resume|delete|usage|preferences|list`

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use campanile_app::tenants;
use campanile_config::Role;
use campanile_domain::{Clock, LinkScheme, Random, RetryLadder, TenantId, canonical_locale};
use campanile_storage::Storage;
use comfy_table::Table;
use http::Method;
use serde_json::{Map, Value, json};

use super::preferences;
use crate::cli::{Format, Most, MostOften, TenantAction, TenantOptions};
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::{database, print, settings};

const PATH: &str = "/api/v1/admin/tenants";

/// Creates, lists, changes, suspends and deletes tenants.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: TenantOptions,
) -> anyhow::Result<()> {
    let reach = &options.reach;
    let action = match options.action {
        TenantAction::Preferences { action } => {
            ensure!(
                reach.url.is_none(),
                "tenant preferences works on the database; use /api/v1/admin/preferences of the API instead of --url"
            );
            let settings = settings::load(file, Role::Cli)?;
            // The worker's role sees all tenants.
            let role = campanile_storage_postgres::Role::Worker;
            let storage = database::open(&settings, &reach.data.data_dir, role).await?;
            preferences::run(storage.as_ref(), clock.as_ref(), action).await?;
            storage.close().await;
            return Ok(());
        }
        other => other,
    };
    // What is wrong in the options is said before a database is opened.
    let call = Call::of(action)?;
    let api = OperatorApi::open(file, clock, random, reach).await?;
    match call {
        Call::Send {
            method,
            path,
            body,
            done,
        } => {
            let answer = api.call(method, &path, None, body.as_ref()).await?;
            print::line(done);
            for warning in answer["warnings"].as_array().into_iter().flatten() {
                let warning = warning.as_str().unwrap_or_default();
                print::warn(warning);
            }
        }
        Call::List(format) => {
            let list = all(&api).await?;
            match format {
                Format::Json => print::line(list),
                Format::Table => print::line(table(&list)),
            }
        }
        Call::Usage(name, format) => {
            let path = format!("{PATH}/{name}/usage");
            let usage = api.call(Method::GET, &path, None, None).await?;
            match format {
                Format::Json => print::line(usage),
                Format::Table => print::line(usage_table(&usage)),
            }
        }
    }
    api.close().await;
    Ok(())
}

/// What an action asks of the API.
enum Call {
    Send {
        method: Method,
        path: String,
        body: Option<Value>,
        /// What is printed when it is done.
        done: String,
    },
    List(Format),
    Usage(TenantId, Format),
}

impl Call {
    fn of(action: TenantAction) -> anyhow::Result<Self> {
        let (method, name, body, done) = match action {
            TenantAction::Create { name, retry_ladder } => {
                let body = json!({"tenant": name, "retry_ladder": ladder(&retry_ladder)?});
                return Ok(Self::Send {
                    method: Method::POST,
                    path: PATH.to_owned(),
                    body: Some(body),
                    done: format!("created the tenant {name}"),
                });
            }
            TenantAction::Set {
                name,
                retry_ladder,
                link_schemes,
                locale,
                push_badge,
                track_opens,
                track_clicks,
                max_keys,
                max_requests,
                max_sends,
                max_streams,
                max_types,
                max_recipients,
                max_queued,
                max_notifications,
                token_keys,
            } => {
                let mut body = Map::new();
                let mut set = |field: &str, value: Option<Value>| {
                    if let Some(value) = value {
                        body.insert(field.to_owned(), value);
                    }
                };
                let number = |most: Option<Most>| most.map(|Most(most)| json!(most));
                let rate = |most: Option<MostOften>| {
                    most.map(|MostOften(most)| json!(most.map(|rate| rate.to_string())))
                };
                let schemes = link_schemes.as_deref().map(schemes).transpose()?;
                set("link_schemes", schemes.map(|schemes| json!(schemes)));
                let locale = locale.as_deref().map(tag).transpose()?;
                set("locale", locale.map(|locale| json!(locale)));
                set("push_badge", push_badge.map(Value::from));
                set("track_opens", track_opens.map(Value::from));
                set("track_clicks", track_clicks.map(Value::from));
                set("max_api_keys", number(max_keys));
                set("max_requests", rate(max_requests));
                set("max_sends", rate(max_sends));
                set("max_streams", number(max_streams));
                set("max_types", number(max_types));
                set("max_recipients", number(max_recipients));
                set("max_queued", number(max_queued));
                set("max_notifications", number(max_notifications));
                let file = token_keys.as_deref().map(Path::new);
                set("token_keys", file.map(keys).transpose()?);
                // Without any option the retry schedule is reset.
                if !retry_ladder.is_empty() || body.is_empty() {
                    body.insert("retry_ladder".into(), json!(ladder(&retry_ladder)?));
                }
                let done = format!("changed the tenant {name}");
                (Method::PATCH, name, Some(Value::Object(body)), done)
            }
            TenantAction::Suspend { name } => {
                let done = format!("suspended the tenant {name}");
                (Method::PATCH, name, Some(json!({"suspended": true})), done)
            }
            TenantAction::Resume { name } => {
                let done = format!("resumed the tenant {name}");
                (Method::PATCH, name, Some(json!({"suspended": false})), done)
            }
            TenantAction::Delete { name, confirm } => {
                ensure!(
                    name == confirm,
                    "--confirm names another tenant; nothing was deleted"
                );
                let done = format!("the tenant {name} is being removed");
                (Method::DELETE, name, None, done)
            }
            TenantAction::List { format } => return Ok(Self::List(format)),
            TenantAction::Usage { name, format } => return Ok(Self::Usage(name, format)),
            TenantAction::Preferences { .. } => bail!("tenant preferences is another command"),
        };
        Ok(Self::Send {
            method,
            path: format!("{PATH}/{name}"),
            body,
            done,
        })
    }
}

/// All pages as one.
async fn all(api: &OperatorApi) -> anyhow::Result<Value> {
    let mut all = Vec::new();
    let mut path = format!("{PATH}?limit=100");
    loop {
        let mut page = api.call(Method::GET, &path, None, None).await?;
        if let Some(tenants) = page["tenants"].as_array_mut() {
            all.append(tenants);
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{PATH}?limit=100&cursor={cursor}"),
            None => {
                page["tenants"] = Value::Array(all);
                return Ok(page);
            }
        }
    }
}

/// Fails where there is no such tenant.
pub(super) async fn ensure_exists(storage: &dyn Storage, name: &TenantId) -> anyhow::Result<()> {
    let exists = tenants::exists(storage, name).await?;
    ensure!(exists, "there is no tenant {name}");
    Ok(())
}

/// Schemes in a list with commas.
fn schemes(list: &str) -> anyhow::Result<Vec<LinkScheme>> {
    let names = list.split(',').map(str::trim);
    let mut schemes = names
        .filter(|name| !name.is_empty())
        .map(|name| {
            LinkScheme::parse(name).with_context(|| {
                format!("--link-schemes: {name:?} is no scheme that may be allowed")
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    schemes.sort();
    schemes.dedup();
    ensure!(
        schemes.len() <= LinkScheme::MOST,
        "--link-schemes must have at most {} schemes",
        LinkScheme::MOST
    );
    Ok(schemes)
}

/// A locale; empty for none.
fn tag(text: &str) -> anyhow::Result<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    let tag = canonical_locale(text).map_err(|why| anyhow!("--locale: {why}"))?;
    Ok(Some(tag))
}

/// A JWK set from a file, `-` for standard input; `null` without a name.
fn keys(file: &Path) -> anyhow::Result<Value> {
    if file.as_os_str().is_empty() {
        return Ok(Value::Null);
    }
    let text = if file == Path::new("-") {
        io::read_to_string(io::stdin()).context("standard input cannot be read")?
    } else {
        let shown = file.display();
        fs::read_to_string(file).with_context(|| format!("{shown} cannot be read"))?
    };
    // The parser's own message may repeat what stands there.
    let parsed = serde_json::from_str(&text);
    parsed.map_err(|error| {
        anyhow!(
            "--token-keys: not a JWK set (line {}, column {})",
            error.line(),
            error.column()
        )
    })
}

/// Steps as the API takes them; none for the default.
fn ladder(steps: &[Duration]) -> anyhow::Result<Option<Vec<String>>> {
    ensure!(
        steps.len() <= RetryLadder::MAX_STEPS,
        "--retry-ladder must have 1 to {} steps",
        RetryLadder::MAX_STEPS
    );
    let texts = steps.iter();
    let texts: Vec<_> = texts
        .map(|step| humantime::format_duration(*step).to_string())
        .collect();
    Ok((!texts.is_empty()).then_some(texts))
}

fn table(list: &Value) -> Table {
    let mut table = Table::new();
    table.set_header([
        "tenant",
        "status",
        "created",
        "retry schedule",
        "link schemes",
        "locale",
    ]);
    for tenant in list["tenants"].as_array().into_iter().flatten() {
        let text = |name: &str| tenant[name].as_str().unwrap_or_default().to_owned();
        let texts = |name: &str| {
            let all = tenant[name].as_array().into_iter().flatten();
            let all: Vec<_> = all.filter_map(Value::as_str).collect();
            all.join(", ")
        };
        let ladder = match tenant["retry_ladder"].is_null() {
            true => "default".to_owned(),
            false => texts("retry_ladder"),
        };
        table.add_row([
            text("tenant"),
            text("status"),
            text("created_at"),
            ladder,
            texts("link_schemes"),
            text("locale"),
        ]);
    }
    table
}

fn usage_table(usage: &Value) -> Table {
    let mut table = Table::new();
    table.set_header(["what", "used", "limit"]);
    for (what, number) in usage.as_object().into_iter().flatten() {
        let (used, limit) = match number["used"].is_null() {
            true => (number.to_string(), String::new()),
            false if number["limit"].is_null() => (number["used"].to_string(), String::new()),
            false => (number["used"].to_string(), number["limit"].to_string()),
        };
        table.add_row([what.replace('_', " "), used, limit]);
    }
    table
}
