//! What a notification would say, before it is sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_domain::{
    Brand, Channel, Notification, NotificationId, NotificationType, Priority, TemplateSnapshot,
    TenantId, TextLevel, UserId, canonical_locale, overlaid, part_names, shared_type,
};
use campanile_fields::kinds::{
    Whole, json_object, lines, one_of, optional, parsed, required, text, user_id, whole,
};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText, request_body};
use campanile_storage::Storage;
use campanile_templates::locale_chain;
use campanile_wording::{ReaderFacts, Wording, context};
use chrono::{DateTime, Utc};

use super::TemplateError;
use super::check::{compiled, link_schemes};
use super::workshop::apart;

/// Bytes of a content, as in requests to send.
const CONTENT_BYTES: usize = 128 * 1024;

request_body! {
    /// What a notification is rendered from.
    pub struct PreviewBody as PreviewRequest {
        /// The notification type.
        #[example("order_shipped")]
        notification_type: NotificationType = required(parsed(NotificationType::parse).length(1..=64)),
        /// The content of the notification.
        #[example({"order_id": "7"})]
        content: Arc<str> = required(json_object(CONTENT_BYTES)),
        /// The title of the request, if it has one.
        title: String = optional(text(512)),
        /// The text of the request, if it has one.
        body: String = optional(lines(4_096)),
        /// The reader; their locale, time zone and attributes are used.
        #[example("u1")]
        user_id: UserId = optional(user_id()),
        /// The locale, instead of the reader's.
        #[example("de")]
        locale: String = optional(parsed(canonical_locale)),
        /// Only this channel; left out: all.
        channel: Channel = optional(one_of::<Channel>()),
        /// A version; left out: the drafts.
        version: u32 = optional(number()),
        /// A variant, in the channels that have it.
        variant: String = optional(text(32)),
    }
}

const fn number() -> Whole {
    whole(1..=u32::MAX)
}

/// A valid request for a preview.
#[derive(Debug)]
pub struct PreviewRequest {
    notification_type: NotificationType,
    content: Arc<str>,
    title: Option<String>,
    body: Option<String>,
    user_id: Option<UserId>,
    locale: Option<String>,
    channel: Option<Channel>,
    version: Option<u64>,
    variant: Option<String>,
}

/// What a channel would say.
#[derive(Debug, PartialEq, Eq)]
pub struct Preview {
    /// The channel.
    pub channel: Channel,
    /// How particular the words are.
    pub level: TextLevel,
    /// In which locale they are.
    pub locale: String,
    /// The parts.
    pub parts: BTreeMap<String, String>,
    /// What looks like a mistake, with part, line and column.
    pub warnings: Vec<PreviewWarning>,
}

/// What looks like a mistake, or is one.
#[derive(Debug, PartialEq, Eq)]
pub struct PreviewWarning {
    /// The part.
    pub part: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// One readable sentence.
    pub detail: String,
}

/// Reads what is to be rendered.
///
/// # Errors
/// Every invalid field.
pub fn read_preview(body: &JsonText) -> Result<PreviewRequest, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = PreviewBody::read(&mut fields);
    fields.finish_with(|| {
        Some(PreviewRequest {
            notification_type: read.notification_type?,
            content: read.content?,
            title: read.title,
            body: read.body,
            user_id: read.user_id,
            locale: read.locale,
            channel: read.channel,
            version: read.version.map(u64::from),
            variant: read.variant,
        })
    })
}

/// Renders drafts, or a version, for every channel that has templates; built-in words where there is no template or it
/// fails, with the fault among the warnings.
///
/// # Errors
/// [`TemplateError`].
pub async fn preview(
    storage: &dyn Storage,
    tenant: &TenantId,
    request: PreviewRequest,
    now: DateTime<Utc>,
) -> Result<Vec<Preview>, TemplateError> {
    let tenant_found = storage.tenant(tenant).await?;
    let of_tenant = tenant_found.and_then(|tenant| tenant.locale);
    let user = match &request.user_id {
        None => None,
        Some(user) => {
            let Some(found) = storage.user(tenant, user).await? else {
                let detail = "there is no such user";
                return Err(TemplateError::field(
                    "/user_id",
                    FieldCode::UnknownValue,
                    detail,
                ));
            };
            Some(found)
        }
    };
    let of_user = user.as_ref().and_then(|user| user.locale.clone());
    let of_user = request.locale.clone().or(of_user);
    let reader = user.map(|user| ReaderFacts {
        attributes: user.attributes,
        timezone: user.timezone,
    });
    let (snapshot, shared) = holds(storage, tenant, &request).await?;
    if let Some(variant) = &request.variant
        && !snapshot
            .trials
            .values()
            .any(|trial| trial.variants.contains_key(variant))
    {
        let detail = "no channel has this variant";
        return Err(TemplateError::field(
            "/variant",
            FieldCode::UnknownValue,
            detail,
        ));
    }
    let schemes = link_schemes(storage, tenant).await?;
    let chain = locale_chain(None, of_user.as_deref(), of_tenant.as_deref());
    let notification = notification(tenant, &request, now);
    let work = Work {
        notification,
        chain,
        snapshot,
        shared,
        schemes,
        channel: request.channel,
        variant: request.variant,
        reader: reader.unwrap_or_default(),
    };
    apart(tenant, move || work.previews()).await
}

