//! Tables get the bodies that HTML adds to them.
//!
//! Otherwise the parser that inlines styles adds them, between a loop and its first row.

use super::tokens::{Token, Tokens};

/// After these, rows without a body may begin.
const BEFORE_ROWS: [&str; 4] = ["caption", "colgroup", "tbody", "thead"];
/// These end a body that was added.
const AFTER_ROWS: [&str; 3] = ["tbody", "tfoot", "thead"];

/// Adds a body around rows that stand in a table alone.
pub(super) fn with_bodies(html: &str) -> String {
    let tokens: Vec<Token> = Tokens::of(html).collect();
    let mut whole = String::with_capacity(html.len() + 256);
    // For each open table: whether a body was added and is open.
    let mut tables: Vec<bool> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let (Token::Text { range, .. }
        | Token::Comment { range }
        | Token::Open { range, .. }
        | Token::Close { range, .. }) = token;
        let (opens, element) = match token {
            Token::Open { name, .. } => (true, html[name.clone()].to_ascii_lowercase()),
            Token::Close { name, .. } => (false, html[name.clone()].to_ascii_lowercase()),
            _ => (false, String::new()),
        };
        let ends_body = !opens && element == "table" || opens && AFTER_ROWS.contains(&&*element);
        if ends_body && tables.last() == Some(&true) {
            whole.push_str("</tbody>");
            tables.pop();
            tables.push(false);
        }
        whole.push_str(&html[range.clone()]);
        match (opens, &*element) {
            (true, "table") => tables.push(false),
            (false, "table") => drop(tables.pop()),
            _ => {}
        }
        let may_begin = opens && element == "table" || !opens && BEFORE_ROWS.contains(&&*element);
        if may_begin && !tables.is_empty() && begins_with_row(html, &tokens[at + 1..]) {
            whole.push_str("<tbody>");
            tables.pop();
            tables.push(true);
        }
    }
    whole
}

/// Whether the next element is a row.
fn begins_with_row(html: &str, tokens: &[Token]) -> bool {
    for token in tokens {
        match token {
            Token::Open { name, .. } => return html[name.clone()].eq_ignore_ascii_case("tr"),
            Token::Close { .. } => return false,
            Token::Text { .. } | Token::Comment { .. } => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::with_bodies;

    #[test]
    fn rows_get_a_body() {
        for (html, expected) in [
            (
                "<table><!--1--><tr></tr><!--2--></table>",
                "<table><tbody><!--1--><tr></tr><!--2--></tbody></table>",
            ),
            (
                "<table><tbody><tr></tr></tbody></table>",
                "<table><tbody><tr></tr></tbody></table>",
            ),
            (
                "<table><thead><tr></tr></thead><tr><td><table><tr></tr></table></td></tr><tfoot></tfoot></table>",
                "<table><thead><tr></tr></thead><tbody><tr><td><table><tbody><tr></tr></tbody></table></td></tr></tbody><tfoot></tfoot></table>",
            ),
            ("</table></tbody><tr>", "</table></tbody><tr>"),
            ("<table></table><p>", "<table></table><p>"),
        ] {
            assert_eq!(with_bodies(html), expected);
        }
    }
}
