//! Records whose time, place and content are decided beforehand: those of the stories, and sessions opened across accounts.
//!
//! Everything else in a file is drawn when the file is written. These are kept in memory, a few thousand at most, and
//! are mixed in where they belong.

mod handshake;

pub(crate) use handshake::handshakes;

use crate::Story;
use crate::agent::Agent;
use crate::call::{self, Call};
use crate::fill::{Hole, Scene};
use crate::place::Place;
use crate::random::{Random, mix, text};
use crate::record::{Facts, Outcome};
use crate::session::{Role, Scope, Session};
use crate::world::World;
use std::sync::Arc;

/// How a placed call ends.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    Done,
    Refused,
    /// Code and message.
    Failed(&'static str, String),
}

/// Which story a record belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label {
    pub(crate) story: Story,
    pub(crate) step: u32,
    pub(crate) technique: &'static str,
}

/// One record decided beforehand.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) place: Place,
    pub(crate) time: i64,
    pub(crate) call: &'static Call,
    pub(crate) caller: Arc<Session>,
    pub(crate) subject: Arc<Session>,
    pub(crate) app: usize,
    pub(crate) ending: Ending,
    pub(crate) bindings: Vec<(Hole, String)>,
    pub(crate) event_id: String,
    pub(crate) shared_id: Option<String>,
    pub(crate) label: Option<Label>,
}

impl Placed {
    /// Writes the record, through the same hand as all others.
    pub(crate) fn write(&self, world: &World, random: &mut Random, out: &mut Vec<u8>) {
        let scene = Scene { world, place: self.place, now: self.time, app: self.app, caller: &self.caller, subject: &self.subject };
        let outcome = match &self.ending {
            Ending::Done => Outcome::Done,
            Ending::Refused => Outcome::Refused,
            Ending::Failed(code, message) => Outcome::Told(code, message),
        };
        let facts = Facts { outcome, bindings: &self.bindings, event_id: Some(&self.event_id), shared_id: self.shared_id.as_deref() };
        crate::record::write(self.call, &scene, &facts, random, out);
    }
}

/// A step of a story, in words.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) step: u32,
    pub(crate) technique: &'static str,
    pub(crate) words: String,
    pub(crate) time: i64,
}

/// Tells one story: keeps the clock, the step and the chance.
pub(crate) struct Teller<'w> {
    pub(crate) world: &'w World,
    pub(crate) random: Random,
    pub(crate) clock: i64,
    /// Seconds between two calls, from and to.
    pub(crate) pace: (u64, u64),
    /// The application at the heart of the story.
    pub(crate) app: usize,
    pub(crate) placed: Vec<Placed>,
    pub(crate) told: Vec<Told>,
    story: Story,
    technique: &'static str,
}

/// What a call of a story says: holes and their contents.
pub(crate) type Says<'a> = &'a [(&'a str, &'a str)];

