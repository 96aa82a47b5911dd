//! A server with a state in memory and stand-ins for a node.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use watchfire_bus::AwsError;
use watchfire_bus::deliver::Delivery;
use watchfire_bus::event::{Limits as EventLimits, PutRequest, PutResponse, put_events};
use watchfire_bus::rules::{Context, Quotas, State as BusState, call};
use watchfire_bus::store::{DeliveryFilter, DeliveryPage, StoreError, Tally};
use watchfire_hub::asff::Asff;
use watchfire_model::EventTime;
use watchfire_model::arn::Home;
use watchfire_state::{State, TrustStore};
use watchfire_trust::audit::Act;
use watchfire_trust::{NewToken, NewUser, PasswordCost, Passwords, Role, Scopes, SealKey, Secret, TokenWish};

use super::Client;
use crate::live::Live;
use crate::outside::bus::Bus;
use crate::outside::intake::{Batch, Intake, IntakeError, Protocol};
use crate::outside::rules::{Detection, RuleProblem, Rules};
use crate::outside::search::{Column, Question, Rows, Search, SearchError, Table};
use crate::outside::sources::{SourceHealth, SourceState, Sources};
use crate::outside::vitals::{Family, Vitals};
use crate::{Limits, Parts, Server, Settings, Stop, chance};

/// The password of every user in the tests.
pub const PASSWORD: &str = "correct horse battery staple";

/// As cheap as it goes, for tests log in often.
pub const COST: PasswordCost = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };

/// A running server and what stands behind it.
pub struct World {
    pub client: Client,
    pub state: Arc<State>,
    pub node: Arc<Node>,
    pub live: Arc<Live>,
    pub now: Arc<AtomicI64>,
    pub url: String,
    pub stop: Option<oneshot::Sender<()>>,
    pub runtime: Option<Runtime>,
    pub fingerprint: Option<String>,
}

/// A batch that was kept: its source, its id, its parts.
pub type Kept = (String, String, Vec<Vec<u8>>);

/// What a node knows, as tests set it.
pub struct Node {
    pub sources: Mutex<Vec<SourceHealth>>,
    pub batches: Mutex<Vec<Kept>>,
    pub is_full: AtomicBool,
    pub bus: Mutex<BusState>,
    pub put: Mutex<Vec<String>>,
    pub told: Mutex<Vec<Asff>>,
    pub deliveries: Mutex<Vec<Delivery>>,
    pub stopped: Arc<AtomicBool>,
    pub detections: Mutex<Vec<Detection>>,
}

pub fn home() -> Home {
    Home::new("111122223333", "eu-central-1")
}

impl World {
    pub fn new() -> World {
        World::with(|_| ())
    }

    pub fn with(change: impl FnOnce(&mut Settings)) -> World {
        let mut settings = Settings { listen: "127.0.0.1:0".parse().expect("an address"), ..Settings::default() };
        settings.limits = Limits { farewell_max: Duration::from_secs(2), ..Limits::default() };
        change(&mut settings);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let state = Arc::new(State::in_memory().expect("a state"));
        let node = Arc::new(Node {
            sources: Mutex::default(),
            batches: Mutex::default(),
            is_full: AtomicBool::new(false),
            bus: Mutex::new(BusState::new(home(), Quotas::default())),
            put: Mutex::default(),
            told: Mutex::default(),
            deliveries: Mutex::default(),
            stopped: Arc::default(),
            detections: Mutex::default(),
        });
        let live = Arc::new(Live::new("run"));
        // Signatures of AWS's own clients are made with the real clock.
        let real = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis();
        let now = Arc::new(AtomicI64::new(i64::try_from(real).expect("before the year 292 million")));
        let parts = lent(&state, &node, &live, &now);
        let server = runtime.block_on(Server::bind(settings, parts)).expect("a free port");
        let (address, url, fingerprint) = (server.address(), server.url(), server.fingerprint().map(str::to_owned));
        let (stop, stopped) = oneshot::channel::<()>();
        runtime.spawn(server.serve(async move { drop(stopped.await) }));
        let client = Client::new(address);
        World { client, state, node, live, now, url, stop: Some(stop), runtime: Some(runtime), fingerprint }
    }

