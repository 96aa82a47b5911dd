//! How the records are shared out: over accounts, regions and days, then over windows of five minutes.
//!
//! A window becomes one delivered file, or several when it holds more than a file may. Quiet places wake in a few windows
//! only, so that files are neither empty nor late: every record is delivered two to fifteen minutes after its event, as
//! AWS does, at any rate of records.

use crate::Plan;
use crate::place::Place;
use crate::random::{Random, mix};
use crate::routine;
use crate::stamp::DAY;
use crate::telling::Placed;
use crate::world::{REGIONS, World};

/// Seconds that one delivered file covers.
pub(crate) const WINDOW: i64 = 300;
/// Windows of a day.
const WINDOWS: usize = (DAY / WINDOW) as usize;
/// A window is opened for this part of a full file; below it, activity gathers in fewer windows.
const FILL: u64 = 50;
/// Records of a weekend day, in percent of a weekday.
const WEEKEND: u64 = 55;

/// An account's day in a region.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) place: Place,
    /// Midnight.
    pub(crate) start: i64,
    /// Records to draw, besides those decided beforehand.
    pub(crate) drawn: u64,
}

/// One file to write.
#[derive(Debug)]
pub(crate) struct Job<'s> {
    pub(crate) place: Place,
    /// When the window opens.
    pub(crate) start: i64,
    /// Which of the window's files.
    pub(crate) part: u64,
    pub(crate) drawn: u64,
    pub(crate) placed: Vec<&'s Placed>,
}

/// Shares `drawn` records out over all cells. The sum is exact: each cell gets the difference of rounded running sums.
pub(crate) fn cells(world: &World, plan: &Plan, drawn: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut weights = Vec::new();
    for day in 0..i64::from(plan.days) {
        let start = plan.first_second() + day * DAY;
        let weekend = (start.div_euclid(DAY) + 3).rem_euclid(7) >= 5;
        for (account, holder) in world.accounts.iter().enumerate() {
            for (region, home) in REGIONS.iter().enumerate() {
                cells.push(Cell { place: Place { account, region }, start, drawn: 0 });
                weights.push(holder.share * home.share * if weekend { WEEKEND } else { 100 });
            }
        }
    }
    for (cell, share) in cells.iter_mut().zip(shares(drawn, &weights)) {
        cell.drawn = share;
    }
    cells
}

/// Splits a number by weights, exactly.
fn shares(whole: u64, weights: &[u64]) -> impl Iterator<Item = u64> {
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum::<u128>().max(1);
    let mut sum = 0_u128;
    let mut given = 0_u64;
    weights.iter().map(move |weight| {
        sum += u128::from(*weight);
        let upto = (u128::from(whole) * sum / total) as u64;
        let share = upto - given;
        given = upto;
        share
    })
}

/// The files of a cell. `placed` are the cell's records decided beforehand.
pub(crate) fn jobs<'s>(world: &World, plan: &Plan, cell: &Cell, placed: &'s [Placed]) -> Vec<Job<'s>> {
    let mut random = Random::new(mix(&[world.seed, 5, cell.place.account as u64, cell.place.region as u64, cell.start as u64]));
    let kind = world.accounts[cell.place.account].kind;
    let bustle: Vec<u64> = (0..24).map(|hour| routine::bustle(kind, cell.place.region, cell.start + hour * 3600)).collect();
    let mut open = vec![false; WINDOWS];
    for record in placed {
        open[window_of(cell, record.time)] = true;
    }
    if cell.drawn > 0 {
        let fill = (u64::from(plan.records_per_file) / FILL).max(1);
        open_windows((cell.drawn / fill).max(1) as usize, &bustle, &mut open, &mut random);
    }
    let weights: Vec<u64> =
        (0..WINDOWS).map(|window| if open[window] { bustle[window * 24 / WINDOWS].max(1) * random.between(60, 140) } else { 0 }).collect();
    let mut jobs = Vec::new();
    for (window, drawn) in shares(cell.drawn, &weights).enumerate() {
        let placed = placed.iter().filter(|record| window_of(cell, record.time) == window).collect();
        split(cell, window, drawn, placed, u64::from(plan.records_per_file), &mut jobs);
    }
    jobs
}

fn window_of(cell: &Cell, time: i64) -> usize {
    ((time - cell.start) / WINDOW) as usize
}

/// Opens windows, busy hours first, until `count` are open.
fn open_windows(count: usize, bustle: &[u64], open: &mut [bool], random: &mut Random) {
    if count * 10 >= WINDOWS * 7 {
        open.fill(true);
        return;
    }
    let mut left = count.saturating_sub(open.iter().filter(|open| **open).count());
    // Bounded: an unlucky draw opens fewer windows, which are then fuller.
    for _ in 0..count * 20 {
        if left == 0 {
            break;
        }
        let hour = random.weighted(bustle).unwrap_or(12);
        let window = hour * WINDOWS / 24 + random.below(WINDOWS as u64 / 24) as usize;
        if !open[window] {
            open[window] = true;
            left -= 1;
        }
    }
}

/// Cuts a window into files no larger than allowed.
fn split<'s>(cell: &Cell, window: usize, drawn: u64, placed: Vec<&'s Placed>, most: u64, jobs: &mut Vec<Job<'s>>) {
    let whole = drawn + placed.len() as u64;
    if whole == 0 {
        return;
    }
    let parts = whole.div_ceil(most);
    for part in 0..parts {
        // Larger parts first, in both counts, so that no part is given more than its size.
        let size = (whole - part).div_ceil(parts);
        let own: Vec<&Placed> = placed.iter().skip(part as usize).step_by(parts as usize).copied().collect();
        let drawn = size - own.len() as u64;
        jobs.push(Job { place: cell.place, start: cell.start + window as i64 * WINDOW, part, drawn, placed: own });
    }
    debug_assert_eq!(jobs.iter().rev().take(parts as usize).map(|job| job.drawn + job.placed.len() as u64).sum::<u64>(), whole);
}
