//! Sees to it that no back end escapes its contract suite.
//!
//! A test that skips itself when its server is missing looks green. So what counts is what the output shows: for each
//! back end at least one test passed whose path or file says `contract`.

use anyhow::{Result, bail};

use crate::cargo_test::Test;

/// Every implementation of a trait that has a contract suite, and the crate that runs it.
const BACK_ENDS: &[(&str, &str)] = &[
    ("storage on SQLite", "campanile_storage_sqlite"),
    ("storage on Postgres", "campanile_storage_postgres"),
    ("queue in the process", "campanile_queue"),
    ("queue on RabbitMQ", "campanile_queue_rabbitmq"),
    ("cache and limits in the process", "campanile_cache"),
    ("cache and limits on Redis", "campanile_cache_redis"),
];

/// Prints which suites passed on which back end.
///
/// # Errors
/// When a back end passed none.
pub fn check(passed: &[Test]) -> Result<()> {
    println!("== contract suites");
    let mut skipped = Vec::new();
    for (back_end, package) in BACK_ENDS {
        let suites = suites(passed, package);
        println!("{back_end}: {} passed", suites.len());
        for suite in &suites {
            println!("    {suite}");
        }
        if suites.is_empty() {
            skipped.push(*back_end);
        }
    }
    if !skipped.is_empty() {
        bail!("no contract suite passed for: {}", skipped.join(", "));
    }
    Ok(())
}

fn suites<'a>(passed: &'a [Test], package: &str) -> Vec<&'a str> {
    let is_contract = |test: &&Test| {
        test.package == package
            && (test.name.contains("contract") || test.target.contains("contract"))
    };
    passed
        .iter()
        .filter(is_contract)
        .map(|test| test.name.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(package: &str, target: &str, name: &str) -> Test {
        Test {
            package: package.to_owned(),
            target: target.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_skipped_back_end_is_an_error() {
        let mut tests = vec![
            passed(
                "campanile_storage_sqlite",
                "tests/it/main.rs",
                "contract::inbox",
            ),
            passed(
                "campanile_storage_postgres",
                "src/lib.rs",
                "rows::round_trip",
            ),
            passed("campanile_queue", "src/lib.rs", "in_process::contract"),
            passed(
                "campanile_queue_rabbitmq",
                "tests/it/main.rs",
                "contract::all",
            ),
            passed("campanile_cache", "tests/it/main.rs", "contract::all"),
            passed("campanile_cache_redis", "tests/it/main.rs", "contract::all"),
        ];
        let error = check(&tests).expect_err("Postgres passed no contract suite");
        assert!(error.to_string().ends_with("for: storage on Postgres"));

        tests.push(passed(
            "campanile_storage_postgres",
            "tests/it/main.rs",
            "contract::inbox",
        ));
        check(&tests).expect("each passed one");
    }
}
