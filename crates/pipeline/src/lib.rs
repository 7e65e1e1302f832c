//! The pipeline: what moves a notification from one state to the next.
//!
//! One file a use case, each of them one transaction that reads like a paragraph: claim, read, decide (`domain`),
//! write. Both back ends run the same code. The loops that call it live in `delivery`, callers' requests come through
//! `api` and `intake`. See ADR 45.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod access;
mod audit;
mod cancel;
mod dispatches;
mod fanouts;
mod inbox;
mod ingest;
mod links;
mod merges;
mod operators;
mod people;
mod plan;
mod preferences;
mod reactions;
mod readdress;
mod record;
mod release;
mod replay;
mod reschedule;
mod retention;
mod rotations;
mod suppressions;
mod templates;
mod tenants;
mod unsubscribe;
mod users;
mod variants;

pub use access::{
    ChangedTenant, begin_tenant_removal, change_tenant, create_tenant, put_api_key, revoke_api_key,
};
pub use audit::{
    AuditDaysLook, AuditEntry, Audited, BrandLook, DraftLook, IngestLook, Look, PreferencesLook,
    ProviderLook, RetentionLook, TenantLook, TypeLook, VariantLook, VersionLook, record_act,
    remove_audit_rows, set_audit_days,
};
pub use cancel::cancel_notification;
pub use fanouts::{
    FanoutWords, NoWords, cancel_fanout, close_fanout, forget_fanouts, forget_past_term,
    recall_step, start_fanout, step_fanout,
};
pub use inbox::{
    ReadSteps, change_notification, delete_notification, read_step, see_notifications,
};
pub use ingest::{CreateIngest, create_ingest_address, revoke_ingest_address};
pub use links::use_link;
pub use merges::{MergeRefusal, MergeTurn, forget_merges, merge_step, merge_users, user_merge};
pub use operators::{
    PutProvider, RemoveProvider, purge_dead_letters, put_provider, put_provider_and,
    remove_provider, resume_account, set_retention,
};
pub use people::preferences_of;
pub use plan::{NoPresence, Presence, dry_run, plan_turn, plan_turn_with_presence};
pub use preferences::{put_preferences, put_tenant_preferences};
pub use reactions::record_reaction;
pub use record::record;
pub use release::release;
pub use replay::replay_dead_letters;
pub use reschedule::{reschedule_all, reschedule_step};
pub use retention::{
    DayFate, Progress, RetentionReport, RetentionRun, TenantFate, remove_step, retain,
};
pub use rotations::{
    MasterTurn, RotationRefusal, RotationTurn, data_key_state, master_key_rotation, rewrap_step,
    rotate_data_key, rotation_step, rotation_step_at, seal_open_texts, start_master_key_rotation,
};
pub use suppressions::{
    Reported, add_all_reported, add_reported, add_suppressions, remove_suppression,
};
pub use templates::{
    BrandSaved, DraftSaved, DuePublished, Promoted, Promotion, Publication, Published, RollBack,
    RolledBack, SaveDraft, SaveVariant, SchemaSaved, Unscheduled, VariantSaved, promote, publish,
    publish_due, put_off_due, remove_draft, remove_variant, retire, roll_back, save_brand,
    save_draft, save_schema, save_variant, stop_failing, unschedule,
};
pub use tenants::{RemovedTenants, remove_tenants};
pub use unsubscribe::unsubscribe;
pub use users::{ErasureLook, erase_user, erase_with_receipt, put_user};
