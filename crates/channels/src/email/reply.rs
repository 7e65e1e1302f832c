//! What a relay says: a code, often a finer one, and words.

use super::wire::Said;

/// A code of RFC 3463: class, subject, detail.
pub(super) type Enhanced = (u16, u16, u16);

/// One reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    pub(super) enhanced: Option<Enhanced>,
    /// What follows the codes; may hold addresses, names and anything else.
    pub(super) text: String,
}

impl Reply {
    /// Puts its lines together; the first finer code that fits counts.
    pub(super) fn of(said: &Said) -> Self {
        let lines = said.lines.iter().map(|line| Self::new(said.code, line));
        let texts: Vec<String> = lines.clone().map(|line| line.text).collect();
        Self {
            code: said.code,
            enhanced: lines.clone().find_map(|line| line.enhanced),
            text: texts.join(" "),
        }
    }

    /// Takes the text apart. A finer code that contradicts the code is none (RFC 2034, section 4).
    pub(crate) fn new(code: u16, text: &str) -> Self {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        let enhanced = enhanced(first).filter(|(class, ..)| *class == code / 100);
        Self {
            code,
            enhanced,
            text: if enhanced.is_some() { rest } else { text }.to_owned(),
        }
    }
}

fn enhanced(word: &str) -> Option<Enhanced> {
    let mut parts = word.splitn(3, '.').map(|part| {
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    });
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// The codes as they are stored and counted: `450 4.2.0`.
pub(super) fn name(code: u16, enhanced: Option<Enhanced>) -> String {
    match enhanced {
        Some((class, subject, detail)) => format!("{code} {class}.{subject}.{detail}"),
        None => code.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finer_code_counts_where_it_agrees() {
        for (code, text, name_, rest) in [
            (450, "4.2.0 Greylisted", "450 4.2.0", "Greylisted"),
            (550, "5.7.26 no", "550 5.7.26", "no"),
            (250, "2.0.0", "250 2.0.0", ""),
            (550, "4.2.0 contradicts", "550", "4.2.0 contradicts"),
            (
                550,
                "The tenant has no user with this id",
                "550",
                "The tenant has no user with this id",
            ),
            (550, "5.1 short", "550", "5.1 short"),
            (550, "5.1.1000 long", "550", "5.1.1000 long"),
            (550, "5.1.1.1 more", "550", "5.1.1.1 more"),
            (550, "", "550", ""),
        ] {
            let reply = Reply::new(code, text);
            assert_eq!(name(reply.code, reply.enhanced), name_, "{text}");
            assert_eq!(reply.text, rest);
        }
    }
}
