//! `campanile openapi`

use crate::wiring::print;

/// Prints the document that `/api/v1/openapi.json` serves.
pub(crate) fn run() -> anyhow::Result<()> {
    print::line(campanile_api::openapi_json());
    Ok(())
}
