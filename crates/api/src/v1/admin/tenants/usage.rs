//! `GET /api/v1/admin/tenants/{tenant}/usage`: how much a tenant has.

use axum::Json;
use axum::extract::State;
use campanile_app::tenants::TenantBook;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::most_types;
use super::name_path::NamePath;
use crate::identity::Platform;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// How much a tenant has. Numbers are counted up to 10,000: 10000 means as many or more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantUsage)]
pub(super) struct UsageBody {
    /// Active API keys.
    api_keys: Limited,
    /// Providers.
    providers: u64,
    /// Notification types with templates or a schema.
    types: Limited,
    /// Users that services have registered.
    users: u64,
    /// Devices that receive pushes.
    devices: u64,
    /// Topics.
    topics: u64,
    /// Dead letters.
    dead_letters: u64,
}

/// A number with its limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LimitedNumber)]
struct Limited {
    /// The number.
    #[schema(example = 3)]
    used: u64,
    /// The limit.
    #[schema(example = 100)]
    limit: u64,
}

/// Tells how much a tenant has.
#[utoipa::path(
    get,
    operation_id = "show_tenant_usage",
    path = "/api/v1/admin/tenants/{tenant}/usage",
    tag = "platform",
    security(("bearer" = ["platform"])),
    params(("tenant" = String, Path, description = "Name of the tenant", example = "acme")),
    responses(
        (status = 200, description = "Numbers, counted up to 10,000", body = UsageBody),
        (status = 404, description = "There is no tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn usage(
    _: Platform,
    NamePath(name): NamePath,
    State(book): State<TenantBook>,
) -> Result<Json<UsageBody>, Problem> {
    let (tenant, usage) = book.usage(&name).await?;
    Ok(Json(UsageBody {
        api_keys: Limited {
            used: usage.api_keys,
            limit: tenant.most_api_keys().into(),
        },
        providers: usage.providers,
        types: Limited {
            used: usage.types,
            limit: most_types(&tenant).into(),
        },
        users: usage.users,
        devices: usage.devices,
        topics: usage.topics,
        dead_letters: usage.dead_letters,
    }))
}
