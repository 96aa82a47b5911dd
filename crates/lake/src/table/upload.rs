//! A finished file into an object store, in pieces that are sent side by side: what is in memory does not depend on the file.

use std::fs::File;
use std::io::{Read, Seek};
use std::sync::Arc;

use deltalake_core::{ObjectStore, ObjectStoreError, Path};
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectStoreExt, PutPayload};

use crate::Error;

/// Bytes of one piece. S3 takes 10,000 of them, far more than a data file has; a smaller file goes in one request.
const PIECE_BYTES: usize = 16 << 20;

/// Pieces that are in memory and on their way.
const PIECES_AT_ONCE: usize = 3;

/// Sends a file of so many bytes, read from its beginning. When it fails, nothing is left there that the store shows.
pub(crate) async fn upload(store: &Arc<dyn ObjectStore>, path: &str, mut file: File, bytes: u64) -> Result<(), Error> {
    let reading = |error| Error::storage(format!("reading {path} back from its temporary file"), error);
    file.rewind().map_err(reading)?;
    let target = Path::from(path);
    if bytes <= PIECE_BYTES as u64 {
        let content = piece(&mut file).map_err(reading)?;
        let put = store.put(&target, content).await;
        return put.map(|_| ()).map_err(|error| Error::storage(format!("writing {path}"), error));
    }
    let failed = |error: ObjectStoreError| Error::storage(format!("writing {path}"), error);
    let mut sending = store.put_multipart(&target).await.map_err(failed)?;
    let pieces = bytes.div_ceil(PIECE_BYTES as u64);
    // Lazy: a piece is read when there is room for it.
    let parts = futures::stream::iter(0..pieces).map(|_| match piece(&mut file) {
        Ok(content) => Ok(sending.put_part(content)),
        Err(error) => Err(reading(error)),
    });
    let sent = parts.try_for_each_concurrent(PIECES_AT_ONCE, |part| async move { part.await.map_err(failed) }).await;
    let ended = match sent {
        Ok(()) => sending.complete().await.map(|_| ()).map_err(failed),
        Err(error) => Err(error),
    };
    if ended.is_err() {
        // Pieces that stay are not shown, and cost; a rule of the bucket clears those of a killed writer.
        let _ = sending.abort().await;
    }
    ended
}

fn piece(file: &mut File) -> std::io::Result<PutPayload> {
    let mut content = Vec::new();
    file.take(PIECE_BYTES as u64).read_to_end(&mut content)?;
    Ok(content.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use object_store::memory::InMemory;

    use super::*;

    #[tokio::test]
    async fn files_arrive_whole_whatever_their_size() {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        for bytes in [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 4 * PIECE_BYTES + 7] {
            let content: Vec<u8> = (0..bytes).map(|at| (at / 251) as u8).collect();
            let mut file = tempfile::tempfile().expect("a file");
            file.write_all(&content).expect("written");
            upload(&store, "day=2026-03-02/part.parquet", file, bytes as u64).await.expect("sent");
            let found = store.get(&Path::from("day=2026-03-02/part.parquet")).await.expect("there").bytes().await.expect("read");
            assert!(found == content, "{bytes}");
        }
    }
}
