//! CloudTrail: delivered log files, LookupEvents output, EventBridge envelopes, CloudWatch Logs subscriptions and exports.

use watchfire_model::{RejectReason, cloudtrail};

use super::{Candidate, Source, Verdict};

pub(super) static SOURCE: Source = Source {
    name: "cloudtrail",
    schema: &cloudtrail::SCHEMA,
    identity: cloudtrail::EVENT_NAME,
    // Log files; `lookup-events`; CloudWatch Logs subscriptions; `filter-log-events` and `get-log-events`.
    wrappers: &["Records", "Events", "logEvents", "events"],
    marks: &["CloudTrailEvent", "message", "detail-type", "detail", "digestS3Object", "logFiles"],
    judge,
};

const CLOUD_TRAIL_EVENT: usize = 0;
const MESSAGE: usize = 1;
const DETAIL_TYPE: usize = 2;
const DETAIL: usize = 3;
const DIGEST_OBJECT: usize = 4;
const LOG_FILES: usize = 5;

/// CloudWatch Logs says this, in place of a record, when it tries out a new subscription.
const CONTROL_MESSAGE: &str = "\"CWL CONTROL MESSAGE";

fn judge(value: &Candidate<'_>) -> Verdict {
    let name = value.field(cloudtrail::EVENT_NAME);
    let source = value.field(cloudtrail::EVENT_SOURCE);
    let named = name.is_some() && (source.is_some() || value.field(cloudtrail::EVENT_TYPE).is_some());
    if !named && value.field(cloudtrail::INSIGHT_DETAILS) != Some(b'{') {
        return judge_envelope(value);
    }
    let wrong = |detail| Verdict::Reject(RejectReason::WrongType, detail);
    match (name, source, value.field(cloudtrail::EVENT_TIME)) {
        (Some(b'"') | None, Some(b'"') | None, Some(b'"')) => Verdict::Record,
        (_, _, None) => wrong("the record has no eventTime"),
        (Some(b'"') | None, Some(b'"') | None, _) => wrong("eventTime is no text"),
        (Some(b'"') | None, _, _) => wrong("eventSource is no text"),
        _ => wrong("eventName is no text"),
    }
}

#[cold]
fn judge_envelope(value: &Candidate<'_>) -> Verdict {
    let not_a_record = |detail| Verdict::Reject(RejectReason::NotARecord, detail);
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
