//! Templates as files of a folder: `<type>/<channel>.<locale>.<part>.<extension>`, and `<channel>@<variant>` of variants.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use campanile_app::templates::{TemplateError, read_brand, read_variant};
use campanile_domain::{
    BoundedLocales, Brand, Channel, NotificationType, TemplateKey, TemplateParts, VariantKey,
    canonical_locale, is_variant_name, shared_type,
};
use campanile_fields::JsonText;
use serde_json::json;

use super::explained;

/// No file of a template is larger.
const MOST_BYTES: u64 = 256 * 1024;
/// The file of the brand, in the folder of `_shared`.
const BRAND: &str = "brand.json";

/// A variant as its files have it: its share in percent, and what differs by locale.
pub(super) type VariantWords = (u8, BoundedLocales);

/// What a folder holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Files {
    /// The types that have a folder.
    pub(super) types: BTreeSet<NotificationType>,
    /// Templates.
    pub(super) templates: BTreeMap<TemplateKey, TemplateParts>,
    /// Variants of them.
    pub(super) variants: BTreeMap<VariantKey, VariantWords>,
    /// The brand, if there is a file.
    pub(super) brand: Option<Brand>,
}

impl Files {
    /// Reads a folder. A file that is no part of a template is refused; hidden ones and those in the folder itself are
    /// left alone.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut files = Self::default();
        let (mut shares, mut sources) = (BTreeMap::new(), BTreeMap::new());
        for (path, name) in entries(folder)? {
            if !path.is_dir() {
                continue;
            }
            let of = NotificationType::parse(&name);
            let of = of.with_context(|| format!("{} is no notification type", path.display()))?;
            files.types.insert(of.clone());
            for (path, name) in entries(&path)? {
                let whose = || format!("{}", path.display());
                if of == shared_type() && name == BRAND {
                    files.brand = Some(brand(&text(&path)?).with_context(whose)?);
                    continue;
                }
                let place = Place::of(&of, &name).with_context(whose)?;
                let source = without_last_break(text(&path)?);
                let is_new = match place {
                    Place::Weight(key) => shares.insert(key, source).is_none(),
                    Place::Part(key, part) => {
                        let parts = files.templates.entry(key).or_default();
                        parts.insert(part, source).is_none()
                    }
                    Place::VariantPart(key, locale, part) => {
                        let locales: &mut BoundedLocales = sources.entry(key).or_default();
                        let parts = locales.entry(locale).or_default();
                        parts.insert(part, source).is_none()
                    }
                };
                ensure!(is_new, "{}: another file has the same part", path.display());
            }
        }
        let named: BTreeSet<_> = shares.keys().chain(sources.keys()).cloned().collect();
        for key in named {
            let whose = || folder.join(file_of_weight(&key)).display().to_string();
            let (share, sources) = (shares.get(&key), sources.remove(&key));
            let read = variant(share, sources.unwrap_or_default()).with_context(whose)?;
            files.variants.insert(key, read);
        }
        Ok(files)
    }
}

/// As the API reads it.
fn variant(share: Option<&String>, templates: BoundedLocales) -> anyhow::Result<VariantWords> {
    let share = share.context("a variant needs this file, with its share of readers in percent")?;
    let weight: u32 = share.trim().parse().context("expected a number")?;
    let body = json!({"weight": weight, "templates": templates});
    let read = read_variant(&JsonText::from(&body));
    let read = read.map_err(|errors| explained(TemplateError::Fields(errors)))?;
    Ok((read.weight, read.templates))
}

/// As the API reads it, so that no mail has a brand that the API would refuse.
fn brand(source: &str) -> anyhow::Result<Brand> {
    let value: serde_json::Value = serde_json::from_str(source)?;
    let brand = read_brand(&JsonText::from(&value));
    brand.map_err(|errors| explained(TemplateError::Fields(errors)))
}

/// Where a part is kept below the folder.
pub(super) fn file_of(key: &TemplateKey, part: &str) -> PathBuf {
    let extension = match (key.channel, part, key.notification_type == shared_type()) {
        (Channel::Email, _, true) => "html",
        _ => extension(key.channel, part),
    };
    let (channel, locale) = (key.channel.name(), &key.locale);
    let name = format!("{channel}.{locale}.{part}.{extension}");
    Path::new(key.notification_type.as_str()).join(name)
}

/// Where a part of a variant is kept.
pub(super) fn file_of_variant(key: &VariantKey, locale: &str, part: &str) -> PathBuf {
    let (channel, variant) = (key.channel.name(), &key.variant);
    let extension = extension(key.channel, part);
    let name = format!("{channel}@{variant}.{locale}.{part}.{extension}");
    Path::new(key.notification_type.as_str()).join(name)
}

/// Where the share of a variant is kept.
pub(super) fn file_of_weight(key: &VariantKey) -> PathBuf {
    let name = format!("{}@{}.weight.txt", key.channel.name(), key.variant);
    Path::new(key.notification_type.as_str()).join(name)
}

fn extension(channel: Channel, part: &str) -> &'static str {
    match (channel, part) {
        (Channel::Email, "mjml") => "mjml",
        (Channel::Email, "html") => "html",
        _ => "txt",
    }
}

/// Where the brand is kept below the folder.
pub(super) fn file_of_brand() -> PathBuf {
    Path::new(shared_type().as_str()).join(BRAND)
}

/// What a file holds.
#[derive(Debug, PartialEq)]
enum Place {
    /// A part of a template.
    Part(TemplateKey, String),
    /// A part of a variant, in a locale.
    VariantPart(VariantKey, String, String),
    /// The share of a variant.
    Weight(VariantKey),
}

