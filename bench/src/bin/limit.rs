//! The limit: inflate every file with libdeflate and split it into records with serde_json. Nothing is looked at.
//!
//! `limit FOLDER` prints the number of records; time it from outside.

use std::path::Path;

use anyhow::Context;
use libdeflater::Decompressor;
use serde::Deserialize;
use serde_json::value::RawValue;
use watchfire_bench::{files, inflate, over};

#[derive(Deserialize)]
struct Log<'t> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'t RawValue>,
}

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).context("usage: limit FOLDER")?;
    let files = files(Path::new(&folder))?;
    let records = over(&files, || {
        let (mut decompressor, mut buffer) = (Decompressor::new(), Vec::new());
        move |gz: &[u8]| {
            let log: Log<'_> = serde_json::from_slice(inflate(&mut decompressor, gz, &mut buffer)?)?;
            Ok(log.records.len() as u64)
        }
    })?;
    println!("{records} records in {} files", files.len());
    Ok(())
}
