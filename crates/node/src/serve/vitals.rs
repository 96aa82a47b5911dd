//! Whether all is well, and in numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use watchfire_dispatch::Bus;
use watchfire_server::outside::sources::{SourceState, Sources as _};
use watchfire_server::outside::vitals::{Family, FamilyKind, Sample, Vitals as Served};

use super::sources::Sources;
use crate::Meter;

/// The node's own numbers.
pub(super) struct Vitals {
    pub sources: Arc<Sources>,
    pub bus: Bus,
    pub meter: Arc<Meter>,
    pub epochs: Arc<AtomicU64>,
    pub findings: Arc<AtomicU64>,
    /// Why records cannot be taken in now, where they cannot.
    pub trouble: Arc<Mutex<Option<String>>>,
}

impl Served for Vitals {
    fn unready(&self) -> Vec<String> {
        let mut why: Vec<String> = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone().into_iter().collect();
        match self.bus.health() {
            Ok(health) if health.ledger_fails => why.push("what came of deliveries cannot be written down".to_owned()),
            Ok(_) => {}
            Err(error) => why.push(format!("deliveries cannot be read: {error}")),
        }
        why
    }

    fn families(&self) -> Vec<Family> {
        let mut families = vec![
            counter("watchfire_records_total", "Records that were read and judged.", self.meter.records.load(Ordering::Relaxed)),
            counter("watchfire_epochs_total", "Epochs that were closed.", self.epochs.load(Ordering::Relaxed)),
            counter("watchfire_findings_changed_total", "Findings that an epoch made or changed.", self.findings.load(Ordering::Relaxed)),
        ];
        families.extend(self.of_sources());
        if let Ok(health) = self.bus.health() {
            let labels = |target: &str| vec![("target", target.to_owned())];
            let each = |pick: fn(&watchfire_dispatch::TargetHealth) -> u64| {
                health.targets.iter().map(|one| Sample { labels: labels(&one.target), value: pick(one) as f64 }).collect()
            };
            families.push(gauge("watchfire_deliveries_due", "Deliveries on their way, by target.", each(|one| one.queued)));
            families.push(gauge("watchfire_deliveries_dead", "Deliveries given up and remembered, by target.", each(|one| one.dead)));
            families.push(counter("watchfire_delivery_attempts_total", "Attempts at deliveries.", health.counts.attempts));
            families.push(counter("watchfire_deliveries_made_total", "Attempts that succeeded.", health.counts.delivered));
        }
        families
    }
}

impl Vitals {
    fn of_sources(&self) -> Vec<Family> {
        let health = self.sources.health();
        let labels = |name: &str| vec![("source", name.to_owned())];
        let records = health.iter().map(|one| Sample { labels: labels(&one.name), value: one.records as f64 });
        let rejects = health.iter().map(|one| Sample { labels: labels(&one.name), value: one.rejects as f64 });
        let lag = health.iter().filter_map(|one| Some(Sample { labels: labels(&one.name), value: one.lag_seconds? }));
        let well = health.iter().map(|one| {
            let is_well = matches!(one.state, SourceState::Running | SourceState::Waiting);
            Sample { labels: labels(&one.name), value: f64::from(u8::from(is_well)) }
        });
        let family = |name, help, kind, samples| Family { name, help, kind, samples };
        vec![
            family("watchfire_source_records_total", "Records, by source.", FamilyKind::Counter, records.collect()),
            family("watchfire_source_rejects_total", "What could not become a record, by source.", FamilyKind::Counter, rejects.collect()),
            gauge("watchfire_source_lag_seconds", "How long after its delivery the last object came, by source.", lag.collect()),
            gauge("watchfire_source_up", "Whether a source reads, by source.", well.collect()),
        ]
    }
}

fn counter(name: &'static str, help: &'static str, value: u64) -> Family {
    Family { name, help, kind: FamilyKind::Counter, samples: vec![Sample { labels: Vec::new(), value: value as f64 }] }
}

fn gauge(name: &'static str, help: &'static str, samples: Vec<Sample>) -> Family {
    Family { name, help, kind: FamilyKind::Gauge, samples }
}
