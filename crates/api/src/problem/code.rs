//! The closed catalogue of problem codes: one variant each, one `match` per projection.

use http::StatusCode;

/// A stable name for what went wrong. Clients branch on it; its text never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// The body is not JSON, or not UTF-8, or the request cannot be read at all.
    MalformedRequest,
    /// No credentials, or none that are valid.
    Unauthenticated,
    /// The credentials are valid and do not allow this.
    InsufficientScope,
    /// The page that opens a stream is none of those that may.
    OriginNotAllowed,
    /// The API key may not be used from this address.
    AddressNotAllowed,
    /// No such path.
    NotFound,
    /// No such notification, or not the caller's.
    NotificationNotFound,
    /// No such device, or not the caller's.
    DeviceNotFound,
    /// The user has no address in this channel.
    AddressNotFound,
    /// No such user, or not the caller's.
    UserNotFound,
    /// No merge that removes this user, or it ended long ago.
    MergeNotFound,
    /// One of the two users takes part in a merge that runs.
    MergeRunning,
    /// The tenant has no data key.
    NoDataKey,
    /// A rotation of the data key runs that does not do what was asked for.
    EncryptionRunning,
    /// No such provider, or not the caller's.
    ProviderNotFound,
    /// No such ingest address, or not the caller's.
    IngestAddressNotFound,
    /// The address is not on the suppression list.
    SuppressionNotFound,
    /// No such topic, or not the caller's.
    TopicNotFound,
    /// No such send to a topic, or not the caller's.
    FanoutNotFound,
    /// The fan-out has ended, so it cannot be cancelled.
    FanoutFinished,
    /// No such template, or not the caller's.
    TemplateNotFound,
    /// No such API key, or not the caller's.
    ApiKeyNotFound,
    /// The API key was revoked or has expired, so it cannot be replaced.
    ApiKeyEnded,
    /// The tenant has as many API keys as it may have.
    TooManyApiKeys,
    /// The tenant has as many notifications stored as it may have.
    StorageFull,
    /// No such tenant.
    TenantNotFound,
    /// There is a tenant of this name.
    TenantExists,
    /// The tenant `default`, which cannot be deleted.
    TenantPermanent,
    /// The import of the tenant is not finished, so it cannot be resumed.
    TenantBeingImported,
    /// The tenant is suspended, so nothing can be changed or sent.
    TenantSuspended,
    /// There is no draft that could be published.
    NothingToPublish,
    /// The version was published, so it cannot be removed.
    TemplatePublished,
    /// It has changed since the caller has seen it.
    PreconditionFailed,
    /// The caller has to say which revision they have seen.
    PreconditionRequired,
    /// Another provider fails over to it, so it cannot be removed.
    ProviderInUse,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The request body did not arrive in time.
    BodyTimeout,
    /// Another request with this idempotency key is being accepted.
    IdempotencyKeyInUse,
    /// A required setting of the server is missing; only its operator can add it.
    NotConfigured,
    /// All deliveries of a notification have left or ended, so none can be cancelled.
    NothingToCancel,
    /// The body is larger than allowed.
    PayloadTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// Readable, with wrong values; `errors` lists them, up to a hundred.
    ValidationFailed,
    /// The idempotency key was used for another request.
    IdempotencyKeyReused,
    /// A rate limit is reached; the answer says which, and when to retry.
    RateLimited,
    /// As much of the tenant waits to be delivered as may.
    QueueFull,
    /// A status that no other code describes.
    RequestRefused,
    /// An internal error.
    Internal,
    /// Too much waits already.
    Overloaded,
    /// Something that is needed does not answer.
    Unavailable,
    /// The answer was not ready in time.
    RequestTimeout,
    /// This process takes no requests (yet, or any more).
    NotReady,
}

