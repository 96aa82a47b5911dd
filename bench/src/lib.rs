//! What the benchmark's programs share: the files of a corpus, and several threads over them.
//!
//! `corpus` writes the records, `limit` is the least that any reader must do, `rules` writes rule sets of any size, `patterns` measures
//! event patterns; `bench/run` calls them beside `watchfire scan` and keeps the raw runs in `bench/runs/`.

pub mod chance;
pub mod patterns;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;

/// All gz files below a folder, in order of path.
pub fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "gz") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Runs `work` once a file on as many threads as there are cores; the sum of what it returns.
pub fn over<W>(files: &[PathBuf], work: impl Fn() -> W + Sync) -> anyhow::Result<u64>
where
    W: FnMut(&[u8]) -> anyhow::Result<u64>,
{
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> anyhow::Result<u64> {
                    let mut work = work();
                    let mut sum = 0;
                    while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                        sum += work(&std::fs::read(path)?)?;
                    }
                    Ok(sum)
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic in a worker")).sum()
    })
}

/// Inflates one gz file with libdeflate into a buffer that is used again.
pub fn inflate<'b>(decompressor: &mut libdeflater::Decompressor, gz: &[u8], buffer: &'b mut Vec<u8>) -> anyhow::Result<&'b [u8]> {
    let size: [u8; 4] = gz.last_chunk().copied().context("too short for gzip")?;
    buffer.resize(u32::from_le_bytes(size) as usize, 0);
    let length = decompressor.gzip_decompress(gz, buffer)?;
    buffer.get(..length).context("longer than it says")
}
