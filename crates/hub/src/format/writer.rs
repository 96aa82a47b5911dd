//! Findings going out, a page at a time.

use std::str::FromStr;

use super::{csv, guardduty, ocsf};
use crate::asff::Asff;

/// As what findings go out or come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `{"Findings": […]}` as GetFindings gives it.
    Asff,
    /// GuardDuty's JSON, a finding a line, as it exports them to S3.
    GuardDuty,
    /// OCSF 1.8.0, a finding a line.
    Ocsf,
    /// A table; it only goes out.
    Csv,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        match text {
            "asff" => Ok(Format::Asff),
            "guardduty" => Ok(Format::GuardDuty),
            "ocsf" => Ok(Format::Ocsf),
            "csv" => Ok(Format::Csv),
            _ => Err(format!("unknown format {text:?}: use asff, guardduty, ocsf or csv")),
        }
    }
}

/// Writes findings as texts that make a file when they are put together.
#[derive(Debug)]
pub struct Writer {
    format: Format,
    written: u64,
}

impl Writer {
    /// Nothing is written yet.
    pub fn new(format: Format) -> Writer {
        Writer { format, written: 0 }
    }

    /// A finding, with what has to stand before it.
    pub fn write(&mut self, document: &Asff) -> String {
        let is_first = self.written == 0;
        self.written += 1;
        match self.format {
            Format::Asff => format!("{}{}", if is_first { "{\"Findings\":[\n" } else { ",\n" }, document.to_json()),
            Format::GuardDuty => format!("{}\n", guardduty::of_document(document)),
            Format::Ocsf => format!("{}\n", ocsf::ocsf(document)),
            Format::Csv => format!("{}{}", if is_first { csv::head() } else { String::new() }, csv::line(document)),
        }
    }

    /// What has to stand at the end.
    pub fn end(self) -> String {
        match (self.format, self.written) {
            (Format::Asff, 0) => "{\"Findings\":[]}\n".to_owned(),
            (Format::Asff, _) => "\n]}\n".to_owned(),
            (Format::Csv, 0) => csv::head(),
            _ => String::new(),
        }
    }
}
