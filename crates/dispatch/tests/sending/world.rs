//! A bus over a file, and what tests do with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_bus::deliver::Delivery;
use watchfire_bus::retry::Backoff;
use watchfire_bus::store::{DeliveryFilter, StageKind};
use watchfire_bus::target;
use watchfire_dispatch::{Bus, Clock, Outside, Settings, SystemClock};
use watchfire_model::EventTime;
use watchfire_model::arn::Home;
use watchfire_state::State;

/// The system's clock, moved on by a test.
#[derive(Debug, Default)]
pub struct Hands(AtomicI64);

impl Hands {
    pub fn turn(&self, by: Duration) {
        self.0.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> EventTime {
        EventTime(SystemClock.now().millis() + self.0.load(Ordering::SeqCst))
    }
}

pub struct World {
    pub bus: Bus,
    pub hands: Arc<Hands>,
    pub state: Arc<State>,
    pub folder: tempfile::TempDir,
}

pub fn home() -> Home {
    Home::new("111122223333", "eu-central-1")
}

/// Settings for stand-ins on this machine, with short waits.
pub fn settings() -> Settings {
    let backoff = Backoff { first: Duration::from_millis(20), longest: Duration::from_secs(480) };
    Settings { allowed: vec!["127.0.0.1".to_owned()], backoff, ..Settings::new(home()) }
}

impl World {
    pub fn new(settings: Settings) -> World {
        World::with(settings, Outside::default())
    }

    pub fn with(settings: Settings, outside: Outside) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let state = Arc::new(State::open(folder.path().join("state.db")).expect("a new file"));
        let hands = Arc::new(Hands::default());
        let settings = Settings { folder: Some(folder.path().join("logs")), ..settings };
        let outside = Outside { clock: hands.clone(), ..outside };
        let bus = Bus::start(state.clone(), settings, outside).expect("started");
        World { bus, hands, state, folder }
    }

    pub fn call(&self, operation: &str, body: Value) -> Value {
        let answer = self.bus.call(operation, &body.to_string()).unwrap_or_else(|error| panic!("{operation}: {error}"));
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert!(answer.get("FailedEntryCount").is_none_or(|count| count == 0), "{operation}: {answer}");
        answer
    }

    /// A rule that sends what has a source to a target.
    pub fn rule(&self, source: &str, arn: &str, more: Value) {
        self.call("PutRule", json!({ "Name": source, "EventPattern": json!({ "source": [source] }).to_string() }));
        let mut target = json!({ "Id": "t", "Arn": arn });
        for (name, value) in more.as_object().expect("an object") {
            target[name] = value.clone();
        }
        self.call("PutTargets", json!({ "Rule": source, "Targets": [target] }));
    }

    /// An API destination with an API key, by its ARN.
    pub fn destination(&self, name: &str, url: &str, more: Value) -> String {
        let auth = json!({ "ApiKeyAuthParameters": { "ApiKeyName": "x-key", "ApiKeyValue": "k" } });
        let made = self.call("CreateConnection", json!({ "Name": name, "AuthorizationType": "API_KEY", "AuthParameters": auth }));
        self.destination_over(made["ConnectionArn"].as_str().expect("an ARN"), name, url, more)
    }

    pub fn destination_over(&self, connection: &str, name: &str, url: &str, more: Value) -> String {
        let mut body = json!({ "Name": name, "ConnectionArn": connection, "InvocationEndpoint": url, "HttpMethod": "POST" });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        self.call("CreateApiDestination", body)["ApiDestinationArn"].as_str().expect("an ARN").to_owned()
    }

    /// Events of a source, numbered.
    pub fn put(&self, source: &str, numbers: std::ops::Range<usize>) {
        for chunk in numbers.collect::<Vec<_>>().chunks(10) {
            let entry = |number: &usize| json!({ "Source": source, "DetailType": "test", "Detail": json!({ "n": number }).to_string() });
            self.call("PutEvents", json!({ "Entries": chunk.iter().map(entry).collect::<Vec<_>>() }));
        }
    }

    pub fn deliveries(&self, source: &str, stage: Option<StageKind>) -> Vec<Delivery> {
        let filter = DeliveryFilter { rule: Some(source.to_owned()), stage, limit: 100_000, ..DeliveryFilter::default() };
        self.bus.deliveries(&filter).expect("read").items
    }

    /// Waits until so many deliveries of a source are in a stage.
    pub fn await_stage(&self, source: &str, stage: StageKind, count: usize) {
        self.until(&format!("{count} of {source} {}", stage.as_str()), || self.deliveries(source, Some(stage)).len() == count);
    }

    /// Waits until something is so; a minute is for loaded machines.
    pub fn until(&self, what: &str, mut is: impl FnMut() -> bool) {
        let began = Instant::now();
        while !is() {
            assert!(began.elapsed() < Duration::from_secs(60), "{what}: {:#?}", self.bus.health());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The ARN of a target of the configuration.
pub fn own(name: &str) -> String {
    format!("arn:aws:watchfire:eu-central-1:111122223333:target/{name}")
}

/// A webhook.
pub fn webhook(url: &str) -> target::Settings {
    target::Webhook { url: url.to_owned(), secret: watchfire_bus::rules::Secret("s".to_owned()) }.into()
}
