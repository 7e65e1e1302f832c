//! What a back end must keep, as one small trait per aggregate. No driver types, and of SQL only
//! parts that are the same in every dialect.
//!
//! The traits of the database, which is the source of truth; see `ARCHITECTURE.md`. To add a repository: write its
//! trait in a separate file here, add it to [`Storage`], add a file of the same name to `storage-postgres` and
//! `storage-sqlite`, and promises to `storage-contract`, which both must pass.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod accept;
mod account_pauses;
mod account_troubles;
mod address_book;
mod api_keys;
mod audit;
mod cancel;
pub mod channel_lists;
mod dead_letters;
mod dispatch;
mod error;
mod fanout_recalls;
mod fanouts;
mod inbox;
mod inbox_updates;
mod inbox_writes;
mod ingest;
mod kept_answer;
mod link_keys;
mod maintenance;
mod moving;
mod notification;
mod page_size;
mod plan_marks;
mod preferences;
mod providers;
mod reactions;
mod relay;
mod remembered;
mod resealing;
mod retention;
mod schedule;
mod sealed_places;
mod search;
pub mod suppression_merge;
mod suppressions;
mod templates;
mod tenants;
mod timeline;
mod topics;
mod transaction;
mod user_records;
mod worker_reports;
mod workers;

pub use accept::{
    Accept, AcceptItem, AcceptOutcome, IDEMPOTENCY_DAYS, IdempotencyKey, OUTBOX_ROW_IDS,
};
pub use account_pauses::{AccountPause, AccountPauses};
pub use account_troubles::{AccountTrouble, AccountTroubles, MOST_TROUBLES};
pub use address_book::{AddressBook, KnownReader};
pub use api_keys::{ApiKeys, Handover, PutApiKey};
pub use audit::{AUDIT_ROWS_LOOKED_AT, AuditFilter, AuditLog, AuditPage};
pub use cancel::CancelOutcome;
pub use dead_letters::{
    BuriedMessage, DeadLetter, DeadLetterCursor, DeadLetterFilter, DeadLetterPage, DeadLetters,
    UNREADABLE_MESSAGE,
};
pub use dispatch::{
    Dispatch, DispatchRef, Dispatches, FinishedDelivery, FinishedVariant, Job, LoadedDispatch,
    Record, Standing, Start,
};
pub use error::StorageError;
pub use fanout_recalls::{RecallStep, RecallTurn};
pub use fanouts::{
    CancelFanout, FORGOTTEN_AT_ONCE, FORGOTTEN_BATCHES_AT_ONCE, FailedStep, FanoutDepth,
    FanoutProgress, FanoutStart, FanoutStep, FanoutTurn, Fanouts, MOST_OPEN_FANOUTS,
    MOST_SCHEDULED_FANOUTS, NewFanout, StepLimits,
};
pub use inbox::{Inbox, InboxCount, InboxFilter, InboxItem, InboxPage, PageStart};
pub use inbox_updates::{
    InboxUpdates, ItemsWanted, READ_AMONG, UpdatesFound, UpdatesSize, UpdatesWanted,
};
pub use inbox_writes::{Cancelled, InboxWrites, MarksFound, READ_AT_ONCE, ReadStep};
pub use ingest::IngestBook;
pub use kept_answer::KeptAnswer;
pub use link_keys::LinkKeys;
pub use maintenance::{DEAD_LETTERS_COUNTED, Depth, Maintenance};
pub use moving::{
    Gathering, LEFT_OUT, MOVED_BYTES, MOVED_ROWS, MovedBatch, MovedColumn, MovedKind, MovedRow,
    MovedTable, MovedValue, Moving, NOT_MOVED, REPLACED, TABLES, TakeMoved, TenantImport,
    UnreadableValue, canonical_json,
};
pub use notification::{NotificationRecord, Notifications};
pub use page_size::PageSize;
pub use plan_marks::{EXPIRED_AT_ONCE, PlanMarks};
pub use preferences::{PreferenceBook, RESCHEDULED_AT_ONCE, Reasons, RescheduleStep};
pub use providers::{Provider, Providers, Sealing};
pub use reactions::{ReactedTo, ReadReactions};
pub use relay::{Planned, RelayLimits, TrialSuspect, UNREADABLE_PAUSE};
pub use remembered::Remembering;
pub use resealing::{
    ResealedAddress, ResealedBlob, SealedContent, SealedPage, SealedRow, StoredKeys, reseal,
};
pub use retention::{DropDay, REMOVED_AT_ONCE, RemoveStep, Removed, Retention};
pub use schedule::{Expedite, ReleaseLimits, Schedule};
pub use sealed_places::{
    AddressColumn, Holds, OpenTexts, SEALED_PLACES, SealedKey, SealedKeyValue, SealedPlace,
};
pub use search::{Opened, Search, SearchHit, page_of};
pub use suppressions::{SuppressionFilter, SuppressionPage, Suppressions};
pub use templates::{DueTemplate, StoredBrand, Templates, TypeInUse};
pub use tenants::{CountStep, TenantChange, TenantUsage, Tenants};
pub use timeline::{Timeline, TimelineRecord};
pub use topics::{Topic, Topics};
pub use transaction::{
    AUDIT_REMOVED_AT_ONCE, AccessRows, AddressesByPerson, AddressesFound, AssignedNotification,
    AuditRows, ChoicesByPerson, ClaimedOutboxRows, ClaimedScheduleRows, DataKeyFacts,
    DeadLetterRows, DeadLetterTaken, DeferredDelivery, DeliveryRows, Due, DueFacts, DueRows,
    ExpiredNotification, FanoutAtUser, FanoutInHand, FanoutRequest, FanoutRows, FanoutSays,
    FirstReaction, FoundAddress, IngestRows, KeyRows, LostDelivery, MadeByFanout, MergeRows,
    MergedNotification, NewDispatch, NotificationRange, NotificationRows, OpenDue, OpenFanouts,
    OperatorRows, OutboxInHand, OutboxRow, OutboxRows, PeopleRows, Person, PlanRows, PlannedLine,
    ReactionRows, RecallInHand, RecallRows, RememberedRows, Replacement, RescheduleCursor,
    RescheduleRows, RetentionRows, RunInTransaction, Scope, SettledDue, SuppressionRows,
    TakenOutbox, TemplateRows, Texts, ToPlan, TopicAudience, Transaction, TurnOfFanouts,
    UnitOfWork, Unread, UnreadOf, Unreadable, UserBefore, UserRows, VariantRows, Work,
    WrappedPlace, deferral_json, transact, transact_shared,
};
pub use user_records::{UserRecord, UserRecords};
pub use worker_reports::{Reported, SentHour, WorkerReport, WorkerReports};
pub use workers::{WorkerRow, Workers};

