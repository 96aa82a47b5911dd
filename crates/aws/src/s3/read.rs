//! Objects, read by ranges.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use super::Store;
use crate::Error;
use crate::exchange::{Question, Site, Wire};
use crate::workers::Workers;

/// One request. Long enough that latency hardly counts, short enough that a broken one is cheap to repeat.
const RANGE_BYTES: u64 = 8 << 20;

/// Ranges of one object at once: S3 gives about 100 MB/s to a connection.
const RANGES_AT_ONCE: usize = 4;

/// The object ends before the range begins; an empty object always says this.
const RANGE_NOT_SATISFIABLE: u16 = 416;

/// An object on its way. Dropping it stops the transfer.
#[derive(Debug)]
pub struct Fetch {
    done: oneshot::Receiver<Result<Vec<u8>, Error>>,
    task: AbortHandle,
    what: String,
    _workers: Workers,
}

/// An object read from its beginning while later ranges are on their way; holds about 48 MiB whatever the object's length.
#[derive(Debug)]
pub struct Stream {
    ranges: mpsc::Receiver<Piece>,
    current: io::Cursor<Vec<u8>>,
    ended: bool,
    task: AbortHandle,
    what: String,
    _workers: Workers,
}

/// A range, or `None` after the last one: without that word, a transfer that stopped would look like the object's end.
type Piece = Result<Option<Vec<u8>>, Error>;

impl Store {
    /// A whole object.
    pub fn get(&self, key: &str) -> Result<Vec<u8>, Error> {
        self.aws.workers.wait(self.remote(key).whole(u64::MAX))
    }

    /// A part of an object; shorter where the object ends earlier.
    pub fn get_range(&self, key: &str, range: Range<u64>) -> Result<Vec<u8>, Error> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        self.aws.workers.wait(self.remote(key).part(range, None)).map(|part| part.content)
    }

    /// Starts reading a whole object in the background.
    pub fn fetch(&self, key: &str) -> Fetch {
        self.fetch_up_to(key, u64::MAX)
    }

    /// The same, but an object that is longer is [`Error::Longer`]: what a listing or a notice said of it may not hold any more.
    pub fn fetch_up_to(&self, key: &str, bytes_max: u64) -> Fetch {
        let remote = self.remote(key);
        let what = remote.what.clone();
        let (sender, done) = oneshot::channel();
        let task = self.aws.workers.spawn(async move { drop(sender.send(remote.whole(bytes_max).await)) });
        Fetch { done, task: task.abort_handle(), what, _workers: self.aws.workers.clone() }
    }

    /// Starts reading an object of any length piece by piece, and waits for the first piece: what is refused is refused here.
    pub fn stream(&self, key: &str) -> Result<Stream, Error> {
        let remote = self.remote(key);
        let what = remote.what.clone();
        let (sender, ranges) = mpsc::channel(1);
        let task = self.aws.workers.spawn(async move {
            let end = remote.pieces(&sender).await.map(|()| None);
            drop(sender.send(end).await);
        });
        let workers = self.aws.workers.clone();
        let task = task.abort_handle();
        let mut stream = Stream { ranges, current: io::Cursor::default(), ended: false, task, what, _workers: workers };
        stream.advance()?;
        Ok(stream)
    }

    fn remote(&self, key: &str) -> Remote {
        let what = format!("get s3://{}/{key}", self.bucket());
        Remote { wire: self.aws.wire.clone(), site: self.site.clone(), key: key.to_owned(), what }
    }
}

impl Fetch {
    /// Waits for the object.
    pub fn wait(mut self) -> Result<Vec<u8>, Error> {
        let done = std::mem::replace(&mut self.done, oneshot::channel().1);
        done.blocking_recv().unwrap_or_else(|_| Err(stopped(&self.what)))
    }
}

impl Stream {
    /// Waits for the next piece.
    fn advance(&mut self) -> Result<(), Error> {
        match self.ranges.blocking_recv().unwrap_or_else(|| Err(stopped(&self.what)))? {
            Some(range) => self.current = io::Cursor::new(range),
            None => self.ended = true,
        }
        Ok(())
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl io::Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.current.read(buffer)?;
            if count > 0 || buffer.is_empty() || self.ended {
                return Ok(count);
            }
            self.advance().map_err(io::Error::other)?;
        }
    }
}

/// One object in a bucket, as the background tasks hold it.
#[derive(Debug)]
struct Remote {
    wire: Arc<Wire>,
    site: Arc<Site>,
    key: String,
    what: String,
}

/// A range as it came.
#[derive(Debug)]
struct Part {
    content: Vec<u8>,
    /// Length of the whole object.
    total: u64,
    etag: Option<String>,
}

