//! A line whose other end has to take what it is sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// A line that breaks when the other end takes nothing for a while.
pub(crate) struct Paced<L> {
    line: L,
    pause_max: Duration,
    patience: Pin<Box<Sleep>>,
    is_stuck: bool,
}

impl<L> Paced<L> {
    pub fn new(line: L, pause_max: Duration) -> Paced<L> {
        Paced { line, pause_max, patience: Box::pin(sleep(pause_max)), is_stuck: false }
    }

    /// What a write means: progress, or another wait until patience ends.
    fn judge<T>(&mut self, wrote: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if wrote.is_ready() {
            self.is_stuck = false;
            return wrote;
        }
        if !std::mem::replace(&mut self.is_stuck, true) {
            self.patience.as_mut().reset(Instant::now() + self.pause_max);
        }
        match self.patience.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

use std::future::Future;

impl<L: AsyncRead + Unpin> AsyncRead for Paced<L> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_read(context, buffer)
    }
}

impl<L: AsyncWrite + Unpin> AsyncWrite for Paced<L> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.line).poll_write(context, bytes);
        self.judge(wrote, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.line).poll_flush(context);
        self.judge(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.line).poll_shutdown(context);
        self.judge(ended, context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_left() {
        let (here, _there) = duplex(8);
        let mut line = Paced::new(here, Duration::from_secs(30));
        let begun = Instant::now();
        let error = line.write_all(&[0; 64]).await.expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed().as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_slow_is_borne() {
        let (here, mut there) = duplex(8);
        let mut line = Paced::new(here, Duration::from_secs(30));
        let reader = async {
            for _ in 0..8 {
                sleep(Duration::from_secs(29)).await;
                there.read_exact(&mut [0; 8]).await.expect("bytes");
            }
        };
        let (wrote, ()) = tokio::join!(line.write_all(&[0; 64]), reader);
        wrote.expect("all of it");
    }
}