    pub fn now(&self) -> EventTime {
        EventTime(self.now.load(Ordering::SeqCst))
    }

    /// Makes a user with a password.
    pub fn user(&self, name: &str, role: Role) -> watchfire_trust::User {
        let passwords = Passwords::new(COST, [0; 32]).expect("a cost");
        let password = Some(passwords.hash(&Secret::new(PASSWORD), chance::bytes()));
        let user = NewUser { name: name.parse().expect("a name"), role, password };
        self.state.add_user(&user, self.now(), Act::by("test", "user.add", self.now())).expect("a new user")
    }

    /// A caller with a token of a new user of this role.
    pub fn as_role(&self, role: Role) -> Client {
        let user = self.user(&format!("u{:x}", chance::number()), role);
        self.client.token(&self.token(&user, Scopes::All))
    }

    pub fn token(&self, user: &watchfire_trust::User, scopes: Scopes) -> String {
        let wish = TokenWish { label: "test".into(), role: user.role, scopes, lives: None };
        let (token, text) = NewToken::issue(user, wish, chance::bytes(), self.now()).expect("a token");
        self.state.add_token(&token, Act::by("test", "token.add", self.now())).expect("kept");
        text.reveal().to_owned()
    }
}

/// What a node lends.
fn lent(state: &Arc<State>, node: &Arc<Node>, live: &Arc<Live>, now: &Arc<AtomicI64>) -> Parts {
    let now = now.clone();
    Parts {
        state: state.clone(),
        search: node.clone(),
        sources: node.clone(),
        intake: node.clone(),
        rules: node.clone(),
        bus: node.clone(),
        vitals: node.clone(),
        live: live.clone(),
        home: home(),
        seal: SealKey::new([7; 32]),
        password_cost: COST,
        clock: Arc::new(move || EventTime(now.load(Ordering::SeqCst))),
    }
}

/// The same once more, for another server.
pub fn parts(world: &World) -> Parts {
    lent(&world.state, &world.node, &world.live, &world.now)
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_millis(500));
        }
    }
}

impl Sources for Node {
    fn health(&self) -> Vec<SourceHealth> {
        self.sources.lock().expect("whole").clone()
    }
}

/// A source that does well.
pub fn source(name: &str) -> SourceHealth {
    SourceHealth {
        name: name.to_owned(),
        kind: "s3".to_owned(),
        place: "s3://logs/AWSLogs/".to_owned(),
        state: SourceState::Running,
        problem: None,
        lag_seconds: Some(1.5),
        last_object: Some("a.json.gz".to_owned()),
        last_time: None,
        objects: 1,
        records: 2,
        rejects: 0,
    }
}

impl Intake for Node {
    fn source(&self, name: &str) -> Option<Protocol> {
        match name {
            "fh" => Some(Protocol::Firehose),
            "js" => Some(Protocol::Json),
            "eb" => Some(Protocol::Eventbridge),
            _ => None,
        }
    }

    fn append(&self, batch: Batch<'_>) -> Result<(), IntakeError> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(IntakeError::Full { after: Duration::from_secs(7) });
        }
        let parts = batch.parts.iter().map(|part| part.to_vec()).collect();
        self.batches.lock().expect("whole").push((batch.source.to_owned(), batch.id.to_owned(), parts));
        Ok(())
    }
}

impl Search for Node {
    fn tables(&self) -> Result<Vec<Table>, SearchError> {
        let columns = vec![Column { name: "eventname".into(), kind: "varchar".into() }];
        Ok(vec![Table { name: "cloudtrail".into(), columns }])
    }

