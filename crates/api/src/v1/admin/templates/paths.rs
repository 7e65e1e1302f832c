//! What a path names: a type, a template, a version.

use axum::extract::{FromRequestParts, Path};
use campanile_domain::{
    Channel, NotificationType, TemplateKey, UnknownChannel, VariantKey, canonical_locale,
    is_variant_name,
};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, ProblemCode};

/// A notification type, or `_shared`. A text that no type can have as its name leads nowhere, in every call alike: 404.
pub(in crate::v1::admin) struct TypePath(pub(in crate::v1::admin) NotificationType);

/// The template of a type for a channel and a locale.
pub(super) struct KeyPath(pub(super) TemplateKey);

/// A variant of a type's template for a channel.
pub(super) struct VariantPath(pub(super) VariantKey);

/// A version of a type.
pub(super) struct VersionPath(pub(super) NotificationType, pub(super) u64);

fn impossible(why: &str) -> Problem {
    let detail = format!("Template not found: {why}");
    Problem::new(ProblemCode::TemplateNotFound, detail)
}

async fn texts<T, S>(parts: &mut Parts, state: &S) -> Result<T, Problem>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    let texts = Path::<T>::from_request_parts(parts, state).await;
    texts
        .map(|Path(texts)| texts)
        .map_err(|_| impossible("the name is not UTF-8"))
}

fn named(text: &str) -> Result<NotificationType, Problem> {
    NotificationType::parse(text).map_err(|error| impossible(error.0))
}

fn known(channel: &str) -> Result<Channel, Problem> {
    let known = channel.parse();
    known.map_err(|error: UnknownChannel| impossible(&error.to_string()))
}

impl<S: Send + Sync> FromRequestParts<S> for TypePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text: String = texts(parts, state).await?;
        named(&text).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for KeyPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (of, channel, locale): (String, String, String) = texts(parts, state).await?;
        Ok(Self(TemplateKey {
            notification_type: named(&of)?,
            channel: known(&channel)?,
            locale: canonical_locale(&locale).map_err(|error| impossible(error.0))?,
        }))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VariantPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (of, channel, variant): (String, String, String) = texts(parts, state).await?;
        if !is_variant_name(&variant) {
            let why = "a variant is named by 1 to 32 of a-z, 0-9, _ and -, and not control";
            return Err(impossible(why));
        }
        Ok(Self(VariantKey {
            notification_type: named(&of)?,
            channel: known(&channel)?,
            variant,
        }))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VersionPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (of, version): (String, String) = texts(parts, state).await?;
        let version = version.parse();
        let version = version.map_err(|_| impossible("a version is a whole number"))?;
        Ok(Self(named(&of)?, version))
    }
}
