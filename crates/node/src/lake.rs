//! The table of a lake, for those who keep it in shape.

use anyhow::Context;
use tokio::runtime::Runtime;
use watchfire_lake::{Compacted, Compaction, Day, Lake, Retained, Status, Vacuumed, Verified};

use crate::LakePlace;

/// The table of a lake. What is asked of it is answered before the call returns.
#[derive(Debug)]
pub struct Table {
    runtime: Runtime,
    lake: Lake,
}

impl Table {
    /// Opens the table.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(place: &LakePlace) -> anyhow::Result<Table> {
        let table = place.table()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads for the lake")?;
        let lake = runtime.block_on(Lake::open(table))?;
        Ok(Table { runtime, lake })
    }

    /// The table itself, to be read with SQL.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// The table in figures.
    ///
    /// # Errors
    /// As [`Lake::status`].
    pub fn status(&self) -> anyhow::Result<Status> {
        Ok(self.lake.status()?)
    }

    /// Joins small files.
    ///
    /// # Errors
    /// As [`Lake::optimize`].
    pub fn optimize(&mut self, compaction: Compaction) -> anyhow::Result<Compacted> {
        Ok(self.runtime.block_on(self.lake.optimize(compaction))?)
    }

    /// Removes files that nobody refers to.
    ///
    /// # Errors
    /// As [`Lake::vacuum`].
    pub fn vacuum(&mut self, hours: u32, dry_run: bool) -> anyhow::Result<Vacuumed> {
        Ok(self.runtime.block_on(self.lake.vacuum(hours, dry_run))?)
    }

    /// Takes out all days before `first`.
    ///
    /// # Errors
    /// As [`Lake::retain`].
    pub fn retain(&mut self, first: Day) -> anyhow::Result<Retained> {
        Ok(self.runtime.block_on(self.lake.retain(first))?)
    }

    /// Reads everything and says what is wrong.
    ///
    /// # Errors
    /// As [`Lake::verify`].
    pub fn verify(&self) -> anyhow::Result<Verified> {
        Ok(self.runtime.block_on(self.lake.verify())?)
    }
}
