//! The id that a path names.

use axum::extract::{FromRequestParts, Path};
use campanile_domain::{ApiKeyId, DeviceId, FanoutId, IngestId, NotificationId};
use http::request::Parts;
use uuid::Uuid;

use crate::problem::{Problem, ProblemCode};

/// An id by which a path names something of a tenant.
pub(crate) trait PathId: Sized {
    /// The id.
    fn of(id: Uuid) -> Self;

    /// The same words for an id that is malformed, unknown, another user's or another tenant's.
    fn not_found() -> Problem;
}

/// An id from the path. What is no id leads nowhere, in every call alike: 404. A handler takes the caller first:
/// strangers learn nothing of ids.
pub(crate) struct IdPath<T>(pub(crate) T);

impl<S: Send + Sync, T: PathId> FromRequestParts<S> for IdPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_| T::not_found())?;
        let id = Uuid::try_parse(&text).map_err(|_| T::not_found())?;
        Ok(Self(T::of(id)))
    }
}

macro_rules! path_id {
    ($($id:ident, $code:ident, $detail:literal;)*) => {$(
        impl PathId for $id {
            fn of(id: Uuid) -> Self {
                Self(id)
            }

            fn not_found() -> Problem {
                Problem::new(ProblemCode::$code, $detail)
            }
        }
    )*};
}

path_id! {
    ApiKeyId, ApiKeyNotFound, "API key not found";
    DeviceId, DeviceNotFound, "Device not found";
    IngestId, IngestAddressNotFound, "Ingest address not found";
    FanoutId, FanoutNotFound, "Fan-out not found";
    NotificationId, NotificationNotFound, "Notification not found";
}
