//! To whom: the two forms of a push address.

/// A registration token has some 160 characters; a message must still fit beside it.
const MAX_BYTES: usize = 1_024;

/// One installation of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// A registration token.
    Token(&'a str),
    /// A Firebase installation id, which supersedes tokens.
    Fid(&'a str),
}

impl<'a> Target<'a> {
    /// Reads `token:<value>` or `fid:<value>`; `None` for whatever FCM could not have given out.
    pub(super) fn parse(address: &'a str) -> Option<Self> {
        let (kind, value) = address.split_once(':')?;
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if !(1..=MAX_BYTES).contains(&value.len()) || !value.bytes().all(is_plain) {
            return None;
        }
        match kind {
            "token" => Some(Self::Token(value)),
            "fid" => Some(Self::Fid(value)),
            _ => None,
        }
    }

    /// What FCM calls it, and its value.
    pub(super) fn field(self) -> (&'static str, &'a str) {
        match self {
            Self::Token(value) => ("token", value),
            Self::Fid(value) => ("fid", value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_nothing_else() {
        assert_eq!(Target::parse("token:a:b-_"), Some(Target::Token("a:b-_")));
        assert_eq!(Target::parse("fid:c"), Some(Target::Fid("c")));
        let long = format!("token:{}", "x".repeat(MAX_BYTES + 1));
        for none in [
            "",
            "a",
            "token:",
            "topic:news",
            "token:a b",
            "token:ä",
            "token:\"",
            &long,
        ] {
            assert_eq!(Target::parse(none), None, "{none}");
        }
    }
}
