//! Fields of forms: `application/x-www-form-urlencoded` and `multipart/form-data` (RFC 7578), in a body that is in memory.

use crate::Refusal;

/// More fields are not read: no program has as many.
const MAX_FIELDS: usize = 64;

/// A field of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Whether it is a file.
    pub(crate) is_file: bool,
}

/// The fields of a form by the media type of its body; `None` where the media type is that of no form.
pub(crate) fn fields(content_type: &str, body: &[u8]) -> Result<Option<Vec<Field>>, Refusal> {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let pairs = url::form_urlencoded::parse(body).take(MAX_FIELDS);
        let fields = pairs.map(|(name, value)| Field {
            name: name.into_owned(),
            value: value.into_owned(),
            is_file: false,
        });
        return Ok(Some(fields.collect()));
    }
    if !essence.eq_ignore_ascii_case("multipart/form-data") {
        return Ok(None);
    }
    let boundary = parameter(content_type, "boundary");
    let boundary = boundary.filter(|text| (1..=70).contains(&text.len()));
    let boundary = boundary.ok_or_else(|| malformed("the Content-Type names no boundary"))?;
    multipart(&format!("--{boundary}"), body).map(Some)
}

/// Whether the form is complete and which fields it has.
fn multipart(delimiter: &str, body: &[u8]) -> Result<Vec<Field>, Refusal> {
    let mut fields = Vec::new();
    // The first delimiter stands at the start of the body, the others after a line break.
    let mut rest = after(body, delimiter.as_bytes())
        .ok_or_else(|| malformed("the form has no part with the boundary"))?;
    let next = format!("\r\n{delimiter}");
    loop {
        if rest.starts_with(b"--") {
            return Ok(fields);
        }
        let part = rest.strip_prefix(b"\r\n".as_slice());
        let part = part.ok_or_else(|| malformed("a boundary is not followed by a line break"))?;
        let end = find(part, next.as_bytes()).ok_or_else(|| malformed("the form ends early"))?;
        fields.push(field(&part[..end])?);
        if fields.len() > MAX_FIELDS {
            return Err(malformed("the form has too many fields"));
        }
        rest = &part[end + next.len()..];
    }
}

fn field(part: &[u8]) -> Result<Field, Refusal> {
    let end = find(part, b"\r\n\r\n").ok_or_else(|| malformed("a part has no headers"))?;
    let headers = String::from_utf8_lossy(&part[..end]);
    let disposition = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    });
    let disposition = disposition.ok_or_else(|| malformed("a part has no Content-Disposition"))?;
    let name = parameter(disposition, "name").ok_or_else(|| malformed("a part has no name"))?;
    let is_file = parameter(disposition, "filename").is_some()
        || parameter(disposition, "filename*").is_some();
    let value = match is_file {
        true => String::new(),
        false => String::from_utf8(part[end + 4..].to_vec())
            .map_err(|_| malformed("a field is not UTF-8"))?,
    };
    Ok(Field {
        name,
        value,
        is_file,
    })
}

/// A parameter of a header, with or without quotation marks.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let name = name.trim().trim_start_matches(';').trim();
        let (value, left) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let (mut value, mut escaped, mut end) = (String::new(), false, quoted.len());
                for (at, c) in quoted.char_indices() {
                    match c {
                        '\\' if !escaped => escaped = true,
                        '"' if !escaped => {
                            end = at + 1;
                            break;
                        }
                        _ => {
                            value.push(c);
                            escaped = false;
                        }
                    }
                }
                (value, &quoted[end..])
            }
            None => {
                let (value, left) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), left)
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = left;
    }
}

fn after<'a>(body: &'a [u8], delimiter: &[u8]) -> Option<&'a [u8]> {
    find(body, delimiter).map(|at| &body[at + delimiter.len()..])
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn malformed(detail: &str) -> Refusal {
    Refusal::Malformed(format!("The form cannot be read: {detail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &str, body: &str) -> Vec<(String, String, bool)> {
        let fields = fields(content_type, body.as_bytes()).expect("a form");
        let fields = fields.expect("a form").into_iter();
        fields
            .map(|one| (one.name, one.value, one.is_file))
            .collect()
    }

    fn text(name: &str, value: &str) -> (String, String, bool) {
        (name.to_owned(), value.to_owned(), false)
    }

    #[test]
    fn both_kinds_of_forms_are_read() {
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let read_ = read(kind, "body=a+b%0A%C3%BC&tag=x&tag=y&empty=");
        let expected = [
            text("body", "a b\nü"),
            text("tag", "x"),
            text("tag", "y"),
            text("empty", ""),
        ];
        assert_eq!(read_, expected);
        let body = "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\na\r\n-- b\r\n--B\r\n\
            content-disposition: form-data; name=file01; filename=\"a;\\\"b.png\"\r\nContent-Type: image/png\r\n\r\n\
            \u{1}\r\n--B--\r\n";
        let kind = "multipart/form-data; charset=utf-8; boundary=\"B\"";
        let expected = [
            text("body", "a\r\n-- b"),
            ("file01".into(), String::new(), true),
        ];
        assert_eq!(read(kind, body), expected);
        assert_eq!(fields("application/json", b"{}"), Ok(None));
    }

    #[test]
    fn what_is_no_form_is_refused() {
        let many = "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n".repeat(100);
        for (kind, body) in [
            ("multipart/form-data", "--B--"),
            ("multipart/form-data; boundary=", "----"),
            ("multipart/form-data; boundary=B", ""),
            ("multipart/form-data; boundary=B", "--B"),
            ("multipart/form-data; boundary=B", "--Bx"),
            (
                "multipart/form-data; boundary=B",
                "--B\r\nno headers\r\n--B--",
            ),
            (
                "multipart/form-data; boundary=B",
                "--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--",
            ),
            (
                "multipart/form-data; boundary=B",
                "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
            ),
            (
                "multipart/form-data; boundary=B",
                "--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--",
            ),
            ("multipart/form-data; boundary=B", &format!("{many}--B--")),
        ] {
            let read = fields(kind, body.as_bytes());
            assert!(matches!(read, Err(Refusal::Malformed(_))), "{kind} {body}");
        }
    }
}
