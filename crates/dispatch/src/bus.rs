//! The handle that everybody else has of the bus.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use watchfire_bus::AwsError;
use watchfire_bus::deliver::{Accepted, Delivery, DeliveryId, Matched, Origin, Rulebook, Seen};
use watchfire_bus::event::{PutRequest, PutResponse, put_events};
use watchfire_bus::rules::{Change, State};
use watchfire_bus::store::{DeliveryFilter, DeliveryPage, StageKind, Store};
use watchfire_bus::target;
use watchfire_model::EventTime;

use crate::chores::Chores;
use crate::engine::Engine;
use crate::rules::internal;
use crate::{Error, Health, Outside, Settings, clerk};

/// Threads that wait for the network.
const NETWORK_THREADS: usize = 2;

/// The bus at work: it takes events in, answers the `events` API, and sends what is due. Cheap to clone; the last one that is dropped
/// stops it at once, and what was under way is sent again after the next start.
#[derive(Clone)]
pub struct Bus(Arc<Running>);

struct Running {
    engine: Arc<Engine>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    runtime: Option<Runtime>,
    /// Those that begin something.
    begin: Vec<JoinHandle<()>>,
    /// The one that writes down what came of it.
    end: Option<JoinHandle<()>>,
}

/// What a thread of the bus does.
type Work = Box<dyn FnOnce(&Arc<Engine>) + Send>;