    fn run(&self, question: &Question<'_>, stop: &Stop) -> Result<Rows, SearchError> {
        match question.sql {
            "slow" => {
                for _ in 0..1000 {
                    if stop.is_stopped() {
                        self.stopped.store(true, Ordering::SeqCst);
                        return Err(SearchError::Stopped);
                    }
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(SearchError::TooLong)
            }
            "panic" => panic!("a bug, on purpose"),
            sql if sql.starts_with("select") => {
                let columns = vec![Column { name: "n".into(), kind: "bigint".into() }];
                Ok(Rows { columns, rows: vec![vec![1.into()], vec!["\u{9b}31m<b>".into()]], is_truncated: false, elapsed_ms: 1 })
            }
            sql => Err(SearchError::Text { message: format!("unexpected {sql:?}"), line: 1, column: 1, hint: None }),
        }
    }
}

impl Rules for Node {
    fn list(&self) -> Vec<Detection> {
        self.detections.lock().expect("whole").clone()
    }

    fn text(&self, id: &str) -> Option<String> {
        self.list().iter().any(|rule| rule.id == id).then(|| format!("title: {id}"))
    }

    fn check(&self, text: &str) -> Vec<RuleProblem> {
        let is_good = text.contains("title");
        let problem = RuleProblem {
            is_error: true,
            code: "no_title".into(),
            message: "the rule has no title".into(),
            place: String::new(),
            line: 1,
            hint: Some("add one".into()),
        };
        if is_good { Vec::new() } else { vec![problem] }
    }

    fn problems(&self) -> Vec<RuleProblem> {
        Vec::new()
    }
}

impl Vitals for Node {
    fn unready(&self) -> Vec<String> {
        if self.is_full.load(Ordering::SeqCst) { vec!["the disk is full".into()] } else { Vec::new() }
    }

    fn families(&self) -> Vec<Family> {
        Vec::new()
    }
}

impl Bus for Node {
    fn call(&self, operation: &str, body: &str) -> Result<String, AwsError> {
        let mut state = self.bus.lock().expect("whole");
        let (mut chance, now) = (chance::number, EventTime(1_772_442_847_000));
        let mut context = Context { now, chance: &mut chance };
        let (changes, answer) = call(&state, operation, body, &mut context)?;
        state.apply(changes);
        Ok(answer)
    }

    fn put(&self, request: PutRequest) -> Result<PutResponse, AwsError> {
        let (mut chance, now) = (chance::number, EventTime(1_772_442_847_000));
        let (accepted, response) = put_events(request, &home(), &EventLimits::default(), now, &mut chance)?;
        self.put.lock().expect("whole").extend(accepted.into_iter().map(|one| one.event.detail_type));
        Ok(response)
    }

    fn deliveries(&self, filter: &DeliveryFilter) -> Result<DeliveryPage, StoreError> {
        let all = self.deliveries.lock().expect("whole");
        let from: usize = match &filter.token {
            None => 0,
            Some(token) => token.parse().map_err(StoreError::new)?,
        };
        let kept = all.iter().filter(|one| filter.stage.is_none_or(|stage| one.stage.kind() == stage));
        let items: Vec<Delivery> = kept.skip(from).take(filter.limit).cloned().collect();
        let next = (from + items.len() < all.len() && !items.is_empty()).then(|| (from + items.len()).to_string());
        Ok(DeliveryPage { items, next })
    }

    fn delivery(&self, id: &str) -> Result<Option<Delivery>, StoreError> {
        Ok(self.deliveries.lock().expect("whole").iter().find(|one| one.id.as_str() == id).cloned())
    }

    fn redrive(&self, _: &str) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn redrive_all(&self) -> Result<u64, StoreError> {
        Ok(3)
    }

    fn findings_changed(&self, documents: &[Asff]) -> Result<(), StoreError> {
        self.told.lock().expect("whole").extend_from_slice(documents);
        Ok(())
    }

    fn tally(&self) -> Result<Vec<Tally>, StoreError> {
        Ok(vec![Tally { target: "arn:aws:sqs:eu-central-1:111122223333:q".into(), due: 1, delivered: 2000, dead: 3 }])
    }
}