impl Place {
    fn of(of: &NotificationType, name: &str) -> anyhow::Result<Self> {
        let pieces: Vec<&str> = name.split('.').collect();
        let channel = pieces[0];
        let Some((channel, variant)) = channel.split_once('@') else {
            let [_, locale, part, "txt" | "html" | "mjml"] = pieces[..] else {
                bail!("expected <channel>.<locale>.<part>.txt, .html or .mjml");
            };
            let key = TemplateKey {
                notification_type: of.clone(),
                channel: channel.parse()?,
                locale: canonical_locale(locale)?,
            };
            return Ok(Self::Part(key, part.to_owned()));
        };
        ensure!(
            is_variant_name(variant),
            "a variant is named by 1 to 32 of the characters a-z, 0-9, _ and -, and not control"
        );
        let key = VariantKey {
            notification_type: of.clone(),
            channel: channel.parse()?,
            variant: variant.to_owned(),
        };
        match pieces[1..] {
            ["weight", "txt"] => Ok(Self::Weight(key)),
            [locale, part, "txt" | "html" | "mjml"] => {
                let locale = canonical_locale(locale)?;
                Ok(Self::VariantPart(key, locale, part.to_owned()))
            }
            _ => bail!(
                "expected <channel>@<variant>.<locale>.<part>.txt, .html or .mjml, or <channel>@<variant>.weight.txt"
            ),
        }
    }
}

fn entries(folder: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let whose = || format!("cannot read {}", folder.display());
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).with_context(whose)? {
        let path = entry.with_context(whose)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.with_context(|| format!("{} is not UTF-8", path.display()))?;
        if !name.starts_with('.') {
            all.push((path.clone(), name.to_owned()));
        }
    }
    all.sort();
    Ok(all)
}

fn text(path: &Path) -> anyhow::Result<String> {
    let whose = || format!("cannot read {}", path.display());
    let bytes = fs::metadata(path).with_context(whose)?.len();
    ensure!(
        bytes <= MOST_BYTES,
        "{} has more than {MOST_BYTES} bytes",
        path.display()
    );
    fs::read_to_string(path).with_context(whose)
}

/// Editors end a file with a line break, which is no part of a title.
fn without_last_break(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

/// A source as its file has it.
pub(super) fn as_file(source: &str) -> String {
    format!("{source}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(of: &str, channel: Channel, locale: &str) -> TemplateKey {
        TemplateKey {
            notification_type: NotificationType::parse(of).expect("a type"),
            channel,
            locale: locale.to_owned(),
        }
    }

    #[test]
    fn each_part_has_a_file_that_leads_back_to_it() {
        for (key, part, file) in [
            (
                key("order", Channel::Push, "en"),
                "title",
                "order/push.en.title.txt",
            ),
            (
                key("order", Channel::Email, "pt-BR"),
                "html",
                "order/email.pt-BR.html.html",
            ),
            (
                key("order", Channel::Email, "de"),
                "mjml",
                "order/email.de.mjml.mjml",
            ),
            (
                key("_shared", Channel::Email, "en"),
                "layout",
                "_shared/email.en.layout.html",
            ),
            (
                key("_shared", Channel::Slack, "en"),
                "sign",
                "_shared/slack.en.sign.txt",
            ),
        ] {
            let path = file_of(&key, part);
            assert_eq!(path, Path::new(file));
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .expect("a name");
            let read = Place::of(&key.notification_type, name).expect("a part");
            assert_eq!(read, Place::Part(key, part.to_owned()));
        }
    }

    #[test]
    fn each_part_of_a_variant_has_a_file_that_leads_back_to_it() {
        let of = NotificationType::parse("order").expect("a type");
        let key = VariantKey {
            notification_type: of.clone(),
            channel: Channel::Email,
            variant: "short-2".into(),
        };
        let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let part = name(file_of_variant(&key, "pt-BR", "html"));
        assert_eq!(part, "email@short-2.pt-BR.html.html");
        let expected = Place::VariantPart(key.clone(), "pt-BR".into(), "html".into());
        assert_eq!(Place::of(&of, &part).expect("a part"), expected);
        let weight = name(file_of_weight(&key));
        assert_eq!(weight, "email@short-2.weight.txt");
        assert_eq!(Place::of(&of, &weight).expect("it"), Place::Weight(key));
    }

    #[test]
    fn a_source_comes_back_as_it_was() {
        for source in ["", "a", "a\n", "a\r\n\n"] {
            assert_eq!(without_last_break(as_file(source)), source);
        }
        assert_eq!(without_last_break("a\r\n".into()), "a");
    }

    #[test]
    fn a_brand_is_checked_as_the_api_checks_it() {
        let read = brand(r##"{"name": "Acme", "colors": {"primary": "#b02a37"}}"##).expect("valid");
        assert_eq!(read.name.as_deref(), Some("Acme"));
        for wrong in [
            "[]",
            "{",
            r#"{"nmae": "Acme"}"#,
            r#"{"logo": "javascript:alert(1)"}"#,
            r#"{"name": 7}"#,
        ] {
            assert!(brand(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_that_is_no_part_is_refused() {
        let of = NotificationType::parse("order").expect("a type");
        for name in [
            "push.en.title",
            "push.en.title.exe",
            "pigeon.en.title.txt",
            "push.e.title.txt",
            "README.md",
            "push@.en.title.txt",
            "push@control.en.title.txt",
            "push@Short.en.title.txt",
            "push@short.weight.html",
            "push@short.en.txt",
            "pigeon@short.weight.txt",
        ] {
            assert!(Place::of(&of, name).is_err(), "{name}");
        }
    }
}
