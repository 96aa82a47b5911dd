//! The hub of a file.

use rusqlite::{Connection, TransactionBehavior, params};
use watchfire_hub::asff::Asff;
use watchfire_hub::attribute::Attribute;
use watchfire_hub::filter::Filters;
use watchfire_hub::held::Held;
use watchfire_hub::history::Source;
use watchfire_hub::import::{Told, Whose};
use watchfire_hub::kept::Kept;
use watchfire_hub::operation::{standing, sweep, take_in};
use watchfire_hub::query::{Found, Query};
use watchfire_hub::{Answer, AwsError, Context, Failure, Request, call};
use watchfire_model::EventTime;
use watchfire_model::arn::Home;

use super::{Shelf, held, things};
use crate::sqlite::fault::Fault;
use crate::sqlite::{Haste, State};
use crate::{EpochId, Error, FindingId, HubStore};

impl HubStore for State {
    fn hub(&self, request: &Request, context: &mut Context<'_>) -> Result<Result<Answer, AwsError>, Error> {
        if request.operation.is_writing {
            self.connected(|connection| answered(connection, request, context))
        } else {
            self.read(Haste::Patient, |connection| {
                let transaction = connection.unchecked_transaction()?;
                told(call(&mut Shelf::new(&transaction), request, context))
            })
        }
    }

    fn hub_import(&self, documents: Vec<Asff>, source: &Source, now: EventTime) -> Result<Vec<Asff>, Error> {
        let told = |document| Told { document, source: source.clone(), whose: Whose::Provider };
        self.hub_tell(documents.into_iter().map(told).collect(), now)
    }

    fn hub_tell(&self, told: Vec<Told>, now: EventTime) -> Result<Vec<Asff>, Error> {
        self.connected(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut shelf = Shelf::new(&transaction);
            sweep(&mut shelf, now)?;
            let standing = standing(&shelf)?;
            let mut changed = Vec::new();
            for one in told {
                changed.extend(take_in(&mut shelf, one, &standing, now)?);
            }
            transaction.commit()?;
            Ok(changed)
        })
    }

    fn hub_find(&self, query: &Query, now: EventTime) -> Result<Found, Error> {
        self.read(Haste::Patient, |connection| {
            let transaction = connection.unchecked_transaction()?;
            Shelf::new(&transaction).find(query, now)
        })
    }

    fn hub_count(
        &self,
        filters: &Filters,
        attribute: &'static Attribute,
        limit: usize,
        now: EventTime,
    ) -> Result<Vec<(String, u64)>, Error> {
        self.read(Haste::Patient, |connection| {
            let transaction = connection.unchecked_transaction()?;
            Shelf::new(&transaction).count_by(filters, attribute, limit, now)
        })
    }

    fn hub_finding(&self, id: FindingId) -> Result<Option<Held>, Error> {
        self.read(Haste::Urgent, |connection| by_id(connection, id))
    }

    fn hub_changed(&self, epoch: EpochId, after: u64, limit: usize) -> Result<(Vec<Held>, Option<u64>), Error> {
        self.read(Haste::Patient, |connection| changed(connection, epoch, after, limit))
    }

    fn hub_sweep(&self, now: EventTime) -> Result<u64, Error> {
        self.connected(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let released = sweep(&mut Shelf::new(&transaction), now)?;
            transaction.commit()?;
            Ok(released)
        })
    }

    fn hub_home(&self) -> Result<Home, Error> {
        self.read(Haste::Urgent, things::home)
    }

    fn set_hub_home(&self, home: &Home) -> Result<(), Error> {
        self.connected(|connection| things::set_home(connection, home))
    }
}

/// Carries out an operation that writes; what it wrote is taken back when it comes to nothing.
fn answered(connection: &mut Connection, request: &Request, context: &mut Context<'_>) -> Result<Result<Answer, AwsError>, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut shelf = Shelf::new(&transaction);
    sweep(&mut shelf, context.now)?;
    let answer = told(call(&mut shelf, request, context))?;
    match answer {
        Ok(_) => transaction.commit()?,
        Err(_) => transaction.rollback()?,
    }
    Ok(answer)
}

fn told(outcome: Result<Answer, Failure<Fault>>) -> Result<Result<Answer, AwsError>, Fault> {
    match outcome {
        Ok(answer) => Ok(Ok(answer)),
        Err(Failure::Aws(error)) => Ok(Err(error)),
        Err(Failure::Kept(fault)) => Err(fault),
    }
}

fn by_id(connection: &Connection, id: FindingId) -> Result<Option<Held>, Fault> {
    let mut find = connection.prepare_cached("SELECT key FROM finding WHERE id = ?1")?;
    let mut rows = find.query([id.to_string()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(held::by_finding(connection, row.get(0)?)?.map(|(_, held)| held))
}

fn changed(connection: &Connection, epoch: EpochId, after: u64, limit: usize) -> Result<(Vec<Held>, Option<u64>), Fault> {
    let mut find = connection.prepare_cached(
        "SELECT hub_finding.number FROM hub_finding JOIN finding ON finding.key = hub_finding.finding
         WHERE finding.epoch = ?1 AND hub_finding.number > ?2 ORDER BY hub_finding.number LIMIT ?3",
    )?;
    let mut rows = find.query(params![epoch.0, after, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let (mut changed, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        changed.push(held::by_number(connection, number)?);
        last = u64::try_from(number).ok();
    }
    Ok((changed, last))
}
