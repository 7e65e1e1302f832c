//! Reads a recipe and checks it whole, so that an account never meets one that cannot work.

mod call;
mod setting;

use std::collections::{BTreeMap, BTreeSet};

use campanile_domain::Priority;
use serde_json::Value;

use crate::Recipe;
use crate::address::Addresses;
use crate::file::{AddressFile, File, PriorityFile};
use crate::reply::{Defaults, Rule};
use crate::settings::Kind;
use crate::template::Placeholder;
use call::{call, check_call, check_idempotency};
use setting::setting;

/// What is wrong with a recipe, with its line where the file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("recipe {recipe}: {}{what}", .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct RecipeError {
    /// The name of the file.
    pub recipe: String,
    /// Where in the file, counted from one, if it is one place.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl Recipe {
    /// Reads a recipe. `name` is the name of its file, without `.toml`.
    ///
    /// # Errors
    /// [`RecipeError`].
    pub fn parse(name: &str, written: &str) -> Result<Self, RecipeError> {
        let error = |line, what| RecipeError {
            recipe: name.to_owned(),
            line,
            what,
        };
        let file: File = toml::from_str(written).map_err(|e| {
            let begin = e.span().map(|span| span.start);
            let line = begin.and_then(|at| written.get(..at));
            let line = line.map(|before| before.matches('\n').count() + 1);
            error(line, e.message().to_owned())
        })?;
        if file.name != name {
            let what = format!("its name is {:?}, and its file has another one", file.name);
            return Err(error(line_of(written, "name"), what));
        }
        checked(file).map_err(|what| error(line_of_part(written, &what), what))
    }
}

/// The line of the first table or key that begins so.
fn line_of(written: &str, begin: &str) -> Option<usize> {
    let is_it = |line: &str| line.trim_start().starts_with(begin);
    let place = written.lines().position(is_it)?;
    Some(place + 1)
}

/// The line of the part that a complaint begins with: `request 2: …` is the second `[[request]]`, `limits: …` is `[limits]`.
fn line_of_part(written: &str, what: &str) -> Option<usize> {
    let (part, _) = what.split_once(':')?;
    let Some((table, number)) = part.split_once(' ') else {
        return line_of(written, &format!("[{part}]")).or_else(|| line_of(written, part));
    };
    let table = format!("[[{table}]]");
    let number: usize = number.parse().ok()?;
    let mut all = written.lines().enumerate();
    let mut of_table = all
        .by_ref()
        .filter(|(_, line)| line.trim_start().starts_with(&table));
    let (place, _) = of_table.nth(number.checked_sub(1)?)?;
    Some(place + 1)
}

fn checked(file: File) -> Result<Recipe, String> {
    if file.documentation.is_empty()
        || file
            .documentation
            .iter()
            .any(|page| !page.starts_with("https://"))
    {
        return Err("documentation: must name pages of the service, https://…".into());
    }
    chrono::NaiveDate::parse_from_str(&file.read, "%Y-%m-%d")
        .map_err(|_| "read: must be a date such as 2026-11-29")?;
    let settings = file
        .setting
        .iter()
        .map(setting)
        .collect::<Result<Vec<_>, _>>()?;
    let names: BTreeSet<&str> = settings
        .iter()
        .map(|setting| setting.name.as_str())
        .collect();
    if names.len() < settings.len() {
        return Err("setting: two have the same name".into());
    }
    for other in settings
        .iter()
        .filter_map(|setting| setting.required_unless.as_deref())
    {
        known(&names, other)?;
    }
    let form = |file: &Option<AddressFile>, kind| {
        let form = file
            .as_ref()
            .map(|file| setting::address(file, kind, &settings));
        form.transpose()
    };
    let addresses = Addresses {
        name: form(&file.address, Kind::Text)?,
        url: form(&file.address_url, Kind::Url)?,
    };
    let calls = file.request.into_iter().enumerate();
    let calls = calls
        .map(|(n, request)| call(request).map_err(|what| format!("request {}: {what}", n + 1)));
    let calls = calls.collect::<Result<Vec<_>, _>>()?;
    if calls.last().is_none_or(|last| last.when.is_some()) {
        return Err("request: the last one must have no `when`".into());
    }
    let priorities = priorities(file.priority);
    for (n, one) in calls.iter().enumerate() {
        let wrong = |what: String| format!("request {}: {what}", n + 1);
        check_call(one, &settings, &names, &addresses).map_err(wrong)?;
        // Where a user chooses the host, no secret of the account may go there.
        let is_anywhere = one.is_at_address() && !addresses.names_host();
        let is_secret = |name: &str| settings.iter().any(|one| one.name == name && one.is_secret);
        for placeholder in one.placeholders() {
            match placeholder {
                Placeholder::Setting(name) if is_anywhere && is_secret(name) => {
                    let what = format!(
                        "{{settings.{name}}} is secret, and users choose where it would go: give the prefix of [address_url] a host"
                    );
                    return Err(wrong(what));
                }
                Placeholder::Setting(name) => known(&names, name).map_err(wrong)?,
                Placeholder::Address if !one.is_at_address() && addresses.name.is_none() => {
                    return Err(wrong("{address} without [address]".into()));
                }
                Placeholder::Priority(name)
                    if !priorities.values().any(|map| map.contains_key(name)) =>
                {
                    return Err(wrong(format!(
                        "{{priority.{name}}} is in no table of [priority]"
                    )));
                }
                _ => {}
            }
        }
    }
    if let Some(idempotency) = &file.idempotency {
        check_idempotency(idempotency, &calls)?;
    }
    if file.limits.concurrency == Some(0)
        || file
            .limits
            .calls_per_second
            .is_some_and(|rate| rate.is_nan() || rate < 0.001)
    {
        return Err("limits: must be more than nothing".into());
    }
    let rules = file.reply.into_iter().enumerate();
    let rules =
        rules.map(|(n, reply)| Rule::of(reply).map_err(|what| format!("reply {}: {what}", n + 1)));
    Ok(Recipe {
        name: file.name,
        title: file.title,
        about: file.about,
        documentation: file.documentation,
        read: file.read,
        unchecked: file.unchecked,
        settings,
        addresses,
        calls,
        limits: file.limits,
        markup: file.markup,
        priorities,
        rules: rules.collect::<Result<_, _>>()?,
        defaults: Defaults::of(&file.default)?,
    })
}

fn known(names: &BTreeSet<&str>, name: &str) -> Result<(), String> {
    let unknown = || format!("there is no setting {name:?}");
    names.contains(name).then_some(()).ok_or_else(unknown)
}

fn priorities(
    file: Option<PriorityFile>,
) -> BTreeMap<&'static str, serde_json::Map<String, Value>> {
    let Some(PriorityFile {
        critical,
        high,
        normal,
        low,
    }) = file
    else {
        return BTreeMap::new();
    };
    let tables = [critical, high, normal, low];
    Priority::ALL
        .map(Priority::name)
        .into_iter()
        .zip(tables)
        .collect()
}
