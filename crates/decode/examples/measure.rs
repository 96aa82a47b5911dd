//! Throw-away measurement.
#![allow(clippy::unwrap_used, missing_docs)]
use std::sync::Arc;
use std::time::Instant;
use serde_json::value::RawValue;
use watchfire_decode::*;
use watchfire_model::*;

struct S { n: u64, bytes: u64, rejects: u64 }
impl Sink for S {
    fn record(&mut self, _s: &Arc<str>, r: Record<'_>) {
        self.n += 1;
        self.bytes += r.text(cloudtrail::EVENT_NAME).map_or(0, |t| t.len() as u64) + r.text(cloudtrail::EVENT_SOURCE).map_or(0, |t| t.len() as u64);
    }
    fn reject(&mut self, r: Reject) { self.rejects += 1; eprintln!("{} {} {}", r.reason, r.offset, r.detail); }
}
#[derive(serde::Deserialize)]
struct Doc<'a> { #[serde(borrow, rename = "Records")] records: Vec<&'a RawValue> }

fn main() {
    let dir = "/work/shared/data/cloudtrail/invictus-stratus-run";
    let mut records: Vec<String> = vec![];
    let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    for f in files {
        let text = std::fs::read_to_string(f).unwrap();
        let d: Doc = serde_json::from_str(&text).unwrap();
        records.extend(d.records.iter().map(|r| r.get().to_owned()));
    }
    let total = 300_000usize;
    let mut gz: Vec<Vec<u8>> = vec![];
    let mut raws: Vec<Vec<u8>> = vec![];
    let mut rng = 88172645463325252u64;
    let mut next = || { rng ^= rng << 13; rng ^= rng >> 7; rng ^= rng << 17; rng };
    let mut raw_total = 0;
    for _ in 0..total / 5000 {
        let mut text = String::from("{\"Records\":[");
        for i in 0..5000 {
            if i > 0 { text.push(','); }
            let r = &records[next() as usize % records.len()];
            // new event id and request id
            let mut r = r.clone();
            for key in ["\"eventID\":\"", "\"requestID\":\""] {
                if let Some(p) = r.find(key) { let a = p + key.len(); let x = next(); let id = format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", x as u32, (x >> 32) as u16, (x >> 48) as u16, next() as u16, next() & 0xffffffffffff); if r.len() > a + 36 { r.replace_range(a..a + 36, &id); } }
            }
            text.push_str(&r);
        }
        text.push_str("]}");
        raw_total += text.len();
        let mut c = libdeflater::Compressor::new(libdeflater::CompressionLvl::new(6).unwrap());
        let mut out = vec![0; c.gzip_compress_bound(text.len())];
        let n = c.gzip_compress(text.as_bytes(), &mut out).unwrap();
        out.truncate(n);
        gz.push(out);
        raws.push(text.into_bytes());
    }
    let per = |t: std::time::Duration| t.as_nanos() as f64 / total as f64;
    println!("raw {} B/record, gz {} B/record", raw_total / total, gz.iter().map(Vec::len).sum::<usize>() / total);
    let source: Arc<str> = "x".into();
    let only = std::env::var("ONLY").is_ok();
    for _round in 0..5 {
        if only { let mut d = Decoder::new(Limits::default()); for _ in 0..10 { let mut s = S { n: 0, bytes: 0, rejects: 0 }; let t = Instant::now(); for g in &raws { d.decode(&source, Input::Bytes(g), &mut s); } println!("{:.0}", per(t.elapsed())); } continue; }
        let mut buf = vec![0u8; 16 << 20];
        let mut dec = libdeflater::Decompressor::new();
        let t = Instant::now();
        for g in &gz { dec.gzip_decompress(g, &mut buf).unwrap(); }
        let a = per(t.elapsed());
        let t = Instant::now();
        let mut sum = 0;
        for g in &gz { let n = dec.gzip_decompress(g, &mut buf).unwrap(); let d: Doc = serde_json::from_slice(&buf[..n]).unwrap(); sum += d.records.len(); }
        let b = per(t.elapsed());
        assert_eq!(sum, total);
        let mut s = S { n: 0, bytes: 0, rejects: 0 };
        let mut d = Decoder::new(Limits::default());
        let t = Instant::now();
        for g in &gz { d.decode(&source, Input::Bytes(g), &mut s); }
        let c = per(t.elapsed());
        assert_eq!(s.n, total as u64);
        let mut s = S { n: 0, bytes: 0, rejects: 0 };
        let t = Instant::now();
        for g in &raws { d.decode(&source, Input::Bytes(g), &mut s); }
        let e = per(t.elapsed());
        assert_eq!(s.n, total as u64);
        let t = Instant::now();
        let mut utf = 0;
        for g in &raws { for c in g.chunks(256 << 10) { utf += usize::from(simdutf8::basic::from_utf8(c).is_ok()); } }
        let u = per(t.elapsed());
        let mut s = S { n: 0, bytes: 0, rejects: 0 };
        let t = Instant::now();
        for g in &gz { let mut r: &[u8] = g; d.decode(&source, Input::Stream(&mut r), &mut s); }
        let st = per(t.elapsed());
        assert_eq!(s.n, total as u64);
        println!("inflate {a:.0}  inflate+serde split {b:.0}  inflate+decode {c:.0}  plain decode {e:.0} ({:.2} GB/s)  utf8 {u:.0} ({utf}) stream {st:.0} ns/record", (raw_total / total) as f64 / e);
    }
}
