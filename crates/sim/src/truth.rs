//! What really happened, beside the logs: `truth.jsonl` names every record of a story, `stories.json` tells them in words.

use crate::Error;
use crate::random::text;
use crate::stamp::iso;
use crate::telling::{Script, Told};
use crate::world::{REGIONS, World};
use crate::{Story, telling::Placed};
use serde::Serialize;
use std::path::Path;

/// A line of `truth.jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    event_id: &'a str,
    story: &'static str,
    step: u32,
    technique: &'static str,
    time: String,
    account: &'a str,
    region: &'static str,
}

/// An entry of `stories.json`.
#[derive(Serialize)]
struct Entry<'a> {
    story: &'static str,
    title: &'static str,
    description: &'static str,
    tactics: &'a [&'static str],
    techniques: &'a [&'static str],
    accounts: Vec<&'a str>,
    records: usize,
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    step: u32,
    technique: &'static str,
    time: String,
    records: usize,
    words: &'a str,
}

/// Writes both files into the output folder, never among the logs.
pub(crate) fn write(world: &World, script: &Script, out: &Path) -> Result<(), Error> {
    let mut told: Vec<&Placed> = script.placed.iter().filter(|placed| placed.label.is_some()).collect();
    told.sort_by_key(|placed| (placed.time, placed.label.map(|label| (label.story as usize, label.step))));
    let mut lines = Vec::new();
    for placed in &told {
        if let Some(label) = placed.label {
            let line = Line {
                event_id: &placed.event_id,
                story: label.story.name(),
                step: label.step,
                technique: label.technique,
                time: time(placed.time),
                account: &world.accounts[placed.place.account].id,
                region: REGIONS[placed.place.region].name,
            };
            serde_json::to_writer(&mut lines, &line).expect("a line of plain fields is JSON");
            lines.push(b'\n');
        }
    }
    put(out, "truth.jsonl", &lines)?;
    let entries: Vec<Entry<'_>> = script.stories.iter().map(|(story, steps)| entry(world, *story, steps, &told)).collect();
    let mut json = serde_json::to_vec_pretty(&entries).expect("entries of plain fields are JSON");
    json.push(b'\n');
    put(out, "stories.json", &json)
}

fn entry<'a>(world: &'a World, story: Story, steps: &'a [Told], told: &[&Placed]) -> Entry<'a> {
    let own: Vec<&&Placed> = told.iter().filter(|placed| placed.label.is_some_and(|label| label.story == story)).collect();
    let mut accounts: Vec<&str> = own.iter().map(|placed| world.accounts[placed.place.account].id.as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let of_step = |step: u32| own.iter().filter(move |placed| placed.label.is_some_and(|label| label.step == step));
    let steps = steps
        .iter()
        .map(|told| Step {
            step: told.step,
            technique: told.technique,
            time: time(of_step(told.step).map(|placed| placed.time).min().unwrap_or(told.time)),
            records: of_step(told.step).count(),
            words: &told.words,
        })
        .collect();
    Entry {
        story: story.name(),
        title: story.title(),
        description: story.description(),
        tactics: story.tactics(),
        techniques: story.techniques(),
        accounts,
        records: own.len(),
        steps,
    }
}

fn time(second: i64) -> String {
    text(|out| iso(second, out))
}

fn put(out: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let path = out.join(name);
    std::fs::write(&path, bytes).map_err(|source| Error::Write { path, source })
}
