//! A tenant's templates: drafts, versions, previews.

mod compare;
mod draft_body;
mod list;
mod paths;
mod preview;
mod problem;
mod promote;
mod publish;
mod put;
mod remove;
mod results;
mod results_body;
mod retire;
mod rollback;
mod show;
mod test;
mod unschedule;
mod variant_body;
mod variant_put;
mod variant_remove;
mod variants;
mod version_body;
mod version_show;
mod versions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use paths::TypePath;

use crate::ApiState;

/// All calls under `/api/v1/admin/templates`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(show::show, put::put, remove::remove))
        .routes(routes!(retire::retire))
        .routes(routes!(publish::publish))
        .routes(routes!(rollback::roll_back))
        .routes(routes!(versions::versions))
        .routes(routes!(version_show::show, unschedule::unschedule))
        .routes(routes!(variants::variants))
        .routes(routes!(variant_put::put, variant_remove::remove))
        .routes(routes!(results::results))
        .routes(routes!(promote::promote))
        .routes(routes!(compare::compare))
        .routes(routes!(preview::preview))
        .routes(routes!(test::test))
}
