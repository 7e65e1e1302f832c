//! Templates, brand and schemas as editors write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_domain::{Brand, ContentSchema, TemplateLimits, TemplateParts};
use campanile_fields::kinds::{
    flag, json_object, lines, map_of, moment, optional, parsed, required, text, whole,
};
use campanile_fields::{FieldErrors, Fields, JsonText, RequestBody, request_body};
use chrono::{DateTime, SubsecRound, Utc};

use super::{PublishRequest, RollBackRequest};

/// Parts in a body: more than any channel has, and as many partials as there may be.
const PARTS: usize = 32;

request_body! {
    /// The parts of a template.
    pub struct DraftBody as TemplateRequest {
        /// The sources by the name of the part: `title`, `body`, `link` and `actions` of `in_app`; `title`, `body` and
        /// `image` of `push`, `web_push` and `apns`; `subject`, `preheader`, `html` or `mjml`, and `text` of `email`; `text` of
        /// `slack`, `discord`, `pushover` and `apprise`. In `_shared`: layouts and partials by their names.
        #[example({"title": "Your order {{ content.order_id }}", "body": "It is on its way."})]
        parts: TemplateParts = required(map_of(PARTS, lines(TemplateLimits::PART_BYTES))),
    }
}

request_body! {
    /// When and why drafts are published.
    pub struct PublishBody as PublishRequest {
        /// When they are published; left out: now. At most a year from now.
        publish_at: DateTime<Utc> = optional(moment()),
        /// Why, for other editors.
        #[example("Shorter title")]
        comment: String = optional(text(TemplateLimits::COMMENT_BYTES)),
    }
}

request_body! {
    /// The version to return to.
    pub struct RollBackBody as RollbackRequest {
        /// The version.
        #[example(1)]
        version: u32 = required(whole(1..=u32::MAX)),
        /// Why, for other editors.
        comment: String = optional(text(TemplateLimits::COMMENT_BYTES)),
    }
}

request_body! {
    /// What a tenant's messages have in common; templates have it as `brand`.
    pub struct BrandBody as BrandRequest {
        /// The tenant's name, as readers know it.
        #[example("Acme")]
        name: String = optional(text(Brand::TEXT_BYTES)),
        /// The https address of a picture.
        #[example("https://acme.example/logo.png")]
        logo: String = optional(parsed(Brand::address).format("uri")),
        /// Colours by name, such as `accent`.
        #[example({"accent": "#0a7cff"})]
        colors: BTreeMap<String, String> = optional(map_of(Brand::ENTRIES, parsed(Brand::color))),
        /// The postal address.
        #[example("1 Main Street, Springfield")]
        address: String = optional(lines(Brand::TEXT_BYTES)),
        /// https addresses by name, such as `help`.
        #[example({"help": "https://acme.example/help"})]
        links: BTreeMap<String, String> = optional(map_of(Brand::ENTRIES, parsed(Brand::address).format("uri"))),
    }
}

request_body! {
    /// What is known of a notification type.
    pub struct TypeBody as TypeRequest {
        /// A JSON Schema (draft 2020-12) of `content`.
        #[example({"type": "object", "required": ["order_id"], "properties": {"order_id": {"type": "string"}}})]
        schema: Arc<str> = required(json_object(TemplateLimits::SCHEMA_BYTES)),
        /// Whether requests whose content violates the schema are to be refused.
        schema_strict: bool = optional(flag()),
    }
}

/// Reads the parts of a draft.
///
/// # Errors
/// Every invalid field.
pub fn read_draft(body: &JsonText) -> Result<TemplateParts, FieldErrors> {
    read(body, |read: DraftBody| read.parts)
}

/// Reads when and why something is published.
///
/// # Errors
/// Every invalid field.
pub fn read_publication(body: &JsonText) -> Result<PublishRequest, FieldErrors> {
    read(body, |read: PublishBody| {
        Some(PublishRequest {
            at: read.publish_at.map(|at| at.trunc_subsecs(6)),
            comment: read.comment,
        })
    })
}

/// Reads to which version an editor returns.
///
/// # Errors
/// Every invalid field.
pub fn read_roll_back(body: &JsonText) -> Result<RollBackRequest, FieldErrors> {
    read(body, |read: RollBackBody| {
        Some(RollBackRequest {
            version: read.version?.into(),
            comment: read.comment,
        })
    })
}

/// Reads a brand.
///
/// # Errors
/// Every invalid field.
pub fn read_brand(body: &JsonText) -> Result<Brand, FieldErrors> {
    read(body, |read: BrandBody| {
        Some(Brand {
            name: read.name,
            logo: read.logo,
            colors: read.colors.unwrap_or_default(),
            address: read.address,
            links: read.links.unwrap_or_default(),
        })
    })
}

/// Reads what is known of a type.
///
/// # Errors
/// Every invalid field.
pub fn read_type(body: &JsonText) -> Result<ContentSchema, FieldErrors> {
    read(body, |read: TypeBody| {
        Some(ContentSchema {
            schema: read.schema?.to_string(),
            strict: read.schema_strict.unwrap_or(false),
        })
    })
}

fn read<B: RequestBody, T>(
    body: &JsonText,
    make: impl FnOnce(B) -> Option<T>,
) -> Result<T, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = B::read(&mut fields);
    fields.finish_with(|| make(read))
}
