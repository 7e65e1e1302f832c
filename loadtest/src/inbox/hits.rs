//! How often the cache answered, as the API processes count it.

use std::collections::BTreeMap;

use crate::api::Api;
use crate::report::{Column, Limit, Report, Unit};

const METRIC: &str = "campanile_inbox_cache_requests_total{";

/// Questions by what the cache made of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hits {
    pub(super) hit: u64,
    /// The cache did not know.
    pub(super) miss: u64,
    /// The cache was not asked, or not there.
    pub(super) bypass: u64,
}

impl Hits {
    /// The share that the cache answered; nothing if no request came.
    pub(super) fn rate(&self) -> Option<f64> {
        let asked = self.hit + self.miss + self.bypass;
        (asked > 0).then(|| self.hit as f64 / asked as f64)
    }
}

/// By kind of question: `list` (all pages) and `count`.
#[derive(Debug, Clone, Default)]
pub(super) struct HitsByKind(BTreeMap<String, Hits>);

impl HitsByKind {
    /// As it stands now, over all processes.
    pub(super) async fn now(api: &Api) -> anyhow::Result<Self> {
        let mut hits = Self::default();
        for text in api.metrics().await? {
            hits.add(&text);
        }
        Ok(hits)
    }

    /// What came since.
    pub(super) fn until(&self, end: &Self) -> Self {
        let since = |(kind, end): (&String, &Hits)| {
            let begin = self.0.get(kind).copied().unwrap_or_default();
            let hits = Hits {
                hit: end.hit.saturating_sub(begin.hit),
                miss: end.miss.saturating_sub(begin.miss),
                bypass: end.bypass.saturating_sub(begin.bypass),
            };
            (kind.clone(), hits)
        };
        Self(end.0.iter().map(since).collect())
    }

    /// Adds them to a report, and fails that if too little came from the cache.
    pub(super) fn tell(&self, report: &mut Report, min_hit_rate: f64) {
        let percent = |hits: Hits| hits.rate().map(|rate| rate * 100.0);
        let all = percent(self.total()).unwrap_or(0.0);
        let limit = Limit::AtLeast(min_hit_rate * 100.0);
        report.limited("cache hit rate", Unit::Percent, all, limit);
        let columns = ["hit", "miss", "bypass"].map(Column::count);
        let columns = [
            Column::text("cache"),
            Column::new("hit rate", Unit::Percent),
        ]
        .into_iter()
        .chain(columns);
        let rows = self.0.iter().map(|(kind, hits)| {
            let [hit, miss, bypass] = [hits.hit, hits.miss, hits.bypass].map(Into::into);
            vec![
                kind.as_str().into(),
                percent(*hits).into(),
                hit,
                miss,
                bypass,
            ]
        });
        report.table("hits", columns, rows.collect());
    }

    /// All kinds together.
    pub(super) fn total(&self) -> Hits {
        self.0.values().fold(Hits::default(), |sum, hits| Hits {
            hit: sum.hit + hits.hit,
            miss: sum.miss + hits.miss,
            bypass: sum.bypass + hits.bypass,
        })
    }

    fn add(&mut self, text: &str) {
        for line in text.lines().filter_map(|line| line.strip_prefix(METRIC)) {
            let Some((labels, value)) = line.split_once('}') else {
                continue;
            };
            let label = |name: &str| {
                let mut pairs = labels.split(',').filter_map(|pair| pair.split_once('='));
                let found = pairs.find(|(label, _)| *label == name);
                found.map(|(_, value)| value.trim_matches('"'))
            };
            let (Some(kind), Some(result)) = (label("kind"), label("result")) else {
                continue;
            };
            let count = value.trim().parse::<f64>().unwrap_or(0.0) as u64;
            let hits = self.0.entry(kind.to_owned()).or_default();
            match result {
                "hit" => hits.hit += count,
                "miss" => hits.miss += count,
                _ => hits.bypass += count,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_are_added_and_the_time_before_is_taken_off() {
        let text = "# TYPE campanile_inbox_cache_requests_total counter\n\
            campanile_inbox_cache_requests_total{kind=\"count\",result=\"hit\"} 6\n\
            campanile_inbox_cache_requests_total{kind=\"count\",result=\"miss\"} 2\n\
            campanile_inbox_cache_requests_total{kind=\"list\",result=\"bypass\"} 1\n\
            campanile_other_total{kind=\"count\",result=\"hit\"} 99\n";
        let (mut begin, mut end) = (HitsByKind::default(), HitsByKind::default());
        begin.add(text);
        for _ in 0..3 {
            end.add(text);
        }
        let since = begin.until(&end);
        let count = Hits {
            hit: 12,
            miss: 4,
            bypass: 0,
        };
        assert_eq!(since.0["count"], count);
        assert_eq!(count.rate(), Some(0.75));
        assert_eq!(
            since.total(),
            Hits {
                hit: 12,
                miss: 4,
                bypass: 2
            }
        );
        assert_eq!(Hits::default().rate(), None);
    }
}
