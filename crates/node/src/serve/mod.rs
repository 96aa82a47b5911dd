//! The service: sources → detection → findings → bus, and the server beside it.
//!
//! One thread runs the [`Ingestion`], fed by a thread a source; the bus and the server have threads of their own; one looks after
//! everything that happens by the clock. Each has a connection of its own to the state, so that none waits for another's reading.

mod bus;
mod detections;
mod feed;
mod findings;
mod intake;
mod open;
mod rules;
mod search;
mod sources;
mod vitals;
mod warden;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::runtime::Runtime;
use watchfire_dispatch::Bus;
use watchfire_server::live::Live;
use watchfire_server::{Parts, Server};
use watchfire_state::{HubStore, State};
use watchfire_trust::PasswordCost;

use self::detections::Detections;
use self::feed::Arrivals;
use self::findings::Teller;
use self::sources::{Brought, Sources};
use self::vitals::Vitals;
use self::warden::Warden;
use crate::config::Config;
use crate::data::hinted;
use crate::ingest::now;
use crate::people::{People, seal_key};
use crate::{DataPlace, IngestOptions, Ingestion, Meter};

/// A service that is ready: it listens, and sources and deliveries are under way.
pub struct Service {
    place: DataPlace,
    /// None after its run failed, until it is opened again.
    ingestion: Option<Ingestion>,
    newest: Arc<AtomicU64>,
    options: IngestOptions,
    detections: Arc<Detections>,
    sources: Arc<Sources>,
    brought: Option<Receiver<Brought>>,
    bus: Bus,
    state: Arc<State>,
    live: Arc<Live>,
    home: watchfire_model::arn::Home,
    meter: Arc<Meter>,
    counts: Counts,
    warden: Warden,
    server: Option<Server>,
    runtime: Runtime,
    signs: Signs,
    /// What a browser is pointed at.
    pub url: String,
    /// What makes the first admin, where there is none yet: to be opened once, and not much later.
    pub setup_url: Option<String>,
    /// SHA-256 of the certificate, as browsers show it; none without TLS.
    pub fingerprint: Option<String>,
}

/// What others count.
#[derive(Debug, Clone, Default)]
struct Counts {
    epochs: Arc<AtomicU64>,
    findings: Arc<AtomicU64>,
    trouble: Arc<Mutex<Option<String>>>,
}

/// What is to end.
#[derive(Debug, Clone, Default)]
struct Signs {
    /// The service.
    stop: Arc<AtomicBool>,
    /// The run, to begin with other rules.
    anew: Arc<AtomicBool>,
}

/// Time for deliveries under way when the service ends.
const FAREWELL: Duration = Duration::from_secs(5);

/// After a failure the service waits so long, doubled with each that follows, at most so long.
const REST: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));

/// Ends a service from another thread.
#[derive(Debug, Clone)]
pub struct Stopper(Arc<AtomicBool>);

impl Stopper {
    /// Ends it.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Service {
    /// Opens everything a configuration names. Nothing is read and nobody is answered before [`Service::run`].
    ///
    /// # Errors
    /// When something named cannot be opened, or the address cannot be had.
    pub fn start(config: &Config) -> anyhow::Result<Service> {
        let place = config.place()?;
        let ingestion = Ingestion::open(&place)?;
        let detections = Arc::new(Detections::load(config.rules(), config.detect.min_severity)?);
        let home = config.organisation.home();
        let bus = open::bus(config, &place)?;
        let bus_rules = rules::BusFiles::new(config.bus.rules.iter().map(|path| config.path(path)).collect());
        bus_rules.refresh(&bus)?;
        let spool = open::spool(&place)?;
        let (sources, brought) = Sources::start(open::sources(config, &place, &spool)?)?;
        let sources = Arc::new(sources);
        let live = Arc::new(Live::new(&format!("r{}", now().millis())));
        let state = Arc::new(State::open(place.state_file()).map_err(hinted)?);
        state.set_hub_home(&home).map_err(hinted)?;
        let (meter, counts, signs) = (Arc::new(Meter::default()), Counts::default(), Signs::default());
        let search = search::LakeSearch::new(place.lake().clone(), watchfire_lake::SessionLimits::default(), ingestion.newest())?;
        let vitals = Vitals {
            sources: sources.clone(),
            bus: bus.clone(),
            meter: meter.clone(),
            epochs: counts.epochs.clone(),
            findings: counts.findings.clone(),
            trouble: counts.trouble.clone(),
        };
        let parts = Parts {
            state: state.clone(),
            search: Arc::new(search),
            sources: sources.clone(),
            intake: Arc::new(intake::SpoolIntake::new(config, spool)),
            rules: detections.clone(),
            bus: Arc::new(bus::BusDesk { bus: bus.clone(), home: home.clone() }),
            vitals: Arc::new(vitals),
            live: live.clone(),
            home: home.clone(),
            seal: seal_key(place.folder())?,
            password_cost: PasswordCost::default(),
            clock: Arc::new(now),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("server").build().context("starting threads")?;
        let server = runtime.block_on(Server::bind(config.listening()?, parts))?;
        let url = server.url();
        let setup_url = People::open(&place)?.setup()?.map(|secret| format!("{url}/setup#{}", secret.reveal()));
        let warden =
            Warden::new(config, (&place, state.clone()), detections.clone(), bus.clone(), bus_rules, sources.clone(), signs.clone());
        let options = IngestOptions { threads: config.detect.threads, ..IngestOptions::default() };
        Ok(Service {
            newest: ingestion.newest(),
            ingestion: Some(ingestion),
            place,
            options,
            detections,
            sources,
            brought: Some(brought),
            bus,
            state,
            live,
            home,
            meter,
            counts,
            warden,
            url,
            setup_url,
            fingerprint: server.fingerprint().map(str::to_owned),
            server: Some(server),
            runtime,
            signs,
        })
    }

    /// What ends it from another thread.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.signs.stop.clone())
    }

