//! Style sheets become style attributes, since many mail clients ignore the former.

use css_inline::CSSInliner;

use super::mask::Masked;
use super::tables::with_bodies;

/// Inlines the page's style sheets. What only a style sheet can say, such as dark colours, stays in one.
pub(crate) fn with_inlined_styles(mut page: Masked) -> Result<Masked, String> {
    if !page.html.contains("<style") {
        return Ok(page);
    }
    let inliner = CSSInliner::options()
        .load_remote_stylesheets(false)
        .keep_style_tags(true)
        .keep_at_rules(true)
        .remove_inlined_selectors(true)
        .build();
    page.html = inliner
        .inline(&with_bodies(&page.html))
        .map_err(|error| error.to_string())?;
    Ok(page)
}