impl<'w> Teller<'w> {
    pub(crate) fn new(world: &'w World, story: Story, start: i64) -> Teller<'w> {
        let mut random = Random::new(mix(&[world.seed, 2, story as u64]));
        let app = random.below(12) as usize;
        Teller { world, random, clock: start, pace: (2, 9), app, placed: Vec::new(), told: Vec::new(), story, technique: "" }
    }

    /// Begins the next step of the story.
    pub(crate) fn step(&mut self, technique: &'static str, words: impl Into<String>) {
        debug_assert!(self.story.techniques().contains(&technique), "{} does not name {technique}", self.story);
        self.technique = technique;
        let step = self.told.len() as u32 + 1;
        self.told.push(Told { step, technique, words: words.into(), time: self.clock });
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, low: u64, high: u64) {
        self.clock += self.random.between(low, high) as i64;
        if let Some(told) =
            self.told.last_mut().filter(|told| self.placed.iter().all(|placed| placed.label.is_none_or(|label| label.step != told.step)))
        {
            told.time = self.clock;
        }
    }

    /// A call that succeeds.
    pub(crate) fn call(&mut self, who: &Session, place: Place, action: &str, says: Says<'_>) {
        self.place(who, who, place, action, says, Ending::Done);
    }

    /// A call that is refused.
    pub(crate) fn refused(&mut self, who: &Session, place: Place, action: &str, says: Says<'_>) {
        self.place(who, who, place, action, says, Ending::Refused);
    }

    /// A call that fails in a way of its own.
    pub(crate) fn failed(&mut self, who: &Session, place: Place, action: &str, says: Says<'_>, code: &'static str, message: String) {
        self.place(who, who, place, action, says, Ending::Failed(code, message));
    }

    /// A call that opens somebody's session.
    pub(crate) fn opens(&mut self, who: &Session, subject: &Session, place: Place, action: &str, says: Says<'_>) {
        self.place(who, subject, place, action, says, Ending::Done);
    }

    /// Takes up a role and goes on with its credentials.
    pub(crate) fn assume(&mut self, who: &Session, place: Place, account: usize, role: &str, name: &str) -> Session {
        let session = self.role(account, role, name, who);
        self.opens(who, &session, place, "sts:AssumeRole", &[]);
        session
    }

    /// Takes up a role of another account; both accounts are told of it.
    pub(crate) fn enter(&mut self, who: &Session, place: Place, account: usize, role: &str, name: &str) -> Session {
        let session = self.role(account, role, name, who);
        let home = &self.world.accounts[who.account].id;
        let visitor = Session::of_account(account, &who.principal, home, who.address.clone(), who.agent.clone());
        let (time, shared) = (self.clock, text(|out| self.random.uuid(out)));
        for (caller, account) in [(who, place.account), (&visitor, account)] {
            self.clock = time;
            self.opens(caller, &session, Place { account, ..place }, "sts:AssumeRole", &[]);
            if let Some(placed) = self.placed.last_mut() {
                placed.shared_id = Some(shared.clone());
            }
        }
        session
    }

    /// The session of a role that is about to be opened, in the same hands.
    pub(crate) fn role(&mut self, account: usize, role: &str, name: &str, like: &Session) -> Session {
        let key = self.world.unique("ASIA", account, role, self.clock as u64 ^ self.random.next());
        let role = Role { account, path: "/", name: role, session: name, started: self.clock, key, scope: Scope::Issued };
        Session::of_role(self.world, &role, like.address.clone(), like.agent.clone())
    }

    /// The session of a role of single sign-on, opened now, in the same hands.
    pub(crate) fn reserved(&mut self, account: usize, role: &str, name: &str, like: &Session) -> Session {
        let key = self.world.unique("ASIA", account, role, self.clock as u64 ^ self.random.next());
        let path = "/aws-reserved/sso.amazonaws.com/";
        let role = Role { account, path, name: role, session: name, started: self.clock, key, scope: Scope::Issued };
        Session::of_role(self.world, &role, like.address.clone(), like.agent.clone())
    }

    fn place(&mut self, who: &Session, subject: &Session, place: Place, action: &str, says: Says<'_>, ending: Ending) {
        let call = call::named(action);
        let place = if call.global { Place { region: crate::world::GLOBAL, ..place } } else { place };
        let step = self.told.last().map_or(0, |told| told.step);
        assert!(step > 0, "a story begins with a step");
        self.placed.push(Placed {
            place,
            time: self.clock,
            call,
            caller: Arc::new(who.clone()),
            subject: Arc::new(subject.clone()),
            app: self.app,
            ending,
            bindings: says.iter().map(|(name, value)| (Hole::named(name), (*value).to_owned())).collect(),
            event_id: text(|out| self.random.uuid(out)),
            shared_id: None,
            label: Some(Label { story: self.story, step, technique: self.technique }),
        });
        let (low, high) = self.pace;
        self.clock += self.random.between(low, high) as i64;
    }

    /// An address outside, where nobody of the organisation works.
    pub(crate) fn stranger(&mut self) -> String {
        let network = *self.random.pick(&["175.16.199.", "202.196.224.", "67.43.156.", "198.51.100.", "203.0.113."]);
        format!("{network}{}", self.random.between(2, 250))
    }

    /// Twelve digits of an account that is not the organisation's.
    pub(crate) fn foreign_account(&mut self) -> String {
        self.random.between(100_000_000_000, 999_999_999_999).to_string()
    }

    /// A user of an account with a leaked key, in strange hands.
    pub(crate) fn leaked_user(&self, account: usize, name: &str, address: &str, agent: Agent) -> Session {
        let key = self.world.unique("AKIA", account, name, 0);
        Session::of_user(self.world, account, name, key, address.to_owned(), agent)
    }
}

/// Every record decided beforehand, with the stories in words.
pub(crate) struct Script {
    /// Sorted by place and time.
    pub(crate) placed: Vec<Placed>,
    /// The stories in the order of the plan.
    pub(crate) stories: Vec<(Story, Vec<Told>)>,
}

/// A story needs this much room before the plan ends.
const LONGEST: i64 = 8 * 3600;

/// Tells every story of a plan and opens the sessions between accounts.
pub(crate) fn script(world: &World, plan: &crate::Plan) -> Script {
    let (first, days) = (plan.first_second(), i64::from(plan.days));
    let end = first + days * crate::stamp::DAY;
    let room = days * crate::stamp::DAY - LONGEST - 3600;
    let mut script = Script { placed: Vec::new(), stories: Vec::new() };
    let count = plan.stories.len() as i64;
    for (index, story) in plan.stories.iter().enumerate() {
        let jitter = (mix(&[world.seed, 3, *story as u64]) % 1000) as i64;
        let start = first + 3600 + room * (index as i64 * 1000 + jitter) / (count * 1000);
        let mut teller = Teller::new(world, *story, start);
        story.tell(&mut teller);
        for placed in &mut teller.placed {
            placed.time = placed.time.min(end - 1);
        }
        script.placed.append(&mut teller.placed);
        script.stories.push((*story, teller.told));
    }
    let attacks = script.placed.len() as u64;
    let most = (plan.records.saturating_sub(attacks) / 40) as usize;
    script.placed.append(&mut handshakes(world, first, end, most));
    script.placed.sort_by_key(|placed| (placed.place, placed.time));
    script
}
