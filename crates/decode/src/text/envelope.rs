//! Records inside other objects: EventBridge's `detail`, LookupEvents' `CloudTrailEvent`, CloudWatch Logs' `message`.

use std::borrow::Cow;

use watchfire_model::{Record, RejectReason, Span};

use super::document::Document;
use crate::json::{Stop, Why};
use crate::report::Report;
use crate::source::Verdict;

/// Envelopes that may stand inside each other: an EventBridge event that a rule wrote into CloudWatch Logs has two.
const ENVELOPES_MAX: usize = 3;

impl Document {
    /// Gives the record inside an envelope, or the reject. Places of rejects are those of the envelope.
    #[cold]
    pub(super) fn unwrap_envelope(&mut self, raw: &str, mut verdict: Verdict, offset: u64, report: &mut Report<'_>) {
        let mut text = Cow::Borrowed(raw);
        for _ in 0..=ENVELOPES_MAX {
            text = match verdict {
                Verdict::Record => return report.record(Record::new(&text, &self.inner.found.slots)),
                Verdict::Quiet => return,
                Verdict::Reject(reason, detail) => return report.reject(reason, offset, detail, raw.as_bytes()),
                Verdict::Inside(span) => cut_out(text, span),
                Verdict::Quoted(span) => match serde_json::from_str::<String>(slice(&text, span)) {
                    Ok(text) => Cow::Owned(text),
                    Err(error) => {
                        let detail = format!("text in an envelope: {error}");
                        return report.reject(RejectReason::BrokenJson, offset, detail, raw.as_bytes());
                    }
                },
            };
            text = trimmed(text);
            verdict = match self.read_inner(&text) {
                Ok(true) => self.source.judge(&text, &self.inner.found),
                Ok(false) => Verdict::Reject(RejectReason::BrokenJson, "text in an envelope: more than one value".into()),
                Err(stop) => why_rejected(stop),
            };
        }
        report.reject(RejectReason::NotARecord, offset, "envelopes inside envelopes", raw.as_bytes());
    }

    /// Whether a text is one value and nothing else.
    fn read_inner(&mut self, text: &str) -> Result<bool, Stop> {
        self.inner.restart(0);
        let end = self.inner.value(text.as_bytes(), 0)?;
        Ok(end == text.len())
    }
}

fn why_rejected(stop: Stop) -> Verdict {
    let (reason, detail) = match stop.why {
        Why::Broken(detail) => (RejectReason::BrokenJson, detail),
        Why::Incomplete => (RejectReason::Truncated, "text in an envelope ends early"),
        Why::TooDeep => (RejectReason::TooDeep, "text in an envelope nests too deeply"),
        Why::Wrapper => (RejectReason::NotARecord, "a list of records inside an envelope"),
    };
    Verdict::Reject(reason, detail.into())
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    let start = text.len() - text.trim_ascii_start().len();
    let end = text.trim_ascii_end().len().max(start);
    cut_out(text, Span { start: start as u32, end: end as u32 })
}

/// Part of a text; a copy only when the text was one.
fn cut_out(text: Cow<'_, str>, span: Span) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(slice(text, span)),
        Cow::Owned(text) if span == (Span { start: 0, end: text.len() as u32 }) => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(slice(&text, span).to_owned()),
    }
}
