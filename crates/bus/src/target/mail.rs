//! A message to people.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::notice::Notice;
use super::{Answer, Kind, Letter, Message, Request, Verdict, answer};
use crate::retry::{ErrorCode, Failure};

/// A message to people. The server and its password are the program's, not the target's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Who sends it.
    pub from: String,
    /// Who gets it.
    pub to: Vec<String>,
}

/// Letters of a line of Base64.
const LINE: usize = 76;

impl Kind for Mail {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        let wrong = std::iter::once(&self.from).chain(&self.to).find(|address| !is_address(address));
        if let Some(address) = wrong {
            return Err(Failure::never(ErrorCode::InvalidInput, format!("{address:?} is no address")));
        }
        let notice = Notice::of(letter);
        let host = self.from.rsplit('@').next().unwrap_or("watchfire");
        let date = jiff::Timestamp::from_millisecond(letter.now.millis())
            .ok()
            .and_then(|now| jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_string(&now).ok());
        let facts: String = notice.facts.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let body = format!("{}\n\n{}\n\n{facts}rule: {}\n\n{}\n", notice.title, notice.text, letter.rule_arn, letter.payload);
        let headers = [
            ("From", self.from.clone()),
            ("To", self.to.join(", ")),
            ("Subject", encoded(&format!("[{}] {}", notice.level, notice.title))),
            ("Date", date.unwrap_or_default()),
            // The same for a repeat, so that mail programs drop it.
            ("Message-ID", format!("<{}@{host}>", letter.id)),
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("MIME-Version", "1.0".to_owned()),
            ("Content-Type", "text/plain; charset=utf-8".to_owned()),
            ("Content-Transfer-Encoding", "base64".to_owned()),
        ];
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let coded = STANDARD.encode(body);
        let lines: Vec<&str> = coded.as_bytes().chunks(LINE).map(|line| std::str::from_utf8(line).expect("Base64 is ASCII")).collect();
        Ok(Request::Mail(Message {
            from: self.from.clone(),
            to: self.to.clone(),
            text: format!("{headers}\r\n{}\r\n", lines.join("\r\n")),
        }))
    }

    fn judge(&self, sent: usize, answer: &Answer, _: EventTime) -> Vec<Verdict> {
        let verdict = match answer {
            Answer::Smtp { code: 200..=299, .. } => Ok(()),
            Answer::Smtp { code: code @ 400..=499, text } => {
                Err(Failure::later(ErrorCode::ErrorFromTarget, format!("SMTP {code}: {text}")))
            }
            Answer::Smtp { code: code @ (530 | 534 | 535 | 538), text } => {
                Err(Failure::never(ErrorCode::NoPermissions, format!("SMTP {code}: {text}")))
            }
            Answer::Smtp { code, text } => Err(Failure::never(ErrorCode::ErrorFromTarget, format!("SMTP {code}: {text}"))),
            other => Err(answer::trouble(other)),
        };
        answer::all(sent, verdict)
    }
}

/// An address without anything that would begin another header or another address.
fn is_address(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_graphic() && !matches!(letter, '<' | '>' | ',' | ';' | '"' | '(' | ')' | ':' | '\\');
    text.chars().all(plain) && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// A header's text: as it is where it is plain ASCII, otherwise in encoded words of RFC 2047.
fn encoded(text: &str) -> String {
    if text.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ') {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        if word.len() + letter.len_utf8() > 42 {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect::<Vec<_>>().join("\r\n ")
}
