//! What to simulate, checked once before anything is written.

use crate::{Error, Story};
use jiff::Timestamp;

/// Fewest accounts: management, security, production, staging, development, sandbox.
const ACCOUNTS_MIN: u32 = 6;
/// Most accounts: beyond it the map of an organisation says nothing new, and folders multiply.
const ACCOUNTS_MAX: u32 = 64;
/// Longest plan: two years, so that the schedule of cells stays small.
const DAYS_MAX: u32 = 731;
/// Largest file: its text is held in memory (about 1.3 KB a record) once per worker.
const RECORDS_PER_FILE_MAX: u32 = 50_000;

/// What to simulate. The same plan gives the same bytes; `threads` alone changes nothing but the speed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Decides everything that chance decides.
    pub seed: u64,
    /// How many records to write in all, those of the stories included.
    pub records: u64,
    /// The first moment; the stories and the working days follow the calendar from here.
    pub start: Timestamp,
    /// How many days the organisation is watched.
    pub days: u32,
    /// Which attacks are told. Empty: nothing but ordinary life.
    pub stories: Vec<Story>,
    /// The most records in one file. Files cover five minutes, as AWS's do, and are mostly smaller.
    pub records_per_file: u32,
    /// How many accounts the organisation has.
    pub accounts: u32,
    /// Whether the folder of the organisation (`o-…`) stands between `AWSLogs` and the accounts, as an organisation trail writes it.
    pub organization_trail: bool,
    /// How many workers write files; 0: as many as the machine has cores.
    pub threads: usize,
    /// Effort of the compression, 1 (fast) to 12.
    pub compression: u8,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            seed: 1,
            records: 100_000,
            start: Timestamp::constant(1_772_409_600, 0), // 2026-03-02T00:00:00Z, a Monday
            days: 14,
            stories: Story::ALL.to_vec(),
            records_per_file: 5_000,
            accounts: 8,
            organization_trail: true,
            threads: 0,
            compression: 1,
        }
    }
}

impl Plan {
    /// Whether the plan can be carried out; the reason in words when it cannot.
    pub fn check(&self) -> Result<(), Error> {
        within("accounts", self.accounts, ACCOUNTS_MIN, ACCOUNTS_MAX)?;
        within("days", self.days, 1, DAYS_MAX)?;
        within("records_per_file", self.records_per_file, 1, RECORDS_PER_FILE_MAX)?;
        within("compression", u32::from(self.compression), 1, 12)?;
        if self.records == 0 {
            return Err(Error::Plan("records is 0".into()));
        }
        let mut seen = Vec::new();
        for story in &self.stories {
            if seen.contains(story) {
                return Err(Error::Plan(format!("the story `{story}` is named twice")));
            }
            seen.push(*story);
        }
        Ok(())
    }

    /// The first second.
    pub(crate) fn first_second(&self) -> i64 {
        self.start.as_second()
    }

    /// How many workers to start.
    pub(crate) fn workers(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }
}

fn within(name: &str, value: u32, low: u32, high: u32) -> Result<(), Error> {
    if (low..=high).contains(&value) { Ok(()) } else { Err(Error::Plan(format!("{name} is {value}; it must lie in {low}..={high}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_plan_starts_on_its_monday() {
        let plan = Plan::default();
        assert_eq!(plan.start.to_string(), "2026-03-02T00:00:00Z");
        assert!(plan.check().is_ok());
    }

    #[test]
    fn contradictions_are_named() {
        let refused = |plan: Plan| plan.check().unwrap_err().to_string();
        assert!(refused(Plan { accounts: 2, ..Plan::default() }).contains("accounts is 2"));
        assert!(refused(Plan { days: 0, ..Plan::default() }).contains("days is 0"));
        assert!(refused(Plan { records: 0, ..Plan::default() }).contains("records is 0"));
        let twice = vec![Story::ALL[0], Story::ALL[0]];
        assert!(refused(Plan { stories: twice, ..Plan::default() }).contains("named twice"));
    }
}