impl Remote {
    /// The first range tells the length and the version; the others follow side by side, of that version only.
    async fn whole(&self, bytes_max: u64) -> Result<Vec<u8>, Error> {
        let Part { mut content, total, etag } = self.part(0..RANGE_BYTES, None).await?;
        if total > bytes_max {
            return Err(Error::Longer { what: self.what.clone(), bytes: total, bytes_max });
        }
        if content.len() as u64 == total {
            return Ok(content);
        }
        let missing = usize::try_from(total).unwrap_or(usize::MAX).saturating_sub(content.len());
        content.try_reserve_exact(missing).map_err(|error| self.unexpected(format!("{total} bytes: {error}")))?;
        let mut rest = std::pin::pin!(self.rest(total, etag));
        while let Some(range) = rest.try_next().await? {
            content.extend_from_slice(&range);
        }
        Ok(content)
    }

    /// The same, handed on piece by piece; ends early when nobody listens.
    async fn pieces(&self, sender: &mpsc::Sender<Piece>) -> Result<(), Error> {
        let Part { content, total, etag } = self.part(0..RANGE_BYTES, None).await?;
        let mut heard = sender.send(Ok(Some(content))).await.is_ok();
        let mut rest = std::pin::pin!(self.rest(total, etag));
        while heard && let Some(range) = rest.try_next().await? {
            heard = sender.send(Ok(Some(range))).await.is_ok();
        }
        Ok(())
    }

    /// Every range but the first, in order, some ahead.
    fn rest(&self, total: u64, etag: Option<String>) -> impl futures_util::Stream<Item = Result<Vec<u8>, Error>> {
        let starts = (1..total.div_ceil(RANGE_BYTES)).map(|index| index * RANGE_BYTES);
        stream::iter(starts)
            .map(move |start| {
                let (range, etag) = (start..total.min(start + RANGE_BYTES), etag.clone());
                async move {
                    let wanted = range.end - range.start;
                    let part = self.part(range, etag).await?;
                    if part.content.len() as u64 != wanted {
                        return Err(self.unexpected(format!("{} bytes instead of {wanted}", part.content.len())));
                    }
                    Ok(part.content)
                }
            })
            .buffered(RANGES_AT_ONCE)
    }

    async fn part(&self, range: Range<u64>, etag: Option<String>) -> Result<Part, Error> {
        let mut headers = vec![("range", format!("bytes={}-{}", range.start, range.end - 1))];
        headers.extend(etag.map(|etag| ("if-match", etag)));
        let question = Question {
            method: reqwest::Method::GET,
            path: &self.key,
            query: Vec::new(),
            headers,
            body: Bytes::new(),
            answer_bytes_max: (range.end - range.start).max(super::ANSWER_BYTES_MAX),
            also: Some(RANGE_NOT_SATISFIABLE),
            what: self.what.clone(),
        };
        let answer = self.wire.ask(&self.site, &question).await?;
        if answer.status == RANGE_NOT_SATISFIABLE {
            return Ok(Part { content: Vec::new(), total: range.start, etag: None });
        }
        let etag = answer.header("etag").map(str::to_owned);
        let length = answer.body.len() as u64;
        let total = match (answer.status, answer.header("content-range")) {
            (206, Some(text)) => total_of(text, range.start, length).ok_or_else(|| self.unexpected(format!("range {text}")))?,
            // Some stand-ins ignore ranges and give everything.
            (200, _) if range.start == 0 => length,
            (status, _) => return Err(self.unexpected(format!("status {status} without a range"))),
        };
        Ok(Part { content: answer.body, total, etag })
    }

    fn unexpected(&self, detail: String) -> Error {
        Error::Unexpected { what: self.what.clone(), detail }
    }
}

/// Reads `bytes 0-8388607/41943040` and checks it against what was asked and what came.
fn total_of(text: &str, start: u64, length: u64) -> Option<u64> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    (first == start && last.checked_sub(first)?.checked_add(1)? == length).then(|| total.parse().ok()).flatten()
}

fn stopped(what: &str) -> Error {
    Error::Unexpected { what: what.to_owned(), detail: "the transfer was stopped".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_checked_against_the_question() {
        for (text, start, length, expect) in [
            ("bytes 0-9/100", 0, 10, Some(100)),
            ("bytes 90-99/100", 90, 10, Some(100)),
            ("bytes 0-9/100", 0, 9, None),
            ("bytes 0-9/100", 10, 10, None),
            ("bytes 0-9/*", 0, 10, None),
            ("0-9/100", 0, 10, None),
            ("bytes 9-0/100", 9, 0, None),
        ] {
            assert_eq!(total_of(text, start, length), expect, "{text}");
        }
    }
}
