//! Ordinary life as routines: who does what, how often, where, at what hours.
//!
//! A routine is a row of a table. An *episode* is a routine played once: somebody makes a few calls in a row. Windows of
//! time fill up with episodes drawn by weight.

mod cast;
mod people;
mod pipeline;
mod program;
mod security;
mod services;
mod workload;

pub(crate) use cast::{auditor, cast, deployer, jenkins, jenkins_home, person_of, person_session, reserved_role, terraform};
pub(crate) use program::instance_session;

use crate::call::{self, Call};
use crate::stamp::DAY;
use crate::world::{AccountKind, GLOBAL, KINDS, Region};
use std::sync::LazyLock;

/// Who plays a routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    /// Somebody with single sign-on in the console, at the command line, or signing in anew.
    Console,
    Shell,
    SigningOn,
    /// Somebody of the security team.
    Analyst,
    Finance,
    /// The portal of single sign-on, seen in the management account.
    Portal,
    Terraform,
    GitHub,
    Jenkins,
    Auditor,
    Vendor,
    /// The security account's own automation.
    Responder,
    Task,
    Function,
    Server,
    /// The agents on a server.
    Agents,
    Node,
    /// A controller in a cluster: load balancers, scaling, names, volumes.
    Controller(usize),
    /// An application's call that a service makes on its behalf.
    Through(&'static str),
    /// A user with a long-lived key.
    Script,
    /// One of the last users with a password.
    OldUser,
    /// A service that takes up an application's role.
    Takes(&'static str),
    /// A service with its own role.
    Linked(&'static str, &'static str),
    /// A service that reports of itself.
    Reports(&'static str),
}

/// At what hours.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rhythm {
    Flat,
    Traffic,
    Office,
    /// For two hours of the night, from this hour on.
    Night(i64),
}

/// In which regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Where global services record.
    Global,
    /// Where workloads run.
    Working,
    /// Everywhere.
    Any,
}

/// How fast calls follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    Machine,
    Person,
}

/// How the script is played.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Play {
    /// From the first line to the last.
    InOrder,
    /// This many lines, drawn.
    Some(u64, u64),
}

/// One row.
pub(crate) struct Routine {
    actor: Actor,
    rhythm: Rhythm,
    reach: Reach,
    /// Its share of the records, by [`AccountKind`].
    share: [u64; KINDS],
    pub(crate) pace: Pace,
    /// How many of a thousand calls are refused.
    pub(crate) refused: u64,
    play: Play,
    /// `service:Action low-high`, separated by commas.
    script: &'static str,
}

/// A line of a script.
pub(crate) struct Line {
    pub(crate) call: &'static Call,
    low: u64,
    high: u64,
}

/// A compiled routine.
pub(crate) struct Repertoire {
    pub(crate) routine: &'static Routine,
    lines: Vec<Line>,
    /// The same without calls to global services, for the other regions.
    regional: Vec<Line>,
}

const TABLES: [&[Routine]; 5] = [people::ROUTINES, pipeline::ROUTINES, security::ROUTINES, services::ROUTINES, workload::ROUTINES];

static ALL: LazyLock<Vec<Repertoire>> = LazyLock::new(|| TABLES.iter().copied().flatten().map(Repertoire::of).collect());

/// Every routine.
pub(crate) fn all() -> &'static [Repertoire] {
    &ALL
}

impl Repertoire {
    fn of(routine: &'static Routine) -> Repertoire {
        let lines = || routine.script.split(',').map(|line| Line::of(line.trim()));
        Repertoire { routine, lines: lines().collect(), regional: lines().filter(|line| !line.call.global).collect() }
    }

    /// The script as it is played in a region.
    fn lines(&self, region: usize) -> &[Line] {
        if region == GLOBAL { &self.lines } else { &self.regional }
    }

    pub(crate) fn actor(&self) -> Actor {
        self.routine.actor
    }

