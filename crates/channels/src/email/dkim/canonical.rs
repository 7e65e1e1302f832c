//! The relaxed forms of RFC 6376, section 3.4: what relays may change on the way without breaking a
//! signature.

/// One header (name, colon and value, folded or not) with its line end.
pub(super) fn header(header: &str) -> String {
    let (name, value) = header.split_once(':').unwrap_or((header, ""));
    let value: Vec<&str> = value
        .split([' ', '\t', '\r', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    format!(
        "{}:{}\r\n",
        name.trim_end_matches([' ', '\t']).to_ascii_lowercase(),
        value.join(" ")
    )
}

/// Those of the headers that are named, in the order of the names. A name that is there more often
/// than its header takes the headers from the bottom upwards, and then nothing.
pub(super) fn headers(headers: &str, names: &[&str]) -> String {
    let mut left = unfolded(headers);
    let mut all = String::new();
    for wanted in names {
        let found = left.iter().rposition(|header| {
            let name = header.split_once(':').map(|(name, _)| name);
            name.is_some_and(|name| name.trim_end().eq_ignore_ascii_case(wanted))
        });
        if let Some(found) = found {
            all.push_str(&header(left.remove(found)));
        }
    }
    all
}

/// One piece per header, its continuation lines included.
fn unfolded(headers: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut begin, mut at) = (0, 0);
    for line in headers.split_inclusive("\r\n") {
        if at > begin && !line.starts_with([' ', '\t']) {
            pieces.push(&headers[begin..at]);
            begin = at;
        }
        at += line.len();
    }
    pieces.push(&headers[begin..]);
    pieces
}

/// A whole body.
pub(super) fn body(body: &str) -> String {
    let mut all = String::with_capacity(body.len());
    for line in body.split("\r\n") {
        let mut gap = false;
        for letter in line.trim_end_matches([' ', '\t']).chars() {
            if letter == ' ' || letter == '\t' {
                gap = true;
                continue;
            }
            if std::mem::take(&mut gap) {
                all.push(' ');
            }
            all.push(letter);
        }
        all.push_str("\r\n");
    }
    let end = all.trim_end_matches("\r\n").len();
    all.truncate(end);
    if end > 0 {
        all.push_str("\r\n");
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        // RFC 6376, section 3.4.5.
        let (given_headers, given_body) =
            ("A: X\r\nB : Y\t\r\n\tZ  \r\n", " C \r\nD \t E\r\n\r\n\r\n");
        assert_eq!(headers(given_headers, &["a", "b"]), "a:X\r\nb:Y Z\r\n");
        assert_eq!(body(given_body), " C\r\nD E\r\n");
    }

    #[test]
    fn a_body_ends_with_one_line_end_or_is_empty() {
        for (given, expected) in [
            ("", ""),
            ("\r\n", ""),
            (" \r\n\t\r\n", ""),
            ("a", "a\r\n"),
            ("a\r\n", "a\r\n"),
            ("a\r\n\r\nb \r\n\r\n", "a\r\n\r\nb\r\n"),
            ("a\t \tb", "a b\r\n"),
        ] {
            assert_eq!(body(given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_header_is_found_from_below_and_only_as_often_as_it_is_there() {
        let given = "From: one\r\nX: y\r\nFROM:two\r\n three\r\nTo: z";
        let expected = "from:two three\r\nfrom:one\r\nto:z\r\n";
        assert_eq!(
            headers(given, &["From", "From", "From", "Cc", "To"]),
            expected
        );
    }
}
