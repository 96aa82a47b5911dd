//! The Firehose HTTP endpoint protocol (Amazon Data Firehose Developer Guide, "HTTP endpoint delivery request and response
//! specifications").

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use watchfire_model::EventTime;

use super::inflate::{gunzip, inflated, is_gzip};
use super::{PushBounds, PushError, Pushed};

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firehose {
    /// Its id, which the answer must repeat.
    pub request_id: String,
    /// What it brings.
    pub pushed: Pushed,
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(rename = "requestId", borrow)]
    request_id: Cow<'a, str>,
    #[serde(borrow)]
    records: Vec<Part<'a>>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow)]
    data: Cow<'a, str>,
}

/// The beginning of what CloudWatch Logs sends to a subscription.
#[derive(Deserialize)]
struct Subscription<'a> {
    #[serde(rename = "messageType", borrow)]
    message_type: Cow<'a, str>,
}

/// Reads a request; `request_id` is what `X-Amz-Firehose-Request-Id` says, `content_encoding` what `Content-Encoding` says.
///
/// Records may be packed with gzip, as those of CloudWatch Logs subscriptions are; those by which CloudWatch Logs only tries the line are
/// dropped and counted.
///
/// # Errors
/// The request as a whole is not one, or longer than its bound. A record that cannot be unpacked is no error: it is counted, and in the
/// batch as it came.
pub fn firehose(request_id: Option<&str>, content_encoding: Option<&str>, body: &[u8], bounds: &PushBounds) -> Result<Firehose, PushError> {
    let body = inflated(content_encoding, body, bounds.bytes_max)?;
    let request: Request<'_> =
        serde_json::from_slice(&body).map_err(|error| PushError::Broken(format!("no request of Firehose: {error}")))?;
    if request_id.is_some_and(|id| id != request.request_id) {
        return Err(PushError::Broken("X-Amz-Firehose-Request-Id and requestId differ".to_owned()));
    }
    let mut pushed = Pushed { parts: request.records.len() as u64, ..Pushed::default() };
    for part in &request.records {
        let room = bounds.bytes_max.saturating_sub(pushed.bytes.len());
        let text = match unpacked(&part.data, room) {
            Ok(text) if is_control(&text) => {
                pushed.controls += 1;
                continue;
            }
            Ok(text) => Cow::Owned(text),
            Err(PushError::TooLong(_)) => return Err(PushError::TooLong(bounds.bytes_max)),
            Err(_) => {
                pushed.broken += 1;
                Cow::Borrowed(part.data.as_bytes())
            }
        };
        if text.len() >= room {
            return Err(PushError::TooLong(bounds.bytes_max));
        }
        pushed.bytes.extend_from_slice(&text);
        // Firehose sends what it was given, and few who give end their records with a line's end.
        if !text.is_empty() && !text.ends_with(b"\n") {
            pushed.bytes.push(b'\n');
        }
    }
    Ok(Firehose { request_id: request.request_id.into_owned(), pushed })
}

fn unpacked(data: &str, bytes_max: usize) -> Result<Vec<u8>, PushError> {
    let bytes = STANDARD.decode(data.trim_ascii()).map_err(|error| PushError::Broken(format!("base64: {error}")))?;
    if is_gzip(&bytes) { gunzip(&bytes, bytes_max) } else { Ok(bytes) }
}

fn is_control(text: &[u8]) -> bool {
    const SIGN: &[u8] = b"CONTROL_MESSAGE";
    let head = &text[..text.len().min(4096)];
    head.windows(SIGN.len()).any(|window| window == SIGN)
        && serde_json::from_slice::<Subscription<'_>>(text).is_ok_and(|subscription| subscription.message_type == "CONTROL_MESSAGE")
}

