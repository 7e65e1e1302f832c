//! Templates as files of a folder: `<type>/<channel>.<locale>.<part>.<extension>`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use campanile_app::templates::{TemplateError, read_brand};
use campanile_domain::{
    Brand, Channel, NotificationType, TemplateKey, TemplateParts, canonical_locale, shared_type,
};
use campanile_fields::JsonText;

use super::explained;

/// No file of a template is larger.
const MOST_BYTES: u64 = 256 * 1024;
/// The file of the brand, in the folder of `_shared`.
const BRAND: &str = "brand.json";

/// What a folder holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Files {
    /// The types that have a folder.
    pub(super) types: BTreeSet<NotificationType>,
    /// Templates.
    pub(super) templates: BTreeMap<TemplateKey, TemplateParts>,
    /// The brand, if there is a file.
    pub(super) brand: Option<Brand>,
}

impl Files {
    /// Reads a folder. A file that is no part of a template is refused; hidden ones and those in the folder itself are
    /// left alone.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut files = Self::default();
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
                let (key, part) = part_of(&of, &name).with_context(whose)?;
                let parts = files.templates.entry(key).or_default();
                let source = without_last_break(text(&path)?);
                let is_new = parts.insert(part, source).is_none();
                ensure!(is_new, "{}: another file has the same part", path.display());
            }
        }
        Ok(files)
    }
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
        (Channel::Email, "mjml", false) => "mjml",
        (Channel::Email, "html", false) | (Channel::Email, _, true) => "html",
        _ => "txt",
    };
    let (channel, locale) = (key.channel.name(), &key.locale);
    let name = format!("{channel}.{locale}.{part}.{extension}");
    Path::new(key.notification_type.as_str()).join(name)
}

/// Where the brand is kept below the folder.
pub(super) fn file_of_brand() -> PathBuf {
    Path::new(shared_type().as_str()).join(BRAND)
}

fn part_of(of: &NotificationType, name: &str) -> anyhow::Result<(TemplateKey, String)> {
    let pieces: Vec<&str> = name.split('.').collect();
    let [channel, locale, part, "txt" | "html" | "mjml"] = pieces[..] else {
        bail!("expected <channel>.<locale>.<part>.txt, .html or .mjml");
    };
    let key = TemplateKey {
        notification_type: of.clone(),
        channel: channel.parse()?,
        locale: canonical_locale(locale)?,
    };
    Ok((key, part.to_owned()))
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
            let read = part_of(&key.notification_type, name).expect("a part");
            assert_eq!(read, (key, part.to_owned()));
        }
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
        ] {
            assert!(part_of(&of, name).is_err(), "{name}");
        }
    }
}