/// Everything a back end keeps.
pub trait Storage:
    Accept
    + AccountPauses
    + AccountTroubles
    + AddressBook
    + ApiKeys
    + AuditLog
    + DeadLetters
    + Dispatches
    + Fanouts
    + Inbox
    + InboxUpdates
    + InboxWrites
    + IngestBook
    + LinkKeys
    + Maintenance
    + Moving
    + Notifications
    + PlanMarks
    + PreferenceBook
    + Providers
    + ReadReactions
    + Remembering
    + Retention
    + Schedule
    + Suppressions
    + Templates
    + Tenants
    + Timeline
    + Topics
    + UnitOfWork
    + UserRecords
    + WorkerReports
    + Workers
{
}

impl<T> Storage for T where
    T: Accept
        + AccountPauses
        + AccountTroubles
        + AddressBook
        + ApiKeys
        + AuditLog
        + DeadLetters
        + Dispatches
        + Fanouts
        + Inbox
        + InboxUpdates
        + InboxWrites
        + IngestBook
        + IngestBook
        + LinkKeys
        + Maintenance
        + Moving
        + Notifications
        + PlanMarks
        + PreferenceBook
        + Providers
        + ReadReactions
        + Remembering
        + Retention
        + Schedule
        + Suppressions
        + Templates
        + Tenants
        + Timeline
        + Topics
        + UnitOfWork
        + UserRecords
        + WorkerReports
        + Workers
{
}
