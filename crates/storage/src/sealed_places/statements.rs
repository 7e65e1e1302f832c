//! The statements of a walk, as every SQL back end understands them: parameters are written `$1`.

use super::{AddressColumn, Holds, SealedPlace};

impl SealedPlace {
    /// Reads a page: the key of each row, and what [`Holds`] says. Of bytes that is what another key has sealed and, if `seals_open`,
    /// whether texts may lie in the open, and these. Of an address that is what [`AddressColumn::beside`] names (or an empty text) and the
    /// address.
    ///
    /// Parameters are the tenant, how many rows, for bytes what begins all that the current key seals, and then, if it is not the first page,
    /// the key of the last row of the page before.
    pub fn page_statement(&self, seals_open: bool, is_later: bool) -> String {
        let (table, column, names) = (self.table, self.column, self.names().join(", "));
        let (content, first) = match self.holds {
            Holds::Blob { .. } => {
                let stale = format!(
                    "CASE WHEN substr(p.{column}, 1, 5) = $3 THEN NULL ELSE p.{column} END"
                );
                let texts = if seals_open {
                    self.texts()
                } else {
                    String::new()
                };
                (stale + &texts, 4)
            }
            Holds::Address(of) => {
                let beside = of.beside();
                let beside = beside.map_or_else(|| "''".to_owned(), |name| format!("p.{name}"));
                (format!("{beside}, p.{column}"), 3)
            }
        };
        let after = if is_later {
            self.after(first)
        } else {
            String::new()
        };
        format!(
            "SELECT {names}, {content} FROM {table} p WHERE p.tenant = $1{after} ORDER BY {names} LIMIT $2"
        )
    }

    /// Replaces what another key has sealed, unless something else has changed it. Parameters are the tenant, the new value, the old one, and
    /// the key of the row.
    pub fn replace_statement(&self) -> String {
        format!(
            "UPDATE {0} SET {1} = $2 WHERE tenant = $1 AND {1} = $3{2}",
            self.table,
            self.column,
            self.by_key(4)
        )
    }

    /// Stores what lay in the open, sealed, and empties its columns: texts change only by being removed, so nothing else has to be
    /// compared. Parameters are the tenant, the new value, and the key of the row.
    pub fn put_statement(&self) -> String {
        let open = self.open_texts();
        let columns = open.iter().flat_map(|open| open.columns).flatten();
        let emptied = columns.map(|column| match column {
            "content" => ", content = '{}'".to_owned(),
            column => format!(", {column} = NULL"),
        });
        let unless = open.and_then(|open| open.unless);
        let there = unless.map(|unless| format!(" AND {unless} IS NULL"));
        format!(
            "UPDATE {0} SET {1} = $2{2} WHERE tenant = $1 AND {1} IS NULL{3}{4}",
            self.table,
            self.column,
            emptied.collect::<String>(),
            there.unwrap_or_default(),
            self.by_key(3)
        )
    }

    fn names(&self) -> Vec<String> {
        let names = self.key.iter().map(|column| format!("p.{}", column.name()));
        names.collect()
    }

    fn texts(&self) -> String {
        let Some(open) = self.open_texts() else {
            return String::new();
        };
        let there = open.unless.map(|unless| format!(" AND p.{unless} IS NULL"));
        let columns = open.columns.iter().flatten();
        let columns = columns.map(|name| format!(", CAST(p.{name} AS text)"));
        format!(
            ", p.{} IS NULL{}{}",
            self.column,
            there.unwrap_or_default(),
            columns.collect::<String>()
        )
    }

    /// The first column is compared alone, too: so a partition that is behind is not looked at.
    fn after(&self, first: usize) -> String {
        let names = self.names();
        let values: Vec<_> = (first..first + names.len())
            .map(|at| format!("${at}"))
            .collect();
        match (&names[..], &values[..]) {
            ([name], [value]) => format!(" AND {name} > {value}"),
            (names, values) => format!(
                " AND {} >= {} AND ({}) > ({})",
                names[0],
                values[0],
                names.join(", "),
                values.join(", ")
            ),
        }
    }

    fn by_key(&self, first: usize) -> String {
        let columns = self.key.iter().enumerate();
        let columns =
            columns.map(|(at, column)| format!(" AND {} = ${}", column.name(), first + at));
        columns.collect()
    }
}

impl AddressColumn {
    /// The column that says what kind of address it is.
    pub const fn beside(self) -> Option<&'static str> {
        match self {
            Self::Mailbox | Self::OfUser => None,
            Self::OfDevice => Some("kind"),
            Self::OfDelivery | Self::Listed => Some("channel"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_and_changed_by_its_key() {
        let of = SealedPlace::of_table;
        assert_eq!(
            of("deliveries").page_statement(true, true),
            "SELECT p.notification_id, p.id, p.channel, p.address FROM deliveries p WHERE p.tenant = $1 \
             AND p.notification_id >= $3 AND (p.notification_id, p.id) > ($3, $4) \
             ORDER BY p.notification_id, p.id LIMIT $2"
        );
        assert_eq!(
            of("users").page_statement(true, false),
            "SELECT p.user_id, '', p.email FROM users p WHERE p.tenant = $1 ORDER BY p.user_id LIMIT $2"
        );
        let texts = of("fanouts").page_statement(true, true);
        assert!(texts.contains(", p.sealed IS NULL, CAST(p.title AS text), "));
        assert!(texts.contains(" AND p.id > $4 "));
        assert_eq!(
            of("user_addresses").replace_statement(),
            "UPDATE user_addresses SET address = $2 WHERE tenant = $1 AND address = $3 AND user_id = $4 AND channel = $5"
        );
        let put = of("notifications").put_statement();
        assert!(
            put.contains("content = '{}'") && put.contains(" AND deleted_at IS NULL AND id = $3")
        );
    }
}