    /// How likely this routine is to be the next, at this place and moment.
    pub(crate) fn weight(&self, kind: AccountKind, region: usize, second: i64) -> u64 {
        let routine = self.routine;
        let reaches = match routine.reach {
            Reach::Global => region == GLOBAL,
            Reach::Working => Region::works(region),
            Reach::Any => true,
        };
        let share = routine.share[kind as usize];
        let lines = self.lines(region);
        if !reaches || share == 0 || lines.is_empty() {
            return 0;
        }
        share * 1000 * routine.rhythm.at(second) / self.twice_length(lines)
    }

    /// Twice the number of calls that an episode makes on average.
    fn twice_length(&self, lines: &[Line]) -> u64 {
        let whole: u64 = lines.iter().map(|line| line.low + line.high).sum();
        match self.routine.play {
            Play::InOrder => whole.max(1),
            Play::Some(low, high) => (whole * (low + high) / (2 * lines.len() as u64)).max(1),
        }
    }

    /// The calls of one episode.
    pub(crate) fn calls(&self, region: usize, random: &mut crate::random::Random, calls: &mut Vec<&'static Call>) {
        calls.clear();
        let lines = self.lines(region);
        let mut play = |line: &Line, random: &mut crate::random::Random| {
            let times = random.between(line.low, line.high);
            calls.extend((0..times).map(|_| line.call));
        };
        match self.routine.play {
            Play::InOrder => lines.iter().for_each(|line| play(line, random)),
            Play::Some(low, high) => {
                for _ in 0..random.between(low, high) {
                    let line = &lines[random.below(lines.len() as u64) as usize];
                    play(line, random);
                }
            }
        }
    }
}

impl Line {
    fn of(text: &'static str) -> Line {
        let (action, times) = text.split_once(' ').unwrap_or((text, "1-1"));
        let (low, high) = times.split_once('-').unwrap_or((times, times));
        let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("`{text}` is no number of calls"));
        Line { call: call::named(action), low: number(low), high: number(high) }
    }
}

/// Visitors of the applications by the hour, in percent of a day's mean.
const TRAFFIC: [u64; 24] = [58, 52, 47, 45, 46, 52, 64, 80, 96, 108, 116, 122, 128, 134, 140, 142, 138, 132, 126, 118, 108, 96, 82, 68];
/// People at work by the hour: mornings in Europe, overlapping with America's.
const OFFICE: [u64; 24] = [4, 3, 2, 2, 3, 6, 24, 90, 190, 230, 220, 180, 190, 260, 290, 280, 230, 170, 120, 80, 50, 30, 16, 8];

impl Rhythm {
    /// Percent of the mean at a moment.
    fn at(self, second: i64) -> u64 {
        let hour = (second.rem_euclid(DAY) / 3600) as usize;
        let weekend = (second.div_euclid(DAY) + 3).rem_euclid(7) >= 5;
        match self {
            Rhythm::Flat => 100,
            Rhythm::Traffic => {
                if weekend {
                    TRAFFIC[hour] * 4 / 5
                } else {
                    TRAFFIC[hour]
                }
            }
            Rhythm::Office => {
                if weekend {
                    OFFICE[hour] / 25
                } else {
                    OFFICE[hour]
                }
            }
            Rhythm::Night(from) => {
                if (from..from + 2).contains(&(hour as i64)) {
                    1200
                } else {
                    0
                }
            }
        }
    }
}

/// How busy an account is in a region at a moment: the sum of its routines.
pub(crate) fn bustle(kind: AccountKind, region: usize, second: i64) -> u64 {
    all()
        .iter()
        .map(|one| one.routine.share[kind as usize] * one.routine.rhythm.at(second) * u64::from(one.weight(kind, region, second) > 0))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_names_known_calls_and_every_kind_of_account_lives() {
        let noon = 1_772_452_800;
        for kind in 0..KINDS {
            for region in [0, 1, 9] {
                let alive = all().iter().filter(|one| {
                    let routine = one.routine;
                    let reaches = matches!(routine.reach, Reach::Any) || region == 0 || (region == 1 && routine.reach == Reach::Working);
                    routine.share[kind] > 0 && reaches && routine.rhythm.at(noon) > 0
                });
                assert!(alive.count() >= 2, "kind {kind} in region {region}");
            }
        }
    }
}
