//! What was found, told to whoever is to know: those who follow, and the bus.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use watchfire_bus::deliver::{Origin, Seen};
use watchfire_bus::event::{guardduty_finding, security_hub_finding};
use watchfire_dispatch::Bus;
use watchfire_hub::format::FindingPlace;
use watchfire_model::Severity;
use watchfire_model::arn::{DEFAULT_BUS, Home};
use watchfire_server::live::{Live, Topic};
use watchfire_state::{FindingId, State, Store, StoredFinding};

/// Tells of findings.
pub(super) struct Teller {
    pub state: Arc<State>,
    pub bus: Bus,
    pub live: Arc<Live>,
    pub home: Home,
    pub epochs: Arc<AtomicU64>,
    pub findings: Arc<AtomicU64>,
}

impl Teller {
    /// Tells of findings that epochs have made or changed. The same state of a finding has the same events: doing it again is no harm.
    ///
    /// # Errors
    /// The state or the bus cannot be read or written.
    pub fn tell(&self, ids: &BTreeMap<FindingId, Severity>, epochs: u64) -> anyhow::Result<()> {
        self.epochs.fetch_add(epochs, Ordering::Relaxed);
        self.findings.fetch_add(ids.len() as u64, Ordering::Relaxed);
        self.tell_all(ids.keys())
    }

    /// Tells of findings that became true and were not told of, because the program ended in between.
    ///
    /// # Errors
    /// The state or the bus cannot be read or written.
    pub fn tell_what_was_not(&self) -> anyhow::Result<()> {
        let ids = self.state.untold().map_err(crate::data::hinted)?;
        self.tell_all(ids.iter())
    }

    fn tell_all<'i>(&self, ids: impl Iterator<Item = &'i FindingId>) -> anyhow::Result<()> {
        let mut events = Vec::new();
        for id in ids {
            let stored = self.state.finding(&id.to_string()).map_err(crate::data::hinted)?;
            self.publish(&stored);
            let place = FindingPlace { id: &stored.id.to_string(), created: stored.created, updated: stored.updated, home: &self.home };
            events.push(guardduty_finding(&stored.finding, &place));
            events.push(security_hub_finding(&stored.finding, &place));
        }
        let seen: Vec<Seen<'_>> = events.iter().map(|event| Seen { bus: DEFAULT_BUS, event, origin: Origin::default() }).collect();
        if !seen.is_empty() {
            self.bus.accept(&seen)?;
        }
        self.state.set_told().map_err(crate::data::hinted)
    }

    fn publish(&self, stored: &StoredFinding) {
        let finding = &stored.finding;
        let told = serde_json::json!({
            "id": stored.id.to_string(),
            "severity": finding.severity,
            "type": finding.finding_type,
            "title": finding.title,
            "summary": finding.summary,
            "status": stored.status.as_str(),
            "count": finding.count,
            "time": finding.time.to_string(),
            "last_time": finding.last_time.to_string(),
            "updated": stored.updated.to_string(),
        });
        self.live.publish(Topic::Finding, &told.to_string());
    }
}
