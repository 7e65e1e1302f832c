//! The registry in the OpenMetrics text format, which can carry exemplars; Prometheus asks for it by `Accept`.

use std::fmt::Write as _;

use prometheus::proto::{LabelPair, Metric, MetricFamily, MetricType};

use crate::exemplars::{self, Exemplar};

/// What the answer is to be declared as.
pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Writes families and the end mark.
pub(crate) fn render(families: &[MetricFamily]) -> String {
    let mut text = String::new();
    for family in families {
        let name = family.name();
        let (described, kind) = match family.get_field_type() {
            // The name of a counter is that of its sample without the suffix.
            MetricType::COUNTER => (name.strip_suffix("_total").unwrap_or(name), "counter"),
            MetricType::HISTOGRAM => (name, "histogram"),
            MetricType::GAUGE => (name, "gauge"),
            MetricType::SUMMARY | MetricType::UNTYPED => continue,
        };
        let _ = writeln!(text, "# TYPE {described} {kind}");
        let _ = writeln!(text, "# HELP {described} {}", escaped(family.help()));
        for metric in family.get_metric() {
            let labels = labels(metric.get_label());
            match kind {
                "counter" => {
                    let value = metric.get_counter().get_value();
                    line(&mut text, &format!("{described}_total"), &labels, value);
                }
                "gauge" => line(&mut text, name, &labels, metric.get_gauge().get_value()),
                _ => histogram(&mut text, name, &labels, metric),
            }
            text.push('\n');
        }
    }
    text.push_str("# EOF\n");
    text
}

fn histogram(text: &mut String, name: &str, labels: &[String], metric: &Metric) {
    let named = |pair: &LabelPair| (pair.name().to_owned(), pair.value().to_owned());
    let series = (
        name.to_owned(),
        metric.get_label().iter().map(named).collect(),
    );
    let (histogram, exemplars) = (metric.get_histogram(), exemplars::of(&series));
    let finite = histogram.get_bucket().iter();
    let finite = finite.map(|bucket| (number(bucket.upper_bound()), bucket.cumulative_count()));
    let all = ("+Inf".to_owned(), histogram.get_sample_count());
    for (place, (bound, count)) in finite.chain([all]).enumerate() {
        let mut labels = labels.to_vec();
        labels.push(format!("le=\"{bound}\""));
        line(text, &format!("{name}_bucket"), &labels, count);
        if let Some(Some(exemplar)) = exemplars.get(place) {
            attach(text, exemplar);
        }
        text.push('\n');
    }
    line(
        text,
        &format!("{name}_count"),
        labels,
        histogram.get_sample_count(),
    );
    text.push('\n');
    line(
        text,
        &format!("{name}_sum"),
        labels,
        histogram.get_sample_sum(),
    );
}

fn attach(text: &mut String, exemplar: &Exemplar) {
    let Exemplar {
        trace_id,
        value,
        at,
    } = exemplar;
    let _ = write!(text, " # {{trace_id=\"{trace_id:032x}\"}} {value} {at:.3}");
}

fn line(text: &mut String, name: &str, labels: &[String], value: impl std::fmt::Display) {
    text.push_str(name);
    if !labels.is_empty() {
        let _ = write!(text, "{{{}}}", labels.join(","));
    }
    let _ = write!(text, " {value}");
}

fn labels(pairs: &[LabelPair]) -> Vec<String> {
    let one = |pair: &LabelPair| format!("{}=\"{}\"", pair.name(), escaped(pair.value()));
    pairs.iter().map(one).collect()
}

/// The canonical form: a bound is a float, with a point.
fn number(bound: f64) -> String {
    format!("{bound:?}")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use campanile_domain::TraceParent;

    use crate::{metrics, observe, render_open_metrics};

    #[test]
    fn a_bucket_names_the_trace_of_its_newest_observation() {
        let trace = TraceParent::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        let other = TraceParent::parse("00-00000000000000000000000000000abc-00f067aa0ba902b7-01");
        let labels = ["GET", "/of/exemplars"];
        let histogram = &metrics().http_request_duration_seconds;
        observe(histogram, &labels, 0.003, other);
        observe(histogram, &labels, 0.004, trace);
        observe(histogram, &labels, 0.0049, None);
        observe(histogram, &labels, 99.0, other);
        metrics()
            .http_requests_total
            .with_label_values(&["GET", "/of/\"quotes\"", "200"])
            .inc();
        let text = render_open_metrics();
        let of = |end: &str| {
            let start = "campanile_http_request_duration_seconds_bucket{method=\"GET\",route=\"/of/exemplars\",le=";
            let wanted = format!("{start}\"{end}\"}} ");
            let found = text.lines().find_map(|line| line.strip_prefix(&*wanted));
            found.unwrap_or_else(|| panic!("{wanted} in {text}"))
        };
        let exemplar = of("0.005");
        assert!(
            exemplar.starts_with("3 # {trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\"} 0.004 "),
            "{exemplar}"
        );
        assert_eq!(of("0.0025"), "0", "none was as short");
        assert_eq!(of("10.0"), "3");
        let slow = of("+Inf");
        assert!(
            slow.starts_with("4 # {trace_id=\"00000000000000000000000000000abc\"} 99 "),
            "{slow}"
        );
        assert!(text.contains("# TYPE campanile_http_requests counter\n"));
        assert!(text.contains("campanile_http_requests_total{method=\"GET\",route=\"/of/\\\"quotes\\\"\",status=\"200\"} 1\n"));
        assert!(text.ends_with("\n# EOF\n"));
        assert!(text.lines().all(|line| !line.is_empty()));
    }
}
