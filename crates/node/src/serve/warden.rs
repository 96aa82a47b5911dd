//! What happens by the clock: files that changed are read again, silence is told of, the table and the state are kept in shape.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use watchfire_dispatch::Bus;
use watchfire_lake::{Compaction, Day};
use watchfire_model::{Attack, Entity, EntityKind, EventTime, Finding, Occurrence, Severity};
use watchfire_state::{HubStore, KeyedFinding, State, TrustStore};
use watchfire_trust::SessionLimits;

use super::Signs;
use super::detections::Detections;
use super::rules::BusFiles;
use super::sources::Sources;
use crate::config::{Config, Keep};
use crate::ingest::now;
use crate::{DataPlace, Table};

/// Looks after what happens by the clock.
pub(super) struct Warden {
    round: Option<Round>,
    own: Mutex<Option<Receiver<KeyedFinding>>>,
}

/// What the thread works with.
struct Round {
    place: DataPlace,
    state: Arc<State>,
    backups: usize,
    /// Days that records are kept; 0 for ever.
    records_days: u32,
    detections: Arc<Detections>,
    bus: Bus,
    bus_files: BusFiles,
    sources: Arc<Sources>,
    signs: Signs,
    tell: Sender<KeyedFinding>,
    /// Since when each silent source was told of.
    silent: BTreeMap<String, EventTime>,
}

/// How often files are looked at.
const EVERY: Duration = Duration::from_secs(2);

/// How often the table's small files are joined: a service writes one or more with each epoch.
const COMPACT_EVERY: Duration = Duration::from_secs(15 * 60);

/// Versions of the table of so many hours stay readable.
const VACUUM_HOURS: u32 = 7 * 24;

/// How often suppressions that are over are lifted.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// How often the state is copied, and what has ended is forgotten.
const DAILY: Duration = Duration::from_secs(24 * 3600);

impl Warden {
    pub fn new(
        config: &Config,
        (place, state): (&DataPlace, Arc<State>),
        detections: Arc<Detections>,
        bus: Bus,
        bus_files: BusFiles,
        sources: Arc<Sources>,
        signs: Signs,
    ) -> Warden {
        let (tell, own) = mpsc::channel();
        let (place, backups, records_days) = (place.clone(), config.data.backups, config.keep.records);
        let round =
            Round { place, state, backups, records_days, detections, bus, bus_files, sources, signs, tell, silent: BTreeMap::new() };
        Warden { round: Some(round), own: Mutex::new(Some(own)) }
    }

    /// Findings of our own, to become true with the next epoch; given once.
    pub fn own_findings(&self) -> Option<Receiver<KeyedFinding>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Begins.
    pub fn start(&mut self) -> anyhow::Result<JoinHandle<()>> {
        let round = self.round.take();
        Ok(std::thread::Builder::new().name("warden".to_owned()).spawn(move || round.into_iter().for_each(Round::run))?)
    }
}

