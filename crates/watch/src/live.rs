//! What correlations can say while records still come.

use std::fs::File;

use watchfire_detect::{CorrelationHit, Correlator, Signal};

use crate::book::Book;
use crate::signals::each_stored;
use crate::{Engine, Error, Keyed};

/// Correlations that run over signals as they come. What they say, [`correlate`](crate::correlate) over the same signals says too; what
/// only a whole window can tell is left to that.
#[derive(Debug)]
pub struct Live {
    correlator: Correlator,
}

impl Live {
    /// No windows yet. One belongs to one engine.
    pub fn new(engine: &Engine) -> Live {
        Live { correlator: engine.correlator() }
    }

    /// Takes the signals of a stored run and tells what they make fire: findings by the same keys as those of whole runs, without evidence, and
    /// how often correlations below the engine's floor fired.
    ///
    /// # Errors
    /// [`Error::Spill`] when the file cannot be read, or is damaged.
    pub fn take(&mut self, engine: &Engine, run: File) -> Result<(Vec<Keyed>, u64), Error> {
        let mut book = Book::default();
        self.feed(engine, run, &mut |hit| book.correlated(hit, engine))?;
        let below = book.below();
        Ok((book.close(engine), below))
    }

    /// Takes the signals of a stored run that were told of before.
    ///
    /// # Errors
    /// [`Error::Spill`] when the file cannot be read, or is damaged.
    pub fn remember(&mut self, engine: &Engine, run: File) -> Result<(), Error> {
        self.feed(engine, run, &mut |_told_before| ())
    }

    fn feed(&mut self, engine: &Engine, run: File, told: &mut dyn FnMut(CorrelationHit)) -> Result<(), Error> {
        let (correlator, mut hits) = (&mut self.correlator, Vec::new());
        each_stored(engine, vec![run], &mut |signal: Signal| {
            correlator.feed_early(signal, &mut hits);
            hits.drain(..).for_each(&mut *told);
        })?;
        Ok(())
    }
}