/// Renders sources that are stored nowhere, such as files, with what they use of `_shared`, as [`preview`] renders drafts.
pub fn preview_sources(
    tenant: &TenantId,
    request: PreviewRequest,
    snapshot: TemplateSnapshot,
    shared: TemplateSnapshot,
    now: DateTime<Utc>,
) -> Vec<Preview> {
    let work = Work {
        notification: notification(tenant, &request, now),
        chain: locale_chain(None, request.locale.as_deref(), None),
        snapshot,
        shared,
        schemes: Vec::new(),
        channel: request.channel,
        variant: request.variant,
        reader: ReaderFacts::default(),
    };
    work.previews()
}

/// Everything that is rendered, and from what.
struct Work {
    notification: Notification,
    chain: Vec<String>,
    snapshot: TemplateSnapshot,
    shared: TemplateSnapshot,
    schemes: Vec<String>,
    channel: Option<Channel>,
    variant: Option<String>,
    reader: ReaderFacts,
}

impl Work {
    fn previews(&self) -> Vec<Preview> {
        let all = Channel::all().filter(|channel| !part_names(*channel).is_empty());
        let asked = all.filter(|channel| self.channel.is_none_or(|asked| asked == *channel));
        asked.map(|channel| self.preview(channel)).collect()
    }

    fn preview(&self, channel: Channel) -> Preview {
        let (notification, chain) = (&self.notification, &self.chain);
        let (built, locale, level) = Wording::built_in_parts(notification, channel, chain);
        let mut preview = Preview {
            channel,
            level,
            locale,
            parts: built,
            warnings: Vec::new(),
        };
        let Some((locale, parts)) = self.snapshot.best(channel, chain) else {
            return preview;
        };
        let brand = brand_json(self.shared.brand.as_ref()).into();
        let (reader, schemes) = (self.reader.clone(), self.schemes.clone().into());
        let context = context(notification, chain, reader, brand, schemes);
        let trial = self.snapshot.trials.get(&channel);
        let variant = trial.and_then(|trial| trial.variants.get(self.variant.as_ref()?));
        let parts = match variant.and_then(|variant| variant.templates.get(locale)) {
            Some(variant) => &overlaid(parts, variant),
            None => parts,
        };
        let rendered = compiled(channel, locale, parts, &self.shared, &self.schemes)
            .and_then(|compiled| compiled.preview(&context).map_err(|fault| vec![fault]));
        let faults = match rendered {
            Ok(rendered) => {
                preview.level = TextLevel::Stored;
                preview.locale = locale.to_owned();
                // A part that the template lacks is made of built-in words.
                preview.parts.extend(rendered.parts);
                rendered.warnings
            }
            Err(faults) => faults,
        };
        let warnings = faults.into_iter().map(|fault| PreviewWarning {
            part: fault.part,
            line: fault.line,
            column: fault.column,
            detail: fault.message,
        });
        preview.warnings = warnings.collect();
        preview
    }
}

/// What is rendered, and what it uses of `_shared`.
async fn holds(
    storage: &dyn Storage,
    tenant: &TenantId,
    request: &PreviewRequest,
) -> Result<(TemplateSnapshot, TemplateSnapshot), TemplateError> {
    let (of, shared) = (&request.notification_type, shared_type());
    let Some(version) = request.version else {
        let drafts = storage.template_drafts(tenant, Some(of)).await?;
        let with = storage.template_drafts(tenant, Some(&shared)).await?;
        let brand = storage.brand(tenant).await?.map(|stored| stored.brand);
        let variants = storage.template_variants(tenant, of).await?;
        return Ok((
            TemplateSnapshot::of(drafts, None).with_variants(variants),
            TemplateSnapshot::of(with, brand),
        ));
    };
    let Some(found) = storage.template_version(tenant, of, version).await? else {
        let detail = "there is no such version";
        return Err(TemplateError::field(
            "/version",
            FieldCode::UnknownValue,
            detail,
        ));
    };
    let with = match found.head.shared_version {
        Some(number) => storage.template_version(tenant, &shared, number).await?,
        None => None,
    };
    Ok((
        found.snapshot,
        with.map(|with| with.snapshot).unwrap_or_default(),
    ))
}

fn brand_json(brand: Option<&Brand>) -> String {
    let json = brand.map(|brand| serde_json::json!(brand).to_string());
    json.unwrap_or_default()
}

/// A notification that is never sent.
fn notification(tenant: &TenantId, request: &PreviewRequest, now: DateTime<Utc>) -> Notification {
    let unnamed = || UserId::parse("preview").expect("a valid id");
    Notification {
        id: NotificationId::floor(now),
        tenant: tenant.clone(),
        user_id: request.user_id.clone().unwrap_or_else(unnamed),
        notification_type: request.notification_type.clone(),
        priority: Priority::Normal,
        title: request.title.clone(),
        body: request.body.clone(),
        content: Arc::clone(&request.content),
        item: Arc::default(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        correlation_id: String::new(),
        created_at: now,
    }
}
