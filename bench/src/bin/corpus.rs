//! Writes a corpus: simulated records, packed again into files of exactly so many records.
//!
//! `corpus FOLDER RECORDS RECORDS_PER_FILE SEED [none|all] [DAYS]`

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use libdeflater::{CompressionLvl, Compressor, Decompressor};
use serde::Deserialize;
use serde_json::value::RawValue;
use watchfire_bench::{files, inflate};
use watchfire_sim::{Plan, Story};

#[derive(Deserialize)]
struct Log<'t> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'t RawValue>,
}

/// The level that AWS's own files come closest to in size.
const GZIP_LEVEL: i32 = 6;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, records, per_file, seed, rest @ ..] = arguments.as_slice() else {
        anyhow::bail!("usage: corpus FOLDER RECORDS RECORDS_PER_FILE SEED [none|all] [DAYS]");
    };
    let stories = if rest.first().is_some_and(|word| word == "none") { Vec::new() } else { Story::ALL.to_vec() };
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    let loose = tempfile::tempdir_in(folder)?;
    let days = rest.get(1).map_or(Ok(Plan::default().days), |days| days.parse())?;
    let plan = Plan { seed: seed.parse()?, records: records.parse()?, days, stories, ..Plan::default() };
    watchfire_sim::write(&plan, loose.path(), &|_| ())?;
    let packed = Packer { folder, per_file: per_file.parse()?, body: Vec::new(), held: 0, written: 0 };
    let count = packed.pack(loose.path())?;
    println!("{count} files of {per_file} records in {}", folder.display());
    Ok(())
}

struct Packer<'f> {
    folder: &'f Path,
    per_file: usize,
    body: Vec<u8>,
    held: usize,
    written: usize,
}

impl Packer<'_> {
    fn pack(mut self, loose: &Path) -> anyhow::Result<usize> {
        let (mut decompressor, mut buffer) = (Decompressor::new(), Vec::new());
        let mut paths = files(loose)?;
        // Logs arrive day by day, whatever account and region they are of: files lie in folders of year, month and day.
        paths.sort_by_cached_key(|path| {
            path.components()
                .rev()
                .skip(1)
                .take(3)
                .map(|part| part.as_os_str().to_owned())
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect::<Vec<_>>()
        });
        for path in paths {
            let gz = std::fs::read(&path)?;
            let log: Log<'_> = serde_json::from_slice(inflate(&mut decompressor, &gz, &mut buffer)?)?;
            for record in log.records {
                self.body.extend_from_slice(if self.held == 0 { b"{\"Records\":[" } else { b"," });
                self.body.extend_from_slice(record.get().as_bytes());
                self.held += 1;
                if self.held == self.per_file {
                    self.flush()?;
                }
            }
        }
        if self.held > 0 {
            self.flush()?;
        }
        Ok(self.written)
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        self.body.extend_from_slice(b"]}");
        let level = CompressionLvl::new(GZIP_LEVEL).ok().context("a level of libdeflate")?;
        let mut compressor = Compressor::new(level);
        let mut gz = vec![0; compressor.gzip_compress_bound(self.body.len())];
        let length = compressor.gzip_compress(&self.body, &mut gz)?;
        let path = self.folder.join(format!("{:06}.json.gz", self.written));
        std::fs::File::create(path)?.write_all(gz.get(..length).context("within its bound")?)?;
        self.written += 1;
        self.held = 0;
        self.body.clear();
        Ok(())
    }
}