impl ProblemCode {
    /// Every code.
    pub const ALL: [Self; 52] = [
        Self::MalformedRequest,
        Self::Unauthenticated,
        Self::InsufficientScope,
        Self::OriginNotAllowed,
        Self::AddressNotAllowed,
        Self::NotFound,
        Self::NotificationNotFound,
        Self::DeviceNotFound,
        Self::AddressNotFound,
        Self::UserNotFound,
        Self::MergeNotFound,
        Self::MergeRunning,
        Self::NoDataKey,
        Self::EncryptionRunning,
        Self::ProviderNotFound,
        Self::IngestAddressNotFound,
        Self::SuppressionNotFound,
        Self::TopicNotFound,
        Self::FanoutNotFound,
        Self::FanoutFinished,
        Self::TemplateNotFound,
        Self::ApiKeyNotFound,
        Self::ApiKeyEnded,
        Self::TooManyApiKeys,
        Self::StorageFull,
        Self::TenantNotFound,
        Self::TenantExists,
        Self::TenantPermanent,
        Self::TenantBeingImported,
        Self::TenantSuspended,
        Self::NothingToPublish,
        Self::TemplatePublished,
        Self::PreconditionFailed,
        Self::PreconditionRequired,
        Self::ProviderInUse,
        Self::MethodNotAllowed,
        Self::BodyTimeout,
        Self::IdempotencyKeyInUse,
        Self::NotConfigured,
        Self::NothingToCancel,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::ValidationFailed,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::QueueFull,
        Self::RequestRefused,
        Self::Internal,
        Self::Overloaded,
        Self::Unavailable,
        Self::RequestTimeout,
        Self::NotReady,
    ];

