//! Batches that others push, into the spool.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use watchfire_ingest::{PushProtocol, SourceSettings, Spool};
use watchfire_server::outside::intake::{Batch, Intake, IntakeError, Protocol};

use crate::config::Config;

/// Takes in what is pushed.
pub(super) struct SpoolIntake {
    sources: BTreeMap<String, Protocol>,
    spool: Arc<Spool>,
    /// Ids of batches that were kept lately: who did not hear of it sends them again.
    lately: Mutex<(HashSet<String>, VecDeque<String>)>,
}

/// Ids that are remembered. What comes again later than that is known by its records.
const LATELY_MAX: usize = 16_384;

/// When to come again where there is no room.
const AFTER: Duration = Duration::from_secs(5);

impl SpoolIntake {
    pub fn new(config: &Config, spool: Arc<Spool>) -> SpoolIntake {
        let pushed = |settings: &SourceSettings| {
            let SourceSettings::Push(push) = settings else { return None };
            let protocol = match push.protocol {
                PushProtocol::Firehose => Protocol::Firehose,
                PushProtocol::Json => Protocol::Json,
                PushProtocol::Eventbridge => Protocol::Eventbridge,
            };
            Some((push.name.clone(), protocol))
        };
        SpoolIntake { sources: config.sources.iter().filter_map(pushed).collect(), spool, lately: Mutex::default() }
    }

    fn is_known(&self, id: &str) -> bool {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner).0.contains(id)
    }

    fn remember(&self, id: String) {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *lately;
        if known.insert(id.clone()) {
            order.push_back(id);
        }
        if order.len() > LATELY_MAX
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
    }
}

impl Intake for SpoolIntake {
    fn source(&self, name: &str) -> Option<Protocol> {
        self.sources.get(name).copied()
    }

    fn append(&self, batch: Batch<'_>) -> Result<(), IntakeError> {
        let id = format!("{} {}", batch.source, batch.id);
        if self.is_known(&id) {
            return Ok(());
        }
        let mut bytes = Vec::new();
        for part in &batch.parts {
            bytes.extend_from_slice(part);
            if bytes.last().is_some_and(|last| *last != b'\n') {
                bytes.push(b'\n');
            }
        }
        // A batch of control messages holds nothing to be kept.
        if !bytes.is_empty() {
            self.spool.append(batch.source, &bytes).map_err(|error| match error {
                watchfire_ingest::Error::Full { .. } => IntakeError::Full { after: AFTER },
                other => IntakeError::Failed(other.to_string()),
            })?;
        }
        self.remember(id);
        Ok(())
    }
}
