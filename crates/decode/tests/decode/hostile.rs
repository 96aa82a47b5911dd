//! Text that wants to cost more than it should.

use std::time::{Duration, Instant};

use crate::collect::{decode, record};

/// Far above what linear work needs in any build, far below what quadratic work would.
const PATIENCE: Duration = Duration::from_secs(20);

fn in_time(what: &str, text: &[u8]) -> crate::collect::Collected {
    let begin = Instant::now();
    let got = decode(text);
    eprintln!("{what:?}: {:?}, {} rejects", begin.elapsed(), got.rejects.len());
    assert!(begin.elapsed() < PATIENCE, "{what}: {:?}", begin.elapsed());
    got
}

#[test]
fn megabytes_of_brackets_are_read_in_linear_time() {
    let pieces = [
        "{",
        "[",
        "{\"",
        "[{\"a\":",
        "{\"a\":",
        "{\"a\":[",
        "[{\"a\":[1,2,3,",
        "\n{\"a\":[",
        "{\"a\":1},",
        "}{",
        "\"",
        "\\",
        ",",
        ",{\"a\":\"",
        ",{\"eventName\":\"",
        "]}",
        "\0",
        "{\"a\":[{},\n",
        "{\"eventName\":\"x\",\"b\":[",
        "[{\"message\":\"{\"},",
        "\u{feff}",
        "{\n",
        "\n{\"Records\":[",
    ];
    for piece in pieces {
        let text = piece.repeat((8 << 20) / piece.len());
        in_time(piece, text.as_bytes());
        let good = format!("{}\n{}\n{}", record("A", ""), text, record("B", ""));
        assert_eq!(in_time(piece, good.as_bytes()).texts("eventName").first().map(String::as_str), Some("A"), "{piece}");
    }
}

#[test]
fn many_openings_before_long_text_are_read_in_linear_time() {
    let numbers = "1,".repeat(2 << 20);
    let text = format!("{}{numbers}", "{\"a\":[".repeat(120)).repeat(8);
    in_time("openings before numbers", text.as_bytes());
    let lines = format!("{}{}", "{\"a\":[\n".repeat(100), "{\"b\":1},\n".repeat(20_000)).repeat(20);
    in_time("openings before lines", lines.as_bytes());
}

#[test]
fn depth_ten_thousand_is_one_reject() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let deep = record("Deep", &format!(",\"requestParameters\":{}1{}", open.repeat(10_000), close.repeat(10_000)));
        for text in [format!("[{},{deep},{}]", record("A", ""), record("B", "")), [record("A", ""), deep, record("B", "")].join("\n")] {
            let got = in_time(open, text.as_bytes());
            assert_eq!(got.texts("eventName"), ["A", "B"]);
            assert_eq!(got.codes(), ["too_deep"]);
        }
    }
}

#[test]
fn depth_up_to_the_limit_is_fine() {
    let nested = |depth: usize| record("Deep", &format!(",\"requestParameters\":{}{}", "[".repeat(depth), "]".repeat(depth)));
    assert_eq!(decode(nested(127).as_bytes()).records.len(), 1);
    assert_eq!(decode(nested(128).as_bytes()).codes(), ["too_deep"]);
}
