//! Reading a plan: which days it touched, how, and what it sorted.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

/// A sort of fewer rows is that of a page, not of an inbox.
const SMALL_SORT: f64 = 1_000.0;

/// What was done for one statement.
pub struct Plan {
    text: String,
    root: Value,
}

impl Plan {
    /// Of a notice: `duration: … plan:` and JSON.
    pub fn parse(notice: &str) -> Option<Self> {
        let json = &notice[notice.find('{')?..];
        let told: Value = serde_json::from_str(json).ok()?;
        Some(Self {
            text: told["Query Text"].as_str()?.to_owned(),
            root: told["Plan"].clone(),
        })
    }

    /// Pages read, from memory or not.
    pub fn buffers(&self) -> u64 {
        let blocks = |name| self.root[name].as_u64().unwrap_or(0);
        blocks("Shared Hit Blocks") + blocks("Shared Read Blocks")
    }

    /// Whether it reads a page.
    pub fn has_limit(&self) -> bool {
        let nodes = self.nodes();
        nodes.into_iter().any(|node| node["Node Type"] == "Limit")
    }

    fn nodes(&self) -> Vec<&Value> {
        let (mut all, mut next) = (Vec::new(), vec![&self.root]);
        while let Some(node) = next.pop() {
            next.extend(node["Plans"].as_array().into_iter().flatten());
            all.push(node);
        }
        all
    }

    /// Partitions of a table that were really read.
    fn days(&self, table: &str) -> BTreeSet<&str> {
        let read = |node: &&Value| node["Actual Loops"].as_f64().unwrap_or(0.0) > 0.0;
        let nodes = self.nodes().into_iter().filter(read);
        let names = nodes.filter_map(|node| node["Relation Name"].as_str());
        names.filter(|name| is_day_of(name, table)).collect()
    }
}

fn is_day_of(name: &str, table: &str) -> bool {
    name.strip_prefix(table)
        .is_some_and(|rest| rest.starts_with('_'))
}

/// What is wrong with all plans together: one run tells everything.
#[derive(Default)]
pub struct Faults(String);

impl Faults {
    /// `most_days`: partitions of each table that the question needs.
    pub fn check(&mut self, name: &str, plans: &[Plan], most_days: usize) {
        for plan in plans {
            for node in plan.nodes() {
                let kind = node["Node Type"].as_str().unwrap_or_default();
                let table = node["Relation Name"].as_str().unwrap_or_default();
                let is_big = table == "outbox"
                    || ["notifications", "deliveries"]
                        .iter()
                        .any(|t| is_day_of(table, t));
                if kind == "Seq Scan" && is_big {
                    self.add(name, plan, &format!("reads {table} whole"));
                }
                let sorted = &node["Plans"][0]["Actual Rows"];
                if kind.ends_with("Sort") && sorted.as_f64().unwrap_or(0.0) > SMALL_SORT {
                    self.add(name, plan, &format!("sorts {sorted} rows"));
                }
            }
            for table in ["notifications", "deliveries"] {
                let days = plan.days(table).len();
                if days > most_days {
                    self.add(
                        name,
                        plan,
                        &format!("reads {days} days of {table}, not {most_days}"),
                    );
                }
            }
        }
    }

    fn add(&mut self, name: &str, plan: &Plan, what: &str) {
        writeln!(
            self.0,
            "{name}: {what}\n    {}",
            plan.text.replace('\n', " ")
        )
        .unwrap();
    }

    /// Fails if there are any.
    pub fn none(&self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}
