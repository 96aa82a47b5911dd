//! The server's own numbers, and everybody's as text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};

use crate::outside::vitals::{Family, FamilyKind, Sample};

/// Upper ends of the time that requests take, in seconds.
const TIME_BOUNDS: [f64; 9] = [0.001, 0.005, 0.02, 0.1, 0.25, 1.0, 5.0, 30.0, 120.0];

/// The server's own numbers. Routes are the ones of the table, so no caller can make them many.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, &'static str, u16), u64>>,
    times: Mutex<Times>,
    /// Lines that are open.
    pub lines: Arc<AtomicUsize>,
    /// Batches that were pushed and kept.
    pub batches: AtomicU64,
    /// Bytes of them.
    pub batch_bytes: AtomicU64,
    /// Logins that failed.
    pub failed_logins: AtomicU64,
    /// Followers that were told that they missed something.
    pub missed: AtomicU64,
}

#[derive(Debug, Default)]
struct Times {
    buckets: [u64; TIME_BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, method: &Method, path: &'static str, status: StatusCode, took: Duration) {
        let key = (method.as_str().to_owned(), path, status.as_u16());
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += 1;
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.count += 1;
        times.seconds += took.as_secs_f64();
        if let Some(bucket) = TIME_BOUNDS.iter().position(|bound| took.as_secs_f64() <= *bound) {
            times.buckets[bucket] += 1;
        }
    }

    /// The server's numbers and the node's as Prometheus reads them.
    pub fn text(&self, followers: usize, others: Vec<Family>) -> String {
        let one = |value: f64| vec![Sample { labels: Vec::new(), value }];
        let counter = |name, help, count: &AtomicU64| Family {
            name,
            help,
            kind: FamilyKind::Counter,
            samples: one(count.load(Ordering::Relaxed) as f64),
        };
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = requests.iter().map(|((method, path, status), count)| Sample {
            labels: vec![("method", method.clone()), ("route", (*path).to_owned()), ("status", status.to_string())],
            value: *count as f64,
        });
        let mut families = vec![
            Family {
                name: "watchfire_server_requests_total",
                help: "Requests that were answered.",
                kind: FamilyKind::Counter,
                samples: requests.collect(),
            },
            Family {
                name: "watchfire_server_connections",
                help: "Lines that are open.",
                kind: FamilyKind::Gauge,
                samples: one(self.lines.load(Ordering::Relaxed) as f64),
            },
            Family {
                name: "watchfire_server_followers",
                help: "Callers that follow the live stream.",
                kind: FamilyKind::Gauge,
                samples: one(followers as f64),
            },
            counter("watchfire_server_push_batches_total", "Batches that were pushed and kept.", &self.batches),
            counter("watchfire_server_push_bytes_total", "Bytes of the batches that were pushed and kept.", &self.batch_bytes),
            counter("watchfire_server_failed_logins_total", "Logins that failed.", &self.failed_logins),
            counter("watchfire_server_missed_total", "Times that a follower of the live stream was too slow.", &self.missed),
        ];
        families.extend(others);
        let mut text = String::new();
        families.iter().for_each(|family| write_family(&mut text, family));
        self.write_times(&mut text);
        text
    }

    fn write_times(&self, text: &mut String) {
        const NAME: &str = "watchfire_server_request_seconds";
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let mut below = 0;
        *text += &format!("# HELP {NAME} Time that requests took until their answer began.\n# TYPE {NAME} histogram\n");
        for (bound, count) in TIME_BOUNDS.iter().zip(times.buckets) {
            below += count;
            *text += &format!("{NAME}_bucket{{le=\"{bound}\"}} {below}\n");
        }
        *text += &format!("{NAME}_bucket{{le=\"+Inf\"}} {}\n{NAME}_sum {}\n{NAME}_count {}\n", times.count, times.seconds, times.count);
    }
}

fn write_family(text: &mut String, family: &Family) {
    let kind = match family.kind {
        FamilyKind::Counter => "counter",
        FamilyKind::Gauge => "gauge",
    };
    let help = family.help.replace('\\', "\\\\").replace('\n', "\\n");
    *text += &format!("# HELP {} {help}\n# TYPE {} {kind}\n", family.name, family.name);
    for sample in &family.samples {
        let labels: Vec<String> = sample.labels.iter().map(|(name, value)| format!("{name}=\"{}\"", label(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        writeln!(text, "{}{labels} {}", family.name, sample.value).expect("a text takes text");
    }
}

/// A label's value, as the text format has it.
fn label(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_prometheus() {
        let metrics = Metrics::default();
        metrics.answered(&Method::GET, "/x/{id}", StatusCode::OK, Duration::from_millis(3));
        metrics.answered(&Method::GET, "/x/{id}", StatusCode::OK, Duration::from_secs(600));
        let hostile = Family {
            name: "watchfire_lag_seconds",
            help: "How far \\ behind.",
            kind: FamilyKind::Gauge,
            samples: vec![Sample { labels: vec![("source", "a\"b\\c\nd".into())], value: 1.5 }],
        };
        let text = metrics.text(2, vec![hostile]);
        for line in [
            "watchfire_server_requests_total{method=\"GET\",route=\"/x/{id}\",status=\"200\"} 2",
            "watchfire_server_followers 2",
            "# HELP watchfire_lag_seconds How far \\\\ behind.",
            "watchfire_lag_seconds{source=\"a\\\"b\\\\c\\nd\"} 1.5",
            "watchfire_server_request_seconds_bucket{le=\"0.001\"} 0",
            "watchfire_server_request_seconds_bucket{le=\"0.005\"} 1",
            "watchfire_server_request_seconds_bucket{le=\"120\"} 1",
            "watchfire_server_request_seconds_bucket{le=\"+Inf\"} 2",
            "watchfire_server_request_seconds_count 2",
        ] {
            assert!(text.lines().any(|have| have == line), "{line}\n{text}");
        }
    }
}