    /// The text of `code`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformed_request",
            Self::Unauthenticated => "unauthenticated",
            Self::InsufficientScope => "insufficient_scope",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::NotFound => "not_found",
            Self::NotificationNotFound => "notification_not_found",
            Self::DeviceNotFound => "device_not_found",
            Self::AddressNotFound => "address_not_found",
            Self::UserNotFound => "user_not_found",
            Self::MergeNotFound => "merge_not_found",
            Self::MergeRunning => "merge_running",
            Self::NoDataKey => "no_data_key",
            Self::EncryptionRunning => "encryption_running",
            Self::ProviderNotFound => "provider_not_found",
            Self::IngestAddressNotFound => "ingest_address_not_found",
            Self::SuppressionNotFound => "suppression_not_found",
            Self::TopicNotFound => "topic_not_found",
            Self::FanoutNotFound => "fanout_not_found",
            Self::FanoutFinished => "fanout_finished",
            Self::TemplateNotFound => "template_not_found",
            Self::ApiKeyNotFound => "api_key_not_found",
            Self::ApiKeyEnded => "api_key_ended",
            Self::TooManyApiKeys => "too_many_api_keys",
            Self::StorageFull => "storage_full",
            Self::TenantNotFound => "tenant_not_found",
            Self::TenantExists => "tenant_exists",
            Self::TenantPermanent => "tenant_permanent",
            Self::TenantBeingImported => "tenant_being_imported",
            Self::TenantSuspended => "tenant_suspended",
            Self::NothingToPublish => "nothing_to_publish",
            Self::TemplatePublished => "template_published",
            Self::PreconditionFailed => "precondition_failed",
            Self::PreconditionRequired => "precondition_required",
            Self::ProviderInUse => "provider_in_use",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BodyTimeout => "body_timeout",
            Self::IdempotencyKeyInUse => "idempotency_key_in_use",
            Self::NotConfigured => "not_configured",
            Self::NothingToCancel => "nothing_to_cancel",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::ValidationFailed => "validation_failed",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::RateLimited => "rate_limited",
            Self::QueueFull => "queue_full",
            Self::RequestRefused => "request_refused",
            Self::Internal => "internal_error",
            Self::Overloaded => "overloaded",
            Self::Unavailable => "service_unavailable",
            Self::RequestTimeout => "request_timeout",
            Self::NotReady => "not_ready",
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::MalformedRequest | Self::RequestRefused => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::InsufficientScope
            | Self::OriginNotAllowed
            | Self::AddressNotAllowed
            | Self::TooManyApiKeys
            | Self::StorageFull
            | Self::TenantSuspended => StatusCode::FORBIDDEN,
            Self::NotFound
            | Self::NotificationNotFound
            | Self::DeviceNotFound
            | Self::AddressNotFound
            | Self::UserNotFound
            | Self::MergeNotFound
            | Self::ProviderNotFound
            | Self::IngestAddressNotFound
            | Self::SuppressionNotFound
            | Self::TopicNotFound
            | Self::FanoutNotFound
            | Self::TemplateNotFound
            | Self::ApiKeyNotFound
            | Self::TenantNotFound => StatusCode::NOT_FOUND,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::IdempotencyKeyInUse
            | Self::NotConfigured
            | Self::NothingToCancel
            | Self::ProviderInUse
            | Self::FanoutFinished
            | Self::MergeRunning
            | Self::NoDataKey
            | Self::EncryptionRunning
            | Self::NothingToPublish
            | Self::TemplatePublished
            | Self::ApiKeyEnded
            | Self::TenantExists
            | Self::TenantBeingImported
            | Self::TenantPermanent => StatusCode::CONFLICT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ValidationFailed | Self::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited | Self::QueueFull => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Overloaded | Self::Unavailable | Self::RequestTimeout | Self::NotReady => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// The short, unchanging summary of the kind of problem.
    pub const fn title(self) -> &'static str {
        match self {
            Self::MalformedRequest => "Malformed request",
            Self::Unauthenticated => "Authentication required",
            Self::InsufficientScope => "Insufficient scope",
            Self::OriginNotAllowed => "Origin not allowed",
            Self::AddressNotAllowed => "Address not allowed",
            Self::NotFound => "Not found",
            Self::NotificationNotFound => "Notification not found",
            Self::DeviceNotFound => "Device not found",
            Self::AddressNotFound => "Address not found",
            Self::UserNotFound => "User not found",
            Self::MergeNotFound => "Merge not found",
            Self::MergeRunning => "Merge is running",
            Self::NoDataKey => "No data key",
            Self::EncryptionRunning => "Encryption is running",
            Self::ProviderNotFound => "Provider not found",
            Self::IngestAddressNotFound => "Ingest address not found",
            Self::SuppressionNotFound => "Suppression not found",
            Self::TopicNotFound => "Topic not found",
            Self::FanoutNotFound => "Fan-out not found",
            Self::FanoutFinished => "Fan-out has ended",
            Self::TemplateNotFound => "Template not found",
            Self::ApiKeyNotFound => "API key not found",
            Self::ApiKeyEnded => "API key has ended",
            Self::TooManyApiKeys => "Too many API keys",
            Self::StorageFull => "Storage full",
            Self::TenantNotFound => "Tenant not found",
            Self::TenantExists => "Tenant exists",
            Self::TenantPermanent => "Tenant cannot be deleted",
            Self::TenantBeingImported => "Tenant is being imported",
            Self::TenantSuspended => "Tenant suspended",
            Self::NothingToPublish => "Nothing to publish",
            Self::TemplatePublished => "Template version is published",
            Self::PreconditionFailed => "Changed meanwhile",
            Self::PreconditionRequired => "If-Match is required",
            Self::ProviderInUse => "Provider is used as a failover target",
            Self::MethodNotAllowed => "Method not allowed",
            Self::BodyTimeout => "Request body too slow",
            Self::IdempotencyKeyInUse => "Idempotency key in use",
            Self::NotConfigured => "Not configured",
            Self::NothingToCancel => "Nothing to cancel",
            Self::PayloadTooLarge => "Payload too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::ValidationFailed => "Validation failed",
            Self::IdempotencyKeyReused => "Idempotency key reused",
            Self::RateLimited => "Too many requests",
            Self::QueueFull => "Queue full",
            Self::RequestRefused => "Request refused",
            Self::Internal => "Internal error",
            Self::Overloaded => "Overloaded",
            Self::Unavailable => "Service unavailable",
            Self::RequestTimeout => "Request timed out",
            Self::NotReady => "Not ready",
        }
    }

    /// The URI of `type`.
    pub fn type_uri(self) -> String {
        format!("urn:campanile:problem:{}", self.name())
    }

    /// The code for an answer that bears only a status.
    pub fn of_status(status: StatusCode) -> Self {
        Self::ALL
            .into_iter()
            .find(|code| code.status() == status)
            .unwrap_or(if status.is_server_error() {
                Self::Internal
            } else {
                Self::RequestRefused
            })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_statuses_are_errors() {
        let names: HashSet<_> = ProblemCode::ALL.map(ProblemCode::name).into();
        assert_eq!(names.len(), ProblemCode::ALL.len());
        for code in ProblemCode::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }

    #[test]
    fn a_bare_status_gets_the_code_that_says_no_more() {
        for code in [ProblemCode::DeviceNotFound, ProblemCode::UserNotFound] {
            assert_eq!(ProblemCode::of_status(code.status()), ProblemCode::NotFound);
        }
    }
}
