//! CloudTrail: delivered log files, LookupEvents output, EventBridge envelopes, CloudWatch Logs subscriptions and exports.

use watchfire_model::{EventTime, RejectReason, cloudtrail, scalar_text};

use super::{Candidate, Source, Verdict};

pub(super) static SOURCE: Source = Source {
    name: "cloudtrail",
    schema: &cloudtrail::SCHEMA,
    identity: cloudtrail::EVENT_NAME,
    // Log files; `lookup-events`; CloudWatch Logs subscriptions; `filter-log-events` and `get-log-events`.
    wrappers: &["Records", "Events", "logEvents", "events"],
    marks: &["CloudTrailEvent", "message", "detail-type", "detail", "digestS3Object", "logFiles", "s3"],
    judge,
};

const CLOUD_TRAIL_EVENT: usize = 0;
const MESSAGE: usize = 1;
const DETAIL_TYPE: usize = 2;
const DETAIL: usize = 3;
const DIGEST_OBJECT: usize = 4;
const LOG_FILES: usize = 5;
const S3: usize = 6;

/// CloudWatch Logs says this, in place of a record, when it tries out a new subscription.
const CONTROL_MESSAGE: &str = "\"CWL CONTROL MESSAGE";

/// The `eventSource` that only a bucket's notifications have.
const BUCKET_NOTIFICATION_SOURCE: &str = "\"aws:s3\"";

fn judge(value: &Candidate<'_>) -> Verdict {
    let name = value.field(cloudtrail::EVENT_NAME);
    let source = value.field(cloudtrail::EVENT_SOURCE);
    let named = name.is_some() && (source.is_some() || value.field(cloudtrail::EVENT_TYPE).is_some());
    if !named && value.field(cloudtrail::INSIGHT_DETAILS) != Some(b'{') {
        return judge_envelope(value);
    }
    if value.json(cloudtrail::EVENT_SOURCE) == BUCKET_NOTIFICATION_SOURCE && value.mark(S3).is_some() {
        return Verdict::Reject(RejectReason::NotARecord, "an S3 event notification, no CloudTrail record".into());
    }
    let wrong = |detail: &'static str| Verdict::Reject(RejectReason::WrongType, detail.into());
    match (name, source, value.field(cloudtrail::EVENT_TIME)) {
        (Some(b'"') | None, Some(b'"') | None, Some(b'"')) => {
            let time = value.json(cloudtrail::EVENT_TIME);
            if is_plain_time(time.as_bytes()) { Verdict::Record } else { judge_time(time) }
        }
        (_, _, None) => wrong("the record has no eventTime"),
        (Some(b'"') | None, Some(b'"') | None, _) => wrong("eventTime is no text"),
        (Some(b'"') | None, _, _) => wrong("eventSource is no text"),
        _ => wrong("eventName is no text"),
    }
}

/// Whether a JSON text is an instant in CloudTrail's own form, on a day that every month has. Judges all bytes alike, without
/// a branch: every record passes here.
#[inline]
fn is_plain_time(json: &[u8]) -> bool {
    const LOW: &[u8; 22] = b"\"0000-00-00T00:00:00Z\"";
    const HIGH: &[u8; 22] = b"\"9999-19-29T29:59:59Z\"";
    let Ok(json) = <&[u8; 22]>::try_from(json) else { return false };
    let in_form = json.iter().zip(LOW).zip(HIGH).fold(true, |ok, ((byte, low), high)| ok & (low <= byte) & (byte <= high));
    let &[_, _, _, _, _, _, month_tens, month_ones, _, day_tens, day_ones, _, hour_tens, hour_ones, ..] = json;
    let number = |tens: u8, ones: u8| 10 * u32::from(tens & 15) + u32::from(ones & 15);
    let month = number(month_tens, month_ones);
    let day = number(day_tens, day_ones);
    in_form & (1..=12).contains(&month) & (1..=28).contains(&day) & (number(hour_tens, hour_ones) < 24)
}

/// The other forms, and what is no instant at all.
#[cold]
fn judge_time(json: &str) -> Verdict {
    match scalar_text(json).unwrap_or_default().parse::<EventTime>() {
        Ok(_) => Verdict::Record,
        Err(error) => Verdict::Reject(RejectReason::WrongType, format!("eventTime is {error}").into()),
    }
}

#[cold]
fn judge_envelope(value: &Candidate<'_>) -> Verdict {
    let not_a_record = |detail: &'static str| Verdict::Reject(RejectReason::NotARecord, detail.into());
    if !value.raw.starts_with('{') {
        return not_a_record("not an object");
    }
    if value.mark(DIGEST_OBJECT).is_some() && value.mark(LOG_FILES).is_some() {
        return not_a_record("digest file");
    }
    if let Some((span, b'"')) = value.mark(CLOUD_TRAIL_EVENT) {
        return Verdict::Quoted(span);
    }
    if let (Some((span, b'{')), Some(_)) = (value.mark(DETAIL), value.mark(DETAIL_TYPE)) {
        return Verdict::Inside(span);
    }
    match value.mark(MESSAGE) {
        Some((span, b'"')) if value.text(span).starts_with(CONTROL_MESSAGE) => Verdict::Quiet,
        Some((span, b'"')) => Verdict::Quoted(span),
        _ => not_a_record("no CloudTrail record: it has no eventName with eventSource or eventType"),
    }
}
