//! Variables that look like settings and are none: most often a name with a slip in it.

use crate::key::Key;
use crate::sections::all_keys;

/// So many slips are taken for one name. More is another name.
const SLIPS: usize = 2;
/// What is ours alone. A name that begins so and is no setting is a mistake, however far from all settings.
const OURS: &str = "CAMPANILE_";
/// Ours, and no settings: where the settings file is, what tests read, where commands find a running API
/// and the passphrase of a file.
const NO_SETTINGS: [&str; 5] = [
    "CAMPANILE_CONFIG",
    "CAMPANILE_TEST_",
    "CAMPANILE_URL",
    "CAMPANILE_TOKEN",
    "CAMPANILE_EXPORT_PASSPHRASE",
];
/// What Kubernetes gives each container for each service of the namespace.
const OF_SERVICES: [&str; 4] = ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT", "_TCP"];

/// A variable that no setting has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistyped {
    /// As it is given.
    pub variable: String,
    /// The setting that was probably meant.
    pub meant: Option<String>,
}

impl std::fmt::Display for Mistyped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: unknown setting", self.variable)?;
        match &self.meant {
            Some(meant) => write!(f, "; did you mean {meant}?"),
            None => Ok(()),
        }
    }
}

/// Finds, among the names of the environment, those that are probably meant as settings.
pub fn mistyped(names: impl IntoIterator<Item = String>) -> Vec<Mistyped> {
    let known: Vec<String> = all_keys().flat_map(names_of).collect();
    let mut found: Vec<_> = names
        .into_iter()
        .filter(|name| !known.contains(name) && !is_anothers(name))
        .filter_map(|variable| {
            let meant = nearest(&variable, known.iter().map(String::as_str)).map(str::to_owned);
            let is_ours = variable.starts_with(OURS);
            (is_ours || meant.is_some()).then_some(Mistyped { variable, meant })
        })
        .collect();
    found.sort_by(|a, b| a.variable.cmp(&b.variable));
    found
}

/// The name that was probably meant: the nearest, if it is at most two letters away.
pub fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let slips = known.into_iter().map(|name| (slips(given, name), name));
    let (least, name) = slips.min_by_key(|(slips, _)| *slips)?;
    (least <= SLIPS).then_some(name)
}

fn names_of(key: &Key) -> Vec<String> {
    let mut names = vec![key.env.to_owned()];
    if key.from_file {
        names.push(format!("{}_FILE", key.env));
    }
    names
}

fn is_anothers(name: &str) -> bool {
    NO_SETTINGS.iter().any(|prefix| name.starts_with(prefix))
        || OF_SERVICES.iter().any(|suffix| name.ends_with(suffix))
        || name.contains("_SERVICE_PORT_")
        || name.contains("_TCP_")
}

/// How many letters are added, left out, changed, or swapped with their neighbours.
fn slips(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > SLIPS {
        return usize::MAX;
    }
    let mut rows = vec![(0..=other.len()).collect::<Vec<_>>()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let changed = usize::from(one[i - 1] != other[j - 1]);
            let mut least = (rows[i - 1][j] + 1)
                .min(row[j - 1] + 1)
                .min(rows[i - 1][j - 1] + changed);
            let is_swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if is_swapped {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_with_what_was_meant() {
        for (given, meant) in [
            ("CAMPANILE_LISTN", Some("CAMPANILE_LISTEN")),
            ("CAMPANILE_MASTERKEY", Some("CAMPANILE_MASTER_KEY")),
            ("CAMPANILE_METRICS_LITSEN", Some("CAMPANILE_METRICS_LISTEN")),
            ("CAMPANILE_NO_SUCH_THING", None),
            ("DATABSE_URL", Some("DATABASE_URL")),
            ("SMTP_PASWORD", Some("SMTP_PASSWORD")),
            ("SMTP_PASSWORD_FIEL", Some("SMTP_PASSWORD_FILE")),
            ("JWT_SECERT", Some("JWT_SECRET")),
        ] {
            let found = mistyped([given.to_owned()]);
            let expected = Mistyped {
                variable: given.to_owned(),
                meant: meant.map(str::to_owned),
            };
            assert_eq!(found, [expected]);
        }
    }

    #[test]
    fn what_is_right_or_somebody_elses_is_left_alone() {
        let right = all_keys().flat_map(names_of);
        let others = [
            "PATH",
            "HOME",
            "LOGNAME",
            "DATABASE_NAME",
            "REDIS_PORT",
            "REDIS_SERVICE_HOST",
            "REDIS_PORT_6379_TCP_ADDR",
            "CAMPANILE_API_SERVICE_PORT_HTTP",
            "CAMPANILE_API_PORT",
            "CAMPANILE_CONFIG",
            "CAMPANILE_TEST_POSTGRES_URL",
            "RUST_BACKTRACE",
            "RUST_LOG",
        ];
        let all = right.chain(others.map(str::to_owned));
        assert_eq!(mistyped(all), []);
    }
}
