//! Links that open a page of a user without a login. The pages themselves are in `pages`.

mod create;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// The call under `/api/v1/magic-links`.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(create::create))
}
