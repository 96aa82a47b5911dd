//! Any text into the parser of event patterns, and any text as an event: no panic, every refusal reads and points into the text, and
//! matcher and referee agree on what is JSON.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run event_patterns fuzz/corpus/event_patterns crates/detect/testdata/event_patterns` from the root of
//! the repository; `cargo install cargo-fuzz` first. The input is a pattern and an event, with an empty line between them; without one,
//! it is a pattern for a fixed event.
#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire_detect::event_pattern::{CallEvent, CaseFile, EventMatcher, EventPattern, EventScratch, check_envelope};
use watchfire_detect::referee;

const EVENT: &str = r#"{"source":"aws.iam","detail":{"eventName":"CreateUser","n":[1,2.50,{"a":"x"}],"a":[{"b":"1","c":null},{"b":["2"],"c":true}],"a.b":"::1"}}"#;

/// The referee tries every choice of values; longer texts would keep it too long.
const REFEREE_BYTES_MAX: usize = 300;

fuzz_target!(|text: &str| {
    let (pattern_text, event) = text.split_once("\n\n").unwrap_or((text, EVENT));
    let _ = CaseFile::parse(text);
    let is_envelope = check_envelope(event).is_ok();
    let pattern = match EventPattern::parse(pattern_text) {
        Ok(pattern) => pattern,
        Err(error) => {
            assert!(!error.reason().is_empty() && !error.hint().is_empty() && error.at() <= pattern_text.len());
            let _ = error.line_and_column(pattern_text);
            return;
        }
    };
    let other = EventPattern::parse(r#"{"detail":{"a":{"b":[{"wildcard":"*"}],"c":[{"exists":false},true]}}}"#).expect("valid");
    let matcher = EventMatcher::compile([&other, &pattern]);
    let mut scratch = EventScratch::default();
    let mut said = [[false; 2]; 2];
    for said in &mut said {
        match matcher.matches(event, &mut scratch, |pattern| said[pattern] = true) {
            Ok(undecided) if undecided.is_empty() => {}
            Ok(_) => return,
            Err(error) => {
                assert!(error.at() <= event.len() && !is_envelope);
                return;
            }
        }
    }
    assert_eq!(said[0], said[1], "memory changes no verdict");
    if pattern_text.len() <= REFEREE_BYTES_MAX
        && event.len() <= REFEREE_BYTES_MAX
        && let Some(expected) = referee::event_pattern::matches(pattern_text, event)
    {
        assert_eq!(said[0][1], expected, "{pattern_text} on {event}");
    }
    let _ = matcher.matches_call(&CallEvent { record: event, id: pattern_text }, &mut scratch, |_| ());
});
