//! One delivered file: its records, its text, its name.

use crate::call::Call;
use crate::random::{Random, mix};
use crate::record::{Facts, Outcome, write as write_record};
use crate::routine::{self, Pace, Repertoire, cast};
use crate::schedule::{Job, WINDOW};
use crate::stamp;
use crate::world::{REGIONS, World};

const RANDOM_NAME: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789Aa";

/// How far a record may stand from its turn: AWS keeps no strict order within a file.
const DISORDER: u64 = 8;

/// Buffers that one worker uses again and again.
#[derive(Default)]
pub(crate) struct Desk {
    records: Vec<u8>,
    spans: Vec<(usize, usize)>,
    weights: Vec<u64>,
    calls: Vec<&'static Call>,
    /// The finished text.
    pub(crate) body: Vec<u8>,
}

/// Where a file is delivered, below the output folder.
pub(crate) struct Address {
    pub(crate) folder: String,
    pub(crate) name: String,
}

/// Writes the text of a file into `desk.body` and says how many records it holds and where it goes.
pub(crate) fn compose(world: &World, organization: bool, job: &Job<'_>, desk: &mut Desk) -> (u64, Address) {
    let place = job.place;
    let seed = mix(&[world.seed, 6, place.account as u64, place.region as u64, job.start as u64, job.part]);
    let mut random = Random::new(seed);
    desk.records.clear();
    desk.spans.clear();
    draw(world, job, desk, &mut random);
    for placed in &job.placed {
        let from = desk.records.len();
        placed.write(world, &mut random, &mut desk.records);
        let at = random.below(desk.spans.len() as u64 + 1) as usize;
        desk.spans.insert(at, (from, desk.records.len()));
    }
    disturb(&mut desk.spans, &mut random);
    assemble(desk);
    (desk.spans.len() as u64, address(world, organization, job, &mut random))
}

/// Fills the window with episodes until it holds the records it was given.
fn draw(world: &World, job: &Job<'_>, desk: &mut Desk, random: &mut Random) {
    let kind = world.accounts[job.place.account].kind;
    desk.weights.clear();
    desk.weights.extend(routine::all().iter().map(|one| one.weight(kind, job.place.region, job.start)));
    let mut left = job.drawn as usize;
    while left > 0 {
        let index = random.weighted(&desk.weights);
        // The auditor and the recorders reach every region, so some weight is never zero.
        let routine = &routine::all()[index.expect("a region where nothing ever happens got records")];
        left -= episode(world, job, routine, left, desk, random);
    }
}

/// Plays a routine once, up to `most` records.
fn episode(world: &World, job: &Job<'_>, one: &Repertoire, most: usize, desk: &mut Desk, random: &mut Random) -> usize {
    one.calls(job.place.region, random, &mut desk.calls);
    let mut now = job.start + random.below(WINDOW as u64) as i64;
    let cast = cast(one.actor(), world, job.place, now, random);
    let count = desk.calls.len().min(most);
    for call in &desk.calls[..count] {
        let scene = cast.scene(world, job.place, now, call);
        let outcome = if random.chance(one.routine.refused) && call.kind == crate::call::Kind::Api {
            Outcome::Refused
        } else {
            call.everyday_fault(random).map_or(Outcome::Done, Outcome::Failed)
        };
        let from = desk.records.len();
        write_record(call, &scene, &Facts::plain(outcome), random, &mut desk.records);
        desk.spans.push((from, desk.records.len()));
        let pause = match one.routine.pace {
            Pace::Machine => random.below(5) / 3,
            Pace::Person => random.between(0, 14),
        };
        now = (now + pause as i64).min(job.start + WINDOW - 1);
    }
    count
}

/// Exchanges neighbours.
fn disturb(spans: &mut [(usize, usize)], random: &mut Random) {
    for at in 0..spans.len() {
        let other = (at + random.below(DISORDER) as usize).min(spans.len() - 1);
        spans.swap(at, other);
    }
}

fn assemble(desk: &mut Desk) {
    desk.body.clear();
    desk.body.extend_from_slice(b"{\"Records\":[");
    for (at, (from, to)) in desk.spans.iter().enumerate() {
        if at > 0 {
            desk.body.push(b',');
        }
        desk.body.extend_from_slice(&desk.records[*from..*to]);
    }
    desk.body.extend_from_slice(b"]}");
}

/// AWS's layout and file name. The window's file is delivered two to ten minutes after the window closes.
fn address(world: &World, organization: bool, job: &Job<'_>, random: &mut Random) -> Address {
    let delivered = job.start + WINDOW + 60 * random.between(2, 10) as i64;
    let account = &world.accounts[job.place.account].id;
    let region = REGIONS[job.place.region].name;
    let organization = if organization { format!("{}/", world.organization) } else { String::new() };
    let suffix: String = (0..16).map(|_| char::from(*random.pick(RANDOM_NAME))).collect();
    Address {
        folder: format!("AWSLogs/{organization}{account}/CloudTrail/{region}/{}", stamp::folder(delivered)),
        name: format!("{account}_CloudTrail_{region}_{}_{suffix}.json.gz", stamp::compact_minute(delivered)),
    }
}
