//! The parts of a file that people read, each with the number of its line.

/// The prose of a Markdown page: no fenced code, no code spans. Lines of a paragraph stay together with the next one,
/// because a phrase may be broken over both.
pub fn prose(text: &str) -> Vec<(usize, String)> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            lines.push((number, without_spans(line)));
        } else if let Some(summary) = line.trim_start().strip_prefix("summary:") {
            // The text of an alert is prose all the same.
            lines.push((number, summary.to_owned()));
        }
    }
    joined(lines)
}

/// The comments that begin with `mark`.
pub fn comments(text: &str, mark: &str) -> Vec<(usize, String)> {
    let lines = (1..).zip(text.lines());
    let comments = lines.filter_map(|(number, line)| {
        let comment = line.trim_start().strip_prefix(mark)?;
        Some((number, without_spans(comment)))
    });
    joined(comments.collect())
}

/// The string literals of Rust code that hold more than one word.
pub fn literals(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = code.char_indices().peekable();
    let mut number = 1;
    let mut before = '\n';
    while let Some((at, c)) = rest.next() {
        match c {
            '\n' => number += 1,
            '/' if code[at..].starts_with("//") => {
                while rest.next_if(|(_, c)| *c != '\n').is_some() {}
            }
            '\'' if code[at..].starts_with("'\"'") => {
                rest.next();
                rest.next();
            }
            '"' => {
                let (begun, mut text, is_raw) = (number, String::new(), before == '#');
                while let Some((at, c)) = rest.next() {
                    match c {
                        '"' if !is_raw || code[at + 1..].starts_with('#') => break,
                        '\\' if !is_raw => match rest.next() {
                            Some((_, '\n')) => {
                                number += 1;
                                while rest.next_if(|(_, c)| *c == ' ').is_some() {}
                            }
                            Some((_, other)) => text.push(other),
                            None => {}
                        },
                        _ => {
                            number += usize::from(c == '\n');
                            text.push(c);
                        }
                    }
                }
                if text.contains(' ') {
                    found.push((begun, without_spans(&text)));
                }
            }
            _ => {}
        }
        before = c;
    }
    found
}

fn without_spans(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// Each line with the first two words of the next one, if that follows at once.
fn joined(lines: Vec<(usize, String)>) -> Vec<(usize, String)> {
    let next = lines.iter().skip(1).map(Some).chain([None]);
    let whole = lines.iter().zip(next).map(|((number, line), next)| {
        let next = next.filter(|(there, _)| *there == number + 1);
        let words = next.map_or("", |(_, text)| text.as_str());
        let start: Vec<_> = words.split_whitespace().take(2).collect();
        (*number, format!("{} {}", line.trim(), start.join(" ")))
    });
    whole.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_leaves_code_out_and_keeps_alerts() {
        let page = "One is\ntold `nobody`.\n```\ncode\n  summary: An alert.\n```\nEnd";
        let found = prose(page);
        assert_eq!(found[0], (1, "One is told `.".to_owned()));
        assert!(
            found
                .iter()
                .any(|(number, text)| *number == 5 && text.contains("alert"))
        );
        assert!(!found.iter().any(|(_, text)| text.contains("code")));
    }

    #[test]
    fn literals_are_found_between_comments_and_characters() {
        let code = "// \"not this\"\nlet quote = '\"';\nlet text = \"one \\\n    text\";\nlet raw = r#\"a \"b\" c\"#;\nf(\"word\");\n";
        let found = literals(code);
        let texts: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["one text", "a \"b\" c"]);
        assert_eq!(found[0].0, 3);
        assert_eq!(found[1].0, 5);
    }
}
