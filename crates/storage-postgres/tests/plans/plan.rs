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
        let reported: Value = serde_json::from_str(json).ok()?;
        Some(Self {
            text: reported["Query Text"].as_str()?.to_owned(),
            root: reported["Plan"].clone(),
        })
    }

    /// The statement.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Pages read, from memory or not.
    pub fn buffers(&self) -> u64 {
        let blocks = |name| self.root[name].as_u64().unwrap_or(0);
        blocks("Shared Hit Blocks") + blocks("Shared Read Blocks")
    }

    /// The scan that reads the most pages: its index, or its table.
    pub fn widest_scan(&self) -> &str {
        let own = |node: &&Value| node["Shared Hit Blocks"].as_u64().unwrap_or(0);
        let is_leaf = |node: &Value| node["Plans"].as_array().is_none_or(Vec::is_empty);
        let scans = self.nodes().into_iter().filter(|node| is_leaf(node));
        let widest = scans.max_by_key(own);
        widest
            .and_then(|node| {
                node["Index Name"]
                    .as_str()
                    .or(node["Relation Name"].as_str())
            })
            .unwrap_or("no scan")
    }

    /// Whether it reads a page.
    pub fn has_limit(&self) -> bool {
        let nodes = self.nodes();
        nodes.into_iter().any(|node| node["Node Type"] == "Limit")
    }

    /// The rows that it sorts, where these are many.
    fn sorts(&self) -> Vec<f64> {
        let sorted = |node: &&Value| {
            let kind = node["Node Type"].as_str()?;
            let rows = node["Plans"][0]["Actual Rows"].as_f64()?;
            (kind.ends_with("Sort") && rows > SMALL_SORT).then_some(rows)
        };
        self.nodes().iter().filter_map(sorted).collect()
    }

    /// What its scans read in vain.
    fn waste(&self) -> Vec<String> {
        self.nodes().into_iter().filter_map(wasted).collect()
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

/// More than this a scan may not read and throw away.
const FEW_ROWS: f64 = 500.0;
/// Buffers that a scan may take at least, for each look-up, and for each row that it gives: the levels of an index, and
/// a page of it and of its table. One that goes through a tenant's part of an index takes thousands for few rows.
const BUFFERS: (f64, f64, f64) = (300.0, 10.0, 6.0);

/// Says so if a scan reads in vain: rows that a filter removes, or entries of an index that it passes over, which only
/// the buffers tell.
fn wasted(node: &Value) -> Option<String> {
    let table = node["Relation Name"]
        .as_str()
        .or(node["Index Name"].as_str())?;
    if table.starts_with("pg_") {
        return None;
    }
    let number = |name: &str| node[name].as_f64().unwrap_or(0.0);
    let loops = number("Actual Loops");
    let rows = number("Actual Rows") * loops;
    let removed =
        loops * (number("Rows Removed by Filter") + number("Rows Removed by Index Recheck"));
    let blocks = |node: &Value| {
        let blocks = |name: &str| node[name].as_f64().unwrap_or(0.0);
        blocks("Shared Hit Blocks") + blocks("Shared Read Blocks")
    };
    let below: f64 = node["Plans"]
        .as_array()
        .into_iter()
        .flatten()
        .map(blocks)
        .sum();
    let buffers = blocks(node) - below;
    let (least, each, row) = BUFFERS;
    // A scan of places reads what it is given, and seems to read what finds the places.
    let kind = node["Node Type"].as_str()?;
    let is_scan = kind.contains("Scan") && kind != "Tid Scan";
    // Soon after midnight today's partition has a few rows, all of which a session without the guard reads at once.
    let is_small = kind == "Seq Scan" && rows + removed <= FEW_ROWS * loops;
    // Early in the day a tenant's rows until now are most of today's partition. Without the guard the planner then
    // reads its pages in order, which is cheaper than by an index.
    let is_mostly_used = kind == "Seq Scan" && removed <= rows;
    (is_scan && !is_small && !is_mostly_used && (removed > FEW_ROWS + rows / 10.0 || buffers > least + each * loops + row * rows)).then(|| {
        let how = node["Index Name"].as_str().unwrap_or("no index");
        format!("{table} by {how}: {rows} rows of use, {removed} removed, {buffers} buffers, {loops} loops")
    })
}

/// What reads more than it gives, and is meant to.
const MEANT: &[(&str, &str)] = &[
    ("FROM outbox) AS o,", "the gauges count all that is pending"),
    (
        "FROM fanout_work WHERE due_at",
        "the gauges count all that is pending",
    ),
    ("campanile_drop_day", "once a day"),
    (
        "AND notification_id <> ALL ($4)",
        "what is pending stays; up to 500 notifications have it",
    ),
    (
        "DELETE FROM dead_letters WHERE tenant = $1 AND user_id",
        "once for a person who is erased; no index is worth it",
    ),
    (
        "OR EXISTS (SELECT FROM dispatch d",
        "once a day, of tables that are short",
    ),
    (
        "UNION SELECT x FROM outbox o CROSS JOIN UNNEST",
        "once for 500 that are removed, of tables that are short",
    ),
];

/// What is wrong with all plans together: one run tells everything.
#[derive(Default)]
pub struct Faults(String);

impl Faults {
    /// `most_days`: partitions of each table that the question needs.
    pub fn check(&mut self, name: &str, plans: &[Plan], most_days: usize) {
        self.check_sorts(name, plans);
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

    /// Plans of any statements.
    pub fn check_waste(&mut self, what: &str, plans: &[Plan]) {
        for plan in plans {
            if MEANT.iter().any(|(text, _)| plan.text.contains(text)) {
                continue;
            }
            for waste in plan.waste() {
                self.add(what, plan, &waste);
            }
        }
    }

    /// The same, for what they sort.
    pub fn check_sorts(&mut self, what: &str, plans: &[Plan]) {
        for plan in plans {
            for rows in plan.sorts() {
                self.add(what, plan, &format!("sorts {rows} rows"));
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