impl Bus {
    /// Loads what was kept and begins to send what is due.
    ///
    /// # Errors
    /// What was kept cannot be read, a setting makes no sense, or the system gives no threads.
    pub fn start(store: Arc<dyn Store>, settings: Settings, outside: Outside) -> Result<Bus, Error> {
        let (engine, finished) = Engine::new(store, settings, outside)?;
        let engine = Arc::new(engine);
        let failed = |source| Error::System { what: "the threads of the bus", source };
        let runtime = Builder::new_multi_thread().worker_threads(NETWORK_THREADS).thread_name("bus-net").enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let mut chores = Chores::new(&engine)?;
        let spawn = |name: &str, work: Work| {
            let engine = Arc::clone(&engine);
            std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&engine)).map_err(failed)
        };
        let handle = runtime.handle().clone();
        let end = Some(spawn("bus-settle", Box::new(move |engine| clerk::settle(engine, &finished)))?);
        let begin = vec![
            spawn("bus-lend", Box::new(move |engine| clerk::lend(engine, &handle)))?,
            spawn("bus-chores", Box::new(move |engine| chores.run(engine)))?,
        ];
        Ok(Bus(Arc::new(Running { engine, threads: Mutex::new(Threads { runtime: Some(runtime), begin, end }) })))
    }

    fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The rules in force, compiled, for threads that match by themselves: see [`Rulebook::matched_call`]. Ask for it now and then, for
    /// instance for each object: it is cheap while nothing has changed.
    pub fn rulebook(&self) -> Arc<Rulebook> {
        self.engine().rules.book()
    }

    /// Takes events in. When this returns, they may be acknowledged: their deliveries survive any crash.
    ///
    /// # Errors
    /// Nothing was written; taking them in again does no harm.
    pub fn accept(&self, events: &[Seen<'_>]) -> Result<Accepted, Error> {
        Ok(self.engine().accept(events)?)
    }

    /// Writes down what events gave that were matched already and are in no epoch.
    ///
    /// # Errors
    /// Nothing was written.
    pub fn write(&self, matched: Matched) -> Result<Accepted, Error> {
        let accepted = self.engine().courier.write(matched)?;
        self.engine().told(&accepted);
        Ok(accepted)
    }

    /// Says that deliveries were written down by somebody else, such as the commit of an epoch, so that they are sent at once.
    pub fn wake(&self) {
        self.engine().due.ring();
    }

    /// Carries out an operation of the `events` API, PutEvents among them, by its name and the JSON text of its request. What it changed
    /// is kept when this returns.
    ///
    /// # Errors
    /// AWS's error; nothing changed.
    pub fn call(&self, operation: &str, body: &str) -> Result<String, AwsError> {
        let engine = self.engine();
        if operation == "PutEvents" {
            let request = serde_json::from_str(body)
                .map_err(|fault| AwsError { code: "SerializationException", message: format!("The request cannot be read: {fault}") })?;
            return Ok(serde_json::to_string(&self.put(request)?).expect("responses have a JSON form"));
        }
        if operation == "DescribeArchive" {
            // Asked for by people who look at its count.
            if let Some(name) = archive_name(body) {
                crate::chores::count_archive(engine, &name).map_err(|error| internal(&error))?;
            }
        }
        let (changes, response) = engine.rules.call(&*engine.store, operation, body, engine.clock().now(), &mut Engine::chance())?;
        self.after(&changes)?;
        Ok(response)
    }

    /// What changes of the state bring with them.
    fn after(&self, changes: &[Change]) -> Result<(), AwsError> {
        let engine = self.engine();
        for change in changes {
            if let Change::Archive { name, now: None } = change {
                engine.store.forget_archived(name, EventTime(i64::MAX)).map_err(|error| internal(&error))?;
            }
        }
        if !changes.is_empty() {
            engine.chores.ring();
            // A target that was missing may be there now.
            engine.due.ring();
        }
        Ok(())
    }

    /// Takes in events that users hand in. Those with an id in the answer, and their deliveries, survive any crash from then on.
    ///
    /// # Errors
    /// AWS's error for the whole request.
    pub fn put(&self, request: PutRequest) -> Result<PutResponse, AwsError> {
        let engine = self.engine();
        let (settings, now) = (&engine.settings, engine.clock().now());
        let (accepted, response) = put_events(request, &settings.home, &settings.limits, now, &mut Engine::chance())?;
        let seen: Vec<Seen<'_>> = accepted.iter().map(|one| Seen { bus: &one.bus, event: &one.event, origin: Origin::default() }).collect();
        engine.accept(&seen).map_err(|error| internal(&error))?;
        Ok(response)
    }

    /// Looks at the state of the bus: buses, rules, targets and so on. Nothing changes meanwhile, so be quick.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.engine().rules.state())
    }

    /// Exchanges our own targets, as when the configuration was read anew.
    pub fn set_targets(&self, targets: BTreeMap<String, target::Settings>) {
        self.engine().set_targets(targets);
    }

    /// How the bus and its targets do.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub fn health(&self) -> Result<Health, Error> {
        let engine = self.engine();
        let tallies = engine.store.tallies()?;
        let fails = engine.ledger_fails.load(Ordering::Acquire);
        Ok(engine.pulse.health(tallies, |target| engine.in_flight.count(target), fails))
    }

    /// Deliveries, the last written first.
    ///
    /// # Errors
    /// They cannot be read, or the token is none that was given out.
    pub fn deliveries(&self, filter: &DeliveryFilter) -> Result<DeliveryPage, Error> {
        Ok(self.engine().store.deliveries(filter)?)
    }

    /// One delivery.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, Error> {
        Ok(self.engine().store.get(id)?)
    }

    /// Brings a delivery that was given up on its way again; false where there is none.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn redrive(&self, id: &DeliveryId) -> Result<bool, Error> {
        let engine = self.engine();
        let found = engine.courier.redrive(id, engine.clock().now())?;
        engine.due.ring();
        Ok(found)
    }

    /// Brings everything that was given up before now on its way again, or what of it went to one target, and says how much that was.
    ///
    /// # Errors
    /// It cannot be kept; some may be on their way.
    pub fn redrive_all(&self, target: Option<&str>) -> Result<u64, Error> {
        let mut filter = DeliveryFilter { stage: Some(StageKind::Dead), target: target.map(str::to_owned), ..DeliveryFilter::default() };
        let mut count = 0;
        loop {
            let page = self.deliveries(&filter)?;
            for delivery in &page.items {
                count += u64::from(self.redrive(&delivery.id)?);
            }
            filter.token = page.next;
            if filter.token.is_none() {
                return Ok(count);
            }
        }
    }

    /// Stops: nothing new is lent, and what is under way may end within a time. What does not is sent again after the next start.
    /// Whether everything ended is said.
    pub fn shutdown(&self, within: Duration) -> bool {
        self.0.stop(within)
    }
}

fn archive_name(body: &str) -> Option<String> {
    let request: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(request.get("ArchiveName")?.as_str()?.to_owned())
}

impl Running {
    fn stop(&self, within: Duration) -> bool {
        let engine = &self.engine;
        let began = Instant::now();
        engine.stopping.store(true, Ordering::Release);
        engine.due.ring();
        engine.chores.ring();
        let Threads { runtime, begin, end } = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in begin {
            drop(thread.join());
        }
        while engine.in_flight.count(None) > 0 && began.elapsed() < within {
            std::thread::sleep(Duration::from_millis(5));
        }
        let is_idle = engine.in_flight.count(None) == 0;
        // Ending the runtime breaks off what is still under way; each attempt says so, and the last of them lets the threads end.
        if let Some(runtime) = runtime {
            runtime.shutdown_background();
        }
        if let Some(thread) = end.filter(|_| is_idle) {
            drop(thread.join());
        }
        is_idle
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}
