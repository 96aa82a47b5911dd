//! People: their team, their clock, the places and programs they work from.
//!
//! Addresses lie in ranges that exist for tests: the networks of MaxMind's test databases, so that lookups place people in
//! London, Linköping and Milton, and the documentation ranges.

use super::names::{FAMILY, GIVEN};
use crate::random::Random;
use crate::stamp::DAY;

/// What somebody works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Team {
    Platform,
    Backend,
    Data,
    Security,
    Finance,
}

/// One person with single sign-on.
#[derive(Debug)]
pub(crate) struct Person {
    /// The session name of single sign-on: the e-mail address.
    pub(crate) email: String,
    pub(crate) team: Team,
    /// Minutes east of Greenwich.
    pub(crate) offset: i64,
    pub(crate) office: String,
    pub(crate) home: String,
    pub(crate) browser: &'static str,
    pub(crate) shell: &'static str,
    /// Minutes after midnight at which this person starts.
    pub(crate) starts: i64,
}

/// How many people each team has.
const TEAMS: [(Team, usize); 5] = [(Team::Platform, 6), (Team::Backend, 18), (Team::Data, 7), (Team::Security, 4), (Team::Finance, 3)];

/// Sites: minutes east, the office's address, and the network of home connections with its size.
const SITES: [(i64, &str, &str, u64, u64); 3] =
    [(0, "81.2.69.144", "81.2.69.", 160, 30), (60, "89.160.20.113", "89.160.20.", 114, 13), (-300, "216.160.83.57", "216.160.83.", 58, 5)];

const BROWSERS: [&str; 6] = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:135.0) Gecko/20100101 Firefox/135.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:135.0) Gecko/20100101 Firefox/135.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15",
];

const SHELLS: [&str; 4] = [
    "aws-cli/2.24.10 md/awscrt#0.23.8 ua/2.0 os/macos#24.3.0 md/arch#arm64 lang/python#3.12.9 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off",
    "aws-cli/2.22.35 md/awscrt#0.22.0 ua/2.0 os/linux#6.8.0-52-generic md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.24 md/prompt#off",
    "aws-cli/2.23.6 md/awscrt#0.23.8 ua/2.0 os/windows#11 md/arch#amd64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off",
    "aws-cli/2.24.0 md/awscrt#0.23.8 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.12.8 md/pyimpl#CPython cfg/retry-mode#standard md/installer#source md/prompt#off",
];

pub(super) fn hire(domain: &str, random: &mut Random) -> Vec<Person> {
    let mut people = Vec::new();
    let (given, family) = (random.below(32) as usize, random.below(32) as usize);
    for (team, size) in TEAMS {
        for _ in 0..size {
            let index = people.len();
            let (offset, office, network, first, homes) = SITES[random.below(SITES.len() as u64) as usize];
            // Steps that share no factor with 32 keep the names apart.
            let name = (GIVEN[(given + index * 5) % 32], FAMILY[(family + index * 7 + index / 32) % 32]);
            people.push(Person {
                email: format!("{}.{}@{domain}", name.0, name.1),
                team,
                offset,
                office: office.to_owned(),
                home: format!("{network}{}", first + random.below(homes)),
                browser: random.pick::<&str>(&BROWSERS),
                shell: random.pick::<&str>(&SHELLS),
                starts: 450 + random.below(120) as i64,
            });
        }
    }
    people
}

impl Person {
    /// Whether this person works at a moment: weekdays, nine hours from the morning on.
    pub(crate) fn works_at(&self, second: i64) -> bool {
        let local = second + self.offset * 60;
        let weekday = (local.div_euclid(DAY) + 3).rem_euclid(7); // day 0 was a Thursday; Monday is 0
        let minute = local.rem_euclid(DAY) / 60;
        weekday < 5 && (self.starts..self.starts + 9 * 60).contains(&minute)
    }

    /// When the session in use at a moment began: at the start of the working day, and every eight hours from there.
    pub(crate) fn session_start(&self, second: i64) -> i64 {
        let phase = second + (self.offset - self.starts) * 60;
        second - phase.rem_euclid(8 * 3600)
    }

    /// Where this person works on a day; two days in five are at home.
    pub(crate) fn address(&self, second: i64) -> &str {
        let day = (second + self.offset * 60).div_euclid(DAY);
        if (day + self.starts).rem_euclid(5) < 2 { &self.home } else { &self.office }
    }
}
