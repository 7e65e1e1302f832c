//! Requests: where they may go, and what they must carry.

use std::collections::BTreeSet;

use http::Method;
use http::header::HeaderName;

use super::known;
use crate::address::Addresses;
use crate::file::{IdempotencyFile, RequestFile, WhenFile};
use crate::request::{Call, When};
use crate::settings::{Kind, Setting};
use crate::template::{Part, Placeholder, Template, Tree};

pub(super) fn call(file: RequestFile) -> Result<Call, String> {
    let headers = file.headers.iter().map(|(name, value)| {
        let name =
            HeaderName::try_from(name).map_err(|_| format!("{name:?} is no name of a header"))?;
        Ok((name, Template::parse(value)?))
    });
    let basic = file.basic.map(|basic| {
        Ok::<_, String>((
            Template::parse(&basic.user)?,
            Template::parse(&basic.password)?,
        ))
    });
    Ok(Call {
        when: file.when.map(when),
        method: match &*file.method {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            other => return Err(format!("the method is POST or PUT, not {other:?}")),
        },
        url: Template::parse(&file.url)?,
        headers: headers.collect::<Result<_, String>>()?,
        basic: basic.transpose()?,
        format: file.format,
        body: Tree::object(&file.body)?,
    })
}

fn when(file: WhenFile) -> When {
    When {
        setting: file.setting,
        equals: file.equals,
        priority: file.priority,
    }
}

/// A call goes to a host that the recipe names, or to a setting that is declared as an address and is judged as one.
pub(super) fn check_call(
    call: &Call,
    settings: &[Setting],
    names: &BTreeSet<&str>,
    addresses: &Addresses,
) -> Result<(), String> {
    if let Some(name) = call.when.as_ref().and_then(|when| when.setting.as_ref()) {
        known(names, name)?;
    }
    let is_place = |name: &str| {
        settings
            .iter()
            .any(|one| one.name == name && one.kind == Kind::Url)
    };
    let (first, rest) = call.url.0.split_first().ok_or("url: is empty")?;
    match (first, rest.first()) {
        (Part::Value(Placeholder::Setting(name)), None) if is_place(name) => {}
        (Part::Value(Placeholder::Address), None) if addresses.url.is_some() => {}
        (Part::Value(Placeholder::Address), _) => {
            return Err("url: {address} stands alone, and the recipe has an [address_url]".into());
        }
        (Part::Value(Placeholder::Setting(name)), Some(Part::Literal(next)))
            if is_place(name) && next.starts_with('/') => {}
        (Part::Literal(text), _) => {
            let host = text
                .strip_prefix("https://")
                .and_then(|rest| rest.split_once('/'));
            let is_host = |host: &str| {
                host.contains('.')
                    && host
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
            };
            if !host.is_some_and(|(host, _)| is_host(host)) {
                return Err(
                    "url: must begin with https://host/ or with a setting of kind url".into(),
                );
            }
        }
        _ => {
            return Err(
                "url: must begin with https://host/ or with a setting of kind url, then /".into(),
            );
        }
    }
    let elsewhere = rest
        .iter()
        .any(|part| matches!(part, Part::Value(Placeholder::Setting(name)) if is_place(name)));
    if elsewhere {
        return Err("url: a setting of kind url stands at the beginning alone".into());
    }
    Ok(())
}

pub(super) fn check_idempotency(file: &IdempotencyFile, calls: &[Call]) -> Result<(), String> {
    let names_id = |template: &Template| {
        template
            .placeholders()
            .any(|p| *p == Placeholder::DeliveryId)
    };
    let has = |call: &Call| match (&file.field, &file.header) {
        (Some(field), None) => match &call.body {
            Tree::Object { fields, .. } => fields.iter().any(|(name, tree)| {
                *name == Template(vec![Part::Literal(field.clone())])
                    && tree.placeholders().contains(&&Placeholder::DeliveryId)
            }),
            _ => false,
        },
        (None, Some(header)) => call
            .headers
            .iter()
            .any(|(name, value)| name.as_str() == header.to_lowercase() && names_id(value)),
        _ => false,
    };
    let missing = || {
        "idempotency: each request must have {delivery_id} in this one field or header".to_owned()
    };
    calls.iter().all(has).then_some(()).ok_or_else(missing)
}
