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

/// How much a tenant has. Numbers are counted up to 10,000: 10000 means as many or more. `queued` and `notifications` are
/// counted up to their limit, if it is higher, and at most up to 1,000,000.
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
    /// What waits: notifications that have no plan yet or are sent later, and deliveries that are in the queue or due later.
    queued: MaybeLimited,
    /// Notifications that are stored, with deleted ones until their retention period ends.
    notifications: MaybeLimited,
}

/// A number with its limit, if there is one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MaybeLimitedNumber)]
struct MaybeLimited {
    /// The number.
    #[schema(example = 3)]
    used: u64,
    /// The limit; `null`: none.
    #[schema(required, example = 50_000)]
    limit: Option<u32>,
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
        (status = 200, description = "Numbers with their limits", body = UsageBody),
        (status = 404, description = "There is no tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn usage(
    _: Platform,
    NamePath(name): NamePath,
    State(book): State<TenantBook>,
) -> Result<Json<UsageBody>, Problem> {
    let all = book.usage(&name).await?;
    let (tenant, usage) = (&all.tenant, all.has);
    Ok(Json(UsageBody {
        api_keys: Limited {
            used: usage.api_keys,
            limit: tenant.most_api_keys().into(),
        },
        providers: usage.providers,
        types: Limited {
            used: usage.types,
            limit: most_types(tenant).into(),
        },
        users: usage.users,
        devices: usage.devices,
        topics: usage.topics,
        dead_letters: usage.dead_letters,
        queued: MaybeLimited {
            used: all.queued,
            limit: tenant.limits.queued,
        },
        notifications: MaybeLimited {
            used: all.notifications,
            limit: tenant.limits.notifications,
        },
    }))
}
