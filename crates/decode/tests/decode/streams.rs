//! Streams that come in small pieces, and streams that break.

use std::io::{self, Read};

use watchfire_decode::{Input, Limits};

use crate::collect::{decode_with, record};

/// A stream that gives a few bytes at a time.
pub struct Drip<'d> {
    pub bytes: &'d [u8],
    pub step: usize,
}

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.step.min(self.bytes.len()).min(buffer.len());
        let (now, later) = self.bytes.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.bytes = later;
        Ok(count)
    }
}

/// A stream that breaks at its end.
struct Breaking<'d>(Drip<'d>);

impl Read for Breaking<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the network went away")),
            count => Ok(count),
        }
    }
}

#[test]
fn a_broken_stream_keeps_its_whole_records() {
    let text = format!("{{\"Records\":[{},{},{}", record("A", ""), record("B", ""), &record("C", "")[..40]);
    for step in [1, 7, 512, 100_000] {
        let got = decode_with(Limits::default(), Input::Stream(&mut Breaking(Drip { bytes: text.as_bytes(), step })));
        assert_eq!(got.texts("eventName"), ["A", "B"]);
        assert_eq!(got.codes(), ["unreadable"]);
        assert!(got.rejects[0].detail.contains("the network went away"), "{}", got.rejects[0].detail);
        assert_eq!(got.rejects[0].excerpt, &record("C", "").as_bytes()[..40]);
    }
}

#[test]
fn a_stream_that_never_works_is_unreadable() {
    let got = decode_with(Limits::default(), Input::Stream(&mut Breaking(Drip { bytes: b"", step: 1 })));
    assert_eq!(got.codes(), ["unreadable"]);
}

#[test]
fn nothing_is_nothing() {
    for text in ["", " \n", "\u{feff}", "{\"Records\":[]}", "[]", "{\"Events\":[],\"NextToken\":\"x\"}"] {
        let got = decode_with(Limits::default(), Input::Stream(&mut text.as_bytes()));
        assert_eq!((got.outcome.records, got.outcome.rejects), (0, 0), "{text} {:?}", got.rejects);
    }
}

#[test]
fn long_records_pass_through_small_windows() {
    let long = record("Long", &format!(",\"requestParameters\":\"{}\"", "x".repeat(300_000)));
    let text = [record("A", ""), long, record("B", "")].join("\n");
    let limits = Limits { window_bytes: 64, ..Limits::default() };
    let got = decode_with(limits, Input::Stream(&mut text.as_bytes()));
    assert_eq!(got.texts("eventName"), ["A", "Long", "B"]);
}

#[test]
fn a_record_beyond_the_limit_is_one_reject() {
    let long = record("Long", &format!(",\"requestParameters\":{{\"a\":[{}0]}}", "{\"b\":1},".repeat(20_000)));
    for text in [[record("A", ""), long.clone(), record("B", "")].join("\n"), format!("[{},{long},{}]", record("A", ""), record("B", ""))] {
        let limits = Limits { window_bytes: 512, record_bytes_max: 50_000, ..Limits::default() };
        for got in [decode_with(limits, Input::Stream(&mut text.as_bytes())), decode_with(limits, Input::Bytes(text.as_bytes()))] {
            assert_eq!(got.texts("eventName"), ["A", "B"]);
            assert_eq!(got.codes(), ["too_long"], "{:?}", got.rejects[0].detail);
        }
    }
}
