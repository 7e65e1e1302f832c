//! Names out of a closed list.

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use campanile_domain::{
    Channel, DeviceKind, FanoutStatus, IngestKind, Level, LinkHandOver, LinkPurpose, MergeStage,
    Platform, Priority, ScopeName, SuppressionReason,
};
use serde_json::json;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Kind;
use crate::description::{Parts, written};
use crate::{FieldCode, Fields, Json, ValueSchema};

/// What goes by names out of a closed list, which the OpenAPI document shows under `SCHEMA`.
pub trait Named: FromStr<Err: Display> {
    /// The name of the list.
    const SCHEMA: &'static str;
    /// What the list is of.
    const ABOUT: &'static str;

    /// The names that are taken.
    fn names() -> Vec<&'static str>;
}

macro_rules! named {
    ($($type:ident $about:literal [$($more:literal),*])*) => {$(
        impl Named for $type {
            const SCHEMA: &'static str = stringify!($type);
            const ABOUT: &'static str = $about;

            fn names() -> Vec<&'static str> {
                let names = Self::ALL.into_iter().map(|one| one.name());
                names.chain([$($more),*]).collect()
            }
        }
    )*};
}

impl Named for Channel {
    const SCHEMA: &'static str = "Channel";
    const ABOUT: &'static str = "A channel; `sse` is another name for `in_app`. An installation may serve more, each with the name of a recipe.";

    fn names() -> Vec<&'static str> {
        Self::all().map(Self::name).chain(["sse"]).collect()
    }
}

named! {
    Priority "The priority." []
    Level "A severity, mapped to a priority." []
    DeviceKind "The kind of push address: an FCM registration token (`token`), a Firebase installation id (`fid`), a browser's subscription (`web_push`), or an app that Apple's service reaches without FCM (`apns`)." []
    Platform "The platform of the app." []
    FanoutStatus "State of a fan-out." []
    MergeStage "How far a merge of two users is." []
    ScopeName "A scope, or a role: a named set of scopes." []
    IngestKind "The protocol of an ingest address." []
    SuppressionReason "Why an address is on the suppression list." []
    LinkPurpose "What a link without a login opens." []
    LinkHandOver "How a link reaches its user." []
}

/// A name out of a closed list.
pub struct OneOf<T>(PhantomData<fn() -> T>);

/// A name out of a closed list.
pub const fn one_of<T: Named>() -> OneOf<T> {
    OneOf(PhantomData)
}

impl<T: Named> Kind for OneOf<T> {
    type Value = T;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<T> {
        let known = fields.string(field, value)?.parse();
        known
            .map_err(|error: T::Err| {
                fields.wrong(field, FieldCode::UnknownValue, error.to_string());
            })
            .ok()
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::named(T::SCHEMA)
    }

    fn parts(&self, parts: &mut Parts) {
        parts.value(T::SCHEMA, names::<T>());
    }
}

fn names<T: Named>() -> ValueSchema {
    ValueSchema::new(json!({"type": "string", "description": T::ABOUT, "enum": T::names()}))
}

/// The schema of such a name in an answer.
pub struct NameOf<T>(PhantomData<fn() -> T>);

impl<T: Named> PartialSchema for NameOf<T> {
    fn schema() -> RefOr<Schema> {
        written(names::<T>().into_value())
    }
}

impl<T: Named> ToSchema for NameOf<T> {
    fn name() -> Cow<'static, str> {
        T::SCHEMA.into()
    }
}