impl Round {
    fn run(mut self) {
        let (mut compacted, mut swept, mut daily) = (Instant::now(), Instant::now(), None::<Instant>);
        while !self.signs.stop.load(Ordering::Acquire) {
            self.files();
            self.silence();
            if swept.elapsed() >= SWEEP_EVERY {
                told("suppressions that are over could not be lifted", self.sweep());
                swept = Instant::now();
            }
            if compacted.elapsed() >= COMPACT_EVERY {
                told("the table's small files could not be joined", self.compact());
                compacted = Instant::now();
            }
            if daily.is_none_or(|last| last.elapsed() >= DAILY) {
                told("the state could not be copied", self.keep_state());
                told("the table could not be cleaned up", self.keep_table());
                daily = Some(Instant::now());
            }
            let begin = Instant::now();
            while begin.elapsed() < EVERY && !self.signs.stop.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }

    fn files(&self) {
        match self.detections.refresh() {
            Ok(true) => {
                tracing::info!("detections were read again");
                self.signs.anew.store(true, Ordering::Release);
            }
            Ok(false) => {}
            Err(error) => tracing::warn!("detections stay as they are: {error:#}"),
        }
        told("rules of the bus stay as they are", self.bus_files.refresh(&self.bus));
    }

    /// Tells of sources that have fallen silent, once for each silence.
    fn silence(&mut self) {
        let silent = self.sources.silent(now());
        for (name, since) in &silent {
            if self.silent.get(name) != Some(since) {
                // Nobody listens when the service is about to end; the silence is told after the next start.
                let _ = self.tell.send(silence(name, *since));
            }
        }
        self.silent = silent;
    }

    /// Findings whose suppression is over count again; the next epoch that changes them would say so too, but none may come.
    fn sweep(&self) -> anyhow::Result<()> {
        self.state.hub_sweep(now())?;
        Ok(())
    }

    fn compact(&self) -> anyhow::Result<()> {
        let mut table = Table::open(self.place.lake())?;
        let compacted = table.optimize(Compaction::default())?;
        tracing::debug!(?compacted, "small files were joined");
        Ok(())
    }

    /// Takes out days that are not kept, and files that no version of the last days needs.
    fn keep_table(&self) -> anyhow::Result<()> {
        let mut table = Table::open(self.place.lake())?;
        if self.records_days > 0 {
            let span = i64::try_from(Keep::span(self.records_days).as_millis()).unwrap_or(i64::MAX);
            let retained = table.retain(Day::of(EventTime(now().millis().saturating_sub(span))))?;
            tracing::info!(?retained, "days that are no longer kept were taken out of the table");
        }
        let vacuumed = table.vacuum(VACUUM_HOURS, false)?;
        tracing::debug!(?vacuumed, "files that nobody needs were removed");
        Ok(())
    }

    fn keep_state(&self) -> anyhow::Result<()> {
        self.state.forget_ended(SessionLimits::default(), now())?;
        let folder = self.place.backups();
        // A program that is started often makes no more copies than one that runs.
        let limit = EventTime(now().millis() - DAILY.as_millis() as i64 * 4 / 5).to_string();
        let limit: String = limit.chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
        let is_due = State::backups(&folder)?.first().is_none_or(|latest| latest.at < limit);
        if self.backups > 0 && is_due {
            self.state.backup_to(folder, self.backups, now())?;
        }
        Ok(())
    }
}

fn told(what: &str, outcome: anyhow::Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!("{what}: {error:#}");
    }
}

/// A source from which nothing comes: an attacker who stops a trail is silent too.
fn silence(name: &str, since: EventTime) -> KeyedFinding {
    let id = format!("silence of {name} since {since}");
    let occurrence = Occurrence { event_id: id.into(), time: since, source: format!("watchfire source {name}").into() };
    let finding = Finding {
        rule: "watchfire-source-silent".into(),
        name: "source_silent".into(),
        finding_type: "Stealth:Watchfire/SourceSilent".into(),
        severity: Severity::High,
        title: "A source of logs has fallen silent".into(),
        summary: format!("Nothing has come from the source {name} since {since}, which is longer than it may be quiet."),
        time: since,
        last_time: since,
        count: 1,
        entities: vec![Entity { kind: EntityKind::Resource, id: name.into() }],
        records: vec![occurrence],
        records_omitted: 0,
        attack: Attack { tactics: vec!["defense-evasion".to_owned()], techniques: vec!["T1562.008".to_owned()] },
        why: "Logs that stop are how an intruder hides, and nothing else is noticed of what happens meanwhile.".into(),
        normal: "A trail of an account in use delivers every few minutes.".into(),
        benign_causes: vec![
            "The account is not used at this time".to_owned(),
            "Its trail, queue or bucket was moved on purpose".to_owned(),
        ],
        next: vec![
            "Look at the state of the source: the status page and GET /api/v1/sources say what it met last".to_owned(),
            "Look whether the trail still logs: aws cloudtrail get-trail-status".to_owned(),
            "Look who changed trail, bucket policy, queue or key last".to_owned(),
        ],
        evidence: Vec::new(),
    };
    KeyedFinding { about: Some(name.into()), finding }
}
