//! How large a page of an inbox may be: a hundred lines of a quarter of a megabyte each are no page.

/// Bounds of a page. The first line always fits, and the one that reaches the bytes is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize {
    /// Lines.
    pub rows: u32,
    /// Bytes of titles, bodies and contents.
    pub bytes: usize,
}

impl PageSize {
    /// Default limit of a page in bytes: a hundred entries of 10 KiB each fit.
    pub const BYTES: usize = 1024 * 1024;

    /// So many lines, of [`Self::BYTES`].
    pub const fn rows(rows: u32) -> Self {
        Self {
            rows,
            bytes: Self::BYTES,
        }
    }

    /// Takes a line of this size, if it fits.
    pub const fn takes(&mut self, bytes: usize) -> bool {
        if self.rows == 0 || self.bytes == 0 {
            return false;
        }
        self.rows -= 1;
        self.bytes = self.bytes.saturating_sub(bytes);
        true
    }

    /// How many of the first lines fit that have these sizes.
    pub fn fit(mut self, sizes: impl IntoIterator<Item = usize>) -> usize {
        sizes
            .into_iter()
            .take_while(|bytes| self.takes(*bytes))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_at_its_lines_or_its_bytes() {
        for (rows, bytes, sizes, expected) in [
            (3, 10, &[1, 1, 1, 1][..], 3),
            (3, 10, &[9, 1, 1], 2),
            (3, 10, &[9, 500, 1], 2),
            (3, 10, &[500, 1], 1),
            (3, 10, &[], 0),
            (3, 10, &[0, 0, 0], 3),
            (0, 10, &[1], 0),
        ] {
            let size = PageSize { rows, bytes };
            let fit = size.fit(sizes.iter().copied());
            assert_eq!(fit, expected, "{size:?} {sizes:?}");
        }
    }
}
