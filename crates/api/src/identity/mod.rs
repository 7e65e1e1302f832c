//! Who is calling: tokens and API keys become typed proofs of a scope.
//!
//! [`Keys`] checks a token's signature and claims, `ApiKeyRing` an API key; `KnownTenants` checks that its tenant exists;
//! [`Sender`], [`MeteredSender`], [`Tester`], [`InboxUser`], [`StreamUser`], `IngestCaller`, [`Reader`], [`Observer`], [`Operator`], [`Viewer`],
//! [`TemplateEditor`] and [`Dispatcher`] are what handlers see. A handler has no other way to a tenant, so
//! one without a proof cannot query.

mod answers;
mod api_keys;
mod authenticate;
mod claims;
mod credential;
mod extract;
mod failures;
mod ingest_caller;
mod ingest_keys;
mod jwks;
mod keys;
mod known_tenants;
mod link_asker;
mod metered;
mod origins;
mod peer;
mod pem;
mod reader;
mod scope;
mod shares;
mod sign;
mod stream_ticket;
mod stream_user;
mod tenant_keys;
mod tester;
mod throttle;
mod turns;
mod validate;
mod voided;

pub use api_keys::ApiKeyRing;
pub use authenticate::{AtCommandLine, Authenticator};
pub use campanile_domain::Scope;
pub use claims::Claims;
pub use extract::{
    Dispatcher, InboxUser, Observer, Operator, Platform, Sender, TemplateEditor, Viewer,
};
pub use failures::FailedTokens;
pub(crate) use ingest_caller::{IngestAccess, IngestCaller};
pub use keys::{KeyError, KeySettings, Keys, TokenError};
pub use link_asker::LinkAsker;
pub use metered::MeteredSender;
pub use origins::AllowedOrigins;
pub(crate) use peer::Peer;
pub use peer::TrustedProxies;
pub use reader::Reader;
pub(crate) use scope::challenge;
pub use sign::sign_hs256;
pub(crate) use stream_ticket::TicketOffice;
pub use stream_user::{StreamAccess, StreamUser};
pub use tester::Tester;
pub(crate) use throttle::whole_seconds;
pub use throttle::{CallRates, Throttle};
pub use turns::TenantTurns;