    /// Reads, judges, tells and answers until it is stopped: by Ctrl-C, by SIGTERM, or by a [`Stopper`].
    ///
    /// # Errors
    /// When findings of before could not be told of, or the server ended by itself; what is true stays true.
    pub fn run(mut self) -> anyhow::Result<()> {
        let signs = self.signs.clone();
        let served = self.server.take().map(|server| {
            let stop = signs.stop.clone();
            self.runtime.spawn(server.serve(async move { ended(&stop).await }))
        });
        let warden = self.warden.start()?;
        let outcome = self.ingest();
        signs.stop.store(true, Ordering::Release);
        self.sources.stop();
        if warden.join().is_err() {
            tracing::error!("bug: the thread that looks after the clock has panicked");
        }
        if let Some(served) = served {
            self.runtime.block_on(served).context("the server ended otherwise than it should")?;
        }
        if !self.bus.shutdown(FAREWELL) {
            tracing::info!("deliveries were under way; they are made again after the next start");
        }
        outcome
    }

    /// Run after run, each with the rules of its time.
    fn ingest(&mut self) -> anyhow::Result<()> {
        let Some(brought) = self.brought.take() else { return Ok(()) };
        let teller = Teller {
            state: self.state.clone(),
            bus: self.bus.clone(),
            live: self.live.clone(),
            home: self.home.clone(),
            epochs: self.counts.epochs.clone(),
            findings: self.counts.findings.clone(),
        };
        teller.tell_what_was_not()?;
        let (options, meter) = (self.options.clone(), self.meter.clone());
        let mut arrivals = Arrivals {
            sources: self.sources.clone(),
            brought,
            bus: self.bus.clone(),
            teller,
            stop: self.signs.stop.clone(),
            anew: self.signs.anew.clone(),
            own: self.warden.own_findings(),
            trouble: self.counts.trouble.clone(),
            under_way: HashMap::new(),
        };
        let mut rest = REST.0;
        while !self.signs.stop.load(Ordering::Acquire) {
            self.signs.anew.store(false, Ordering::Release);
            let engine = self.detections.engine();
            let begin = Instant::now();
            let run = self.opened().and_then(|ingestion| ingestion.follow(&engine, &options, &meter, &mut arrivals));
            if let Err(error) = run {
                if begin.elapsed() > REST.1 {
                    rest = REST.0;
                }
                self.wait_for_better(&error, &mut arrivals, rest);
                rest = (rest * 2).min(REST.1);
            }
        }
        Ok(())
    }

    /// The ingestion; opened anew where its last run failed: what it had in memory may not be what became true.
    fn opened(&mut self) -> anyhow::Result<&mut Ingestion> {
        if self.ingestion.is_none() {
            self.ingestion = Some(Ingestion::open(&self.place)?.telling(self.newest.clone()));
        }
        self.ingestion.as_mut().context("bug: the ingestion was just opened")
    }

    /// A full disk is emptied, a bucket answers again: until then nothing is taken in, `/readyz` says why, and sources keep what they have.
    fn wait_for_better(&mut self, error: &anyhow::Error, arrivals: &mut Arrivals, rest: Duration) {
        let why = format!("{error:#}");
        tracing::error!("records cannot be taken in: {why}; the next try is in {} s", rest.as_secs());
        arrivals.give_back(&why);
        *self.counts.trouble.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(why);
        self.ingestion = None;
        let begin = Instant::now();
        while begin.elapsed() < rest && !self.signs.stop.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Waits until the service is to end, and says so to everybody.
async fn ended(stop: &AtomicBool) {
    use tokio::signal::unix::{SignalKind, signal};
    let mut told = match signal(SignalKind::terminate()) {
        Ok(told) => told,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be heard");
            return stopped(stop).await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = told.recv() => {}
        () = stopped(stop) => {}
    }
    stop.store(true, Ordering::Release);
}

async fn stopped(stop: &AtomicBool) {
    while !stop.load(Ordering::Acquire) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl Config {
    /// Where everything is kept.
    ///
    /// # Errors
    /// When the lake's place is none.
    pub fn place(&self) -> anyhow::Result<DataPlace> {
        let lake = match self.data.lake.parse().map_err(anyhow::Error::msg)? {
            crate::LakePlace::Folder(folder) => crate::LakePlace::Folder(self.path(&folder)),
            bucket => bucket,
        };
        DataPlace::new(lake, self.data.state.as_ref().map(|state| self.path(state)))
    }

    /// Which rules are loaded.
    fn rules(&self) -> crate::Rules {
        let paths = |paths: &[std::path::PathBuf]| paths.iter().map(|path| self.path(path)).collect();
        crate::Rules { pack: self.detect.pack, proof: true, folders: paths(&self.detect.rules), lists: paths(&self.detect.lists) }
    }
}