/// The answer's body, for `Content-Type: application/json`. Firehose takes a request as delivered when the status is 200 and the id is its
/// own; an error tells why it is not.
pub fn firehose_answer(request_id: &str, now: EventTime, error: Option<&str>) -> String {
    let mut answer = json!({ "requestId": request_id, "timestamp": now.millis() });
    if let Some(error) = error {
        // Firehose keeps 8192 letters of it.
        answer["errorMessage"] = error.chars().take(1024).collect::<String>().into();
    }
    answer.to_string()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    const BOUNDS: PushBounds = PushBounds { bytes_max: 10_000 };

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    fn request(records: &[&[u8]]) -> Vec<u8> {
        let records: Vec<_> = records.iter().map(|record| json!({ "data": STANDARD.encode(record) })).collect();
        json!({ "requestId": "r-1", "timestamp": 1_578_090_901_599_u64, "records": records }).to_string().into_bytes()
    }

    const DATA: &[u8] =
        br#"{"messageType":"DATA_MESSAGE","owner":"1","logEvents":[{"id":"1","timestamp":1,"message":"{\"eventName\":\"X\"}"}]}"#;
    const CONTROL: &[u8] =
        br#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health"}]}"#;

    #[test]
    fn records_are_unpacked_and_put_in_lines() {
        let body = request(&[b"{\"a\":1}", b"{\"b\":2}\n", &packed(DATA), &packed(CONTROL), CONTROL, b""]);
        for (encoding, body) in [(None, body.clone()), (Some("gzip"), packed(&body))] {
            let Firehose { request_id, pushed } = firehose(Some("r-1"), encoding, &body, &BOUNDS).expect("a request");
            assert_eq!((request_id.as_str(), pushed.parts, pushed.controls, pushed.broken), ("r-1", 6, 2, 0));
            assert_eq!(pushed.bytes, [b"{\"a\":1}\n{\"b\":2}\n", DATA, b"\n"].concat());
        }
    }

    #[test]
    fn a_record_that_talks_of_control_messages_is_none() {
        let talk = br#"{"eventName":"X","requestParameters":"CONTROL_MESSAGE"}"#;
        assert_eq!(firehose(None, None, &request(&[talk]), &BOUNDS).expect("a request").pushed.controls, 0);
    }

    #[test]
    fn what_cannot_be_unpacked_is_kept_and_counted() {
        let mut cut = packed(DATA);
        cut.truncate(30);
        let cut_text = STANDARD.encode(&cut);
        let body =
            json!({ "requestId": "r", "records": [{ "data": "not base64!" }, { "data": cut_text }, { "data": STANDARD.encode("{}") }] });
        let pushed = firehose(None, None, body.to_string().as_bytes(), &BOUNDS).expect("a request").pushed;
        assert_eq!((pushed.parts, pushed.broken), (3, 2));
        assert_eq!(String::from_utf8(pushed.bytes).expect("text"), format!("not base64!\n{cut_text}\n{{}}\n"));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let too_long = request(&[&packed(&vec![b'a'; 20_000])]);
        let sum_too_long = request(&[&packed(&vec![b'a'; 6000]), &packed(&vec![b'a'; 6000])]);
        for (body, id, status) in [
            (b"{}".to_vec(), None, 400),
            (b"[]".to_vec(), None, 400),
            (br#"{"requestId":"r","records":[{"data":5}]}"#.to_vec(), None, 400),
            (request(&[]), Some("another"), 400),
            (vec![b'['; 10_001], None, 413),
            (vec![b'['; 9_000], None, 400),
            (too_long, None, 413),
            (sum_too_long, None, 413),
        ] {
            assert_eq!(firehose(id, None, &body, &BOUNDS).map_err(|error| error.status()), Err(status));
        }
    }

    #[test]
    fn answers_are_as_firehose_wants_them() {
        assert_eq!(firehose_answer("r-1", EventTime(5), None), r#"{"requestId":"r-1","timestamp":5}"#);
        assert_eq!(firehose_answer("r", EventTime(5), Some("\"no\"")), r#"{"requestId":"r","timestamp":5,"errorMessage":"\"no\""}"#);
    }

    proptest! {
        /// Whatever is sent: no panic, and never more than the bound.
        #[test]
        fn nothing_grows_past_its_bound(records in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..400), any::<bool>()), 0..20)) {
            let records: Vec<Vec<u8>> = records.into_iter().map(|(bytes, pack)| if pack { packed(&bytes) } else { bytes }).collect();
            let body = request(&records.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let bounds = PushBounds { bytes_max: 3000 };
            if let Ok(Firehose { pushed, .. }) = firehose(None, None, &body, &bounds) {
                prop_assert!(pushed.bytes.len() <= 3000);
                prop_assert_eq!(pushed.parts, records.len() as u64);
            }
        }
    }
}
