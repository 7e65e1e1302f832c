//! Which lines of two texts differ.

/// Equal lines that are printed around those that differ.
const AROUND: usize = 3;

/// The lines from the first to the last that differ, those of `from` with `-` and those of `to` with `+`, and a few equal
/// ones around them.
pub(super) fn changed_lines(from: &str, to: &str) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.lines().collect(), to.lines().collect());
    let equal = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(from, to)| from == to).count()
    };
    let before = equal(&mut from.iter().zip(&to));
    let (old, new) = (&from[before..], &to[before..]);
    let after = equal(&mut old.iter().rev().zip(new.iter().rev()));
    let (old, new) = (&old[..old.len() - after], &new[..new.len() - after]);
    let (first, last) = (before.saturating_sub(AROUND), from.len() - after);
    let mut text = format!("@@ line {} @@\n", before + 1);
    let mut add = |sign: char, lines: &[&str]| {
        for line in lines {
            text.push_str(&format!("{sign}{line}\n"));
        }
    };
    add(' ', &from[first..before]);
    add('-', old);
    add('+', new);
    add(' ', &from[last..from.len().min(last + AROUND)]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_with_its_surroundings() {
        let (from, to) = ("1\n2\n3\n4\na\nb\n5\n6\n7\n8", "1\n2\n3\n4\nc\n5\n6\n7\n8");
        let expected = "@@ line 5 @@\n 2\n 3\n 4\n-a\n-b\n+c\n 5\n 6\n 7\n";
        assert_eq!(changed_lines(from, to), expected);
        assert_eq!(changed_lines("", "a"), "@@ line 1 @@\n+a\n");
        assert_eq!(changed_lines("a", ""), "@@ line 1 @@\n-a\n");
        assert_eq!(changed_lines("x\nx", "x"), "@@ line 2 @@\n x\n-x\n");
    }
}
