//! The domain types and rules of the service. Pure: no I/O, no async, no clock.
//!
//! Neighbours: every other crate may know this one; this one knows none of them.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod address_holder;
mod api_key;
mod apple_device;
mod audit;
mod backoff;
mod channel;
mod clock;
mod delivery;
mod device;
mod email_address;
mod erasure;
mod fanout;
mod helo_name;
mod ids;
mod inbox;
mod ingest;
mod item;
mod json_text;
mod key_rotation;
mod link_purpose;
mod locality;
mod lost_address;
mod mail_status;
mod notification;
mod outcome;
mod plan;
mod preferences;
mod priority;
mod random;
mod rate;
mod rate_rules;
mod reaction;
mod recipe_name;
mod remembered;
mod retention;
mod retry;
mod routes;
mod scope;
mod suppression;
mod template;
mod tenant;
mod tenant_limits;
mod token_keys;
mod trace_parent;
mod user;
mod user_address;
mod user_merge;

pub use address_holder::{AddressHolder, forms_to_look_for};
pub use api_key::{ApiKey, ApiKeyState, ApiKeyText, KeyHash, MalformedApiKey};
pub use apple_device::{AppleDevice, AppleEnvironment, AppleToken, AppleTopic};
pub use audit::{
    Act, Actor, ActorKind, AuditAction, AuditDays, AuditHash, AuditHead, AuditRow, ChainCheck,
    ChainEnd, ChainFault, MOST_STATE_BYTES, removal_record,
};
pub use backoff::Backoff;
pub use channel::{Channel, UnknownChannel};
pub use clock::{Clock, ManualClock, SystemClock};
pub use delivery::{Attempt, Deferral, Delivery, DeliveryState};
pub use device::{Device, DeviceKind, DeviceValue, Platform};
pub use email_address::{EmailAddress, EmailAddressError};
pub use erasure::{ErasedCounts, ErasureReceipt};
pub use fanout::{Fanout, FanoutStatus};
pub use helo_name::HeloName;
pub use ids::{
    ApiKeyId, AuditId, DeliveryId, DeviceId, DispatchId, FanoutId, IngestId, InvalidName,
    NotificationId, NotificationType, OutboxId, ProviderName, TenantId, TopicKey, UserId, WorkerId,
};
pub use inbox::{InboxChange, InboxMarks, Withdrawal};
pub use ingest::{
    IngestAddress, IngestGroup, IngestKey, IngestKind, IngestMapping, IngestSettings, IngestTarget,
    InvalidIngestKey,
};
pub use item::{Action, ItemTexts, Link, LinkError, LinkScheme, TextLevel, TextsUsed};
pub use json_text::{JsonFlaw, MAX_JSON_DEPTH, canonical_json, compact_json, json_values};
pub use key_rotation::{
    KeyRotation, MasterKeyRotation, ResealedRows, RewrappedKeys, RotationCounts, RotationStage,
};
pub use link_purpose::{LinkHandOver, LinkPurpose};
pub use locality::{canonical_locale, canonical_timezone, local_time};
pub use lost_address::{ADDRESS_GONE, ADDRESS_MOVED, LostAddress};
pub use mail_status::mailbox_is_gone;
pub use notification::{Notification, NotificationStatus};
pub use outcome::{AddressFate, Blame, Outcome, OutcomeKind};
pub use plan::{
    ADDRESS_UNREADABLE, Addresses, NO_ACCOUNT, NO_ADDRESS, NOT_SERVED, Occasion, Plan, PlanInputs,
    PlannedDelivery, READDRESSED, SuppressedFor, Verdict, plan, readdress,
};
pub use preferences::{
    CHANNEL_OFF, EffectivePreferences, Preferences, QUIET_HOURS, QuietHours, TYPE_CHANNEL_OFF,
    TYPE_OFF, TenantPreferences, USER_IS_ACTIVE, WallTime,
};
pub use priority::{Lane, Level, Priority};
pub use random::Random;
pub use rate::{Rate, RateParseError};
pub use rate_rules::{
    DEBOUNCED, Debounce, Mark, MarkKey, MarkKeys, MarkPlace, Marks, RateRules, THROTTLED, Text,
    Throttle,
};
pub use reaction::{Reaction, ReactionKind, Reactions, is_machine};
pub use recipe_name::RecipeName;
pub use remembered::{Remembered, RememberedKey, RememberedKind};
pub use retention::RetentionDays;
pub use retry::{
    ACCOUNT_PATIENCE, Decision, LONGEST_RETRY_AFTER, MAX_UNFINISHED_STARTS, RetryLadder, Tried,
    decide,
};
pub use routes::Routes;
pub use scope::{Scope, ScopeName, ScopeSet, UnknownScope};
pub use suppression::{
    ADDRESS_SUPPRESSED, SuppressedAddress, Suppression, SuppressionKey, SuppressionReason,
    SuppressionSource,
};
pub use template::{
    Assigned, Assignments, BoundedLocales, Brand, CONTROL, ContentSchema, Difference, Measure,
    MeasureResult, PartChange, PartFlaw, PartFlawKind, Precondition, PreconditionRefusal,
    ShownVersion, TemplateDraft, TemplateDraftHead, TemplateHead, TemplateKey, TemplateLimits,
    TemplateParts, TemplateSnapshot, TemplateType, TemplateVersion, Trial, TrialResults,
    TrialVariant, USER_BUCKETS, VariantCount, VariantCounts, VariantDraft, VariantKey,
    VariantResults, VersionState, WeightChange, assignments_from_stored, assignments_to_stored,
    compare as compare_templates, compare_weights, is_variant_name, overlaid, part_flaws,
    part_names, shared_type, user_bucket, variant_seen,
};
pub use tenant::Tenant;
pub use tenant_limits::TenantLimits;
pub use token_keys::{NoTokenKeyPrint, TokenKeyFlaw, TokenKeyFlawKind, TokenKeyPrint, TokenKeys};
pub use trace_parent::TraceParent;
pub use user::User;
pub use user_address::{UserAddress, UserAddressText, is_of_user};
pub use user_merge::{MergeCounts, MergeStage, UserFacts, UserMerge};
