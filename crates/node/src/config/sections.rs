//! The sections, each with what it is when nothing is said.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use watchfire_model::Severity;
use watchfire_model::arn::Home;

use super::Config;
use super::fault::Gatherer;
use crate::LakePlace;

/// `[organisation]`: whose service this is; it stands in ARNs and in events of our own.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// The account that the bus speaks for, twelve digits.
    pub account: String,
    /// Its region.
    pub region: String,
}

impl Default for Organisation {
    fn default() -> Self {
        Organisation { account: "000000000000".to_owned(), region: "us-east-1".to_owned() }
    }
}

impl Organisation {
    /// Where the bus is at home.
    pub fn home(&self) -> Home {
        Home::new(&self.account, &self.region)
    }
}

/// `[data]`: where everything is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The tables: a folder, or `s3://bucket/prefix`.
    pub lake: String,
    /// For tables in a bucket: the folder of what was read and found.
    pub state: Option<PathBuf>,
    /// Copies of the state that are kept, one a day; 0 for none.
    pub backups: usize,
}

impl Default for Data {
    fn default() -> Self {
        Data { lake: "watchfire-data".to_owned(), state: None, backups: 7 }
    }
}

/// `[detect]`: which rules judge records.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Detect {
    /// The pack inside the program.
    pub pack: bool,
    /// Files and folders of Sigma rules beside it; they are read again when they change.
    pub rules: Vec<PathBuf>,
    /// Files and folders of lists for `|expand`.
    pub lists: Vec<PathBuf>,
    /// Findings below this are not kept.
    #[serde(deserialize_with = "parsed")]
    pub min_severity: Severity,
    /// Threads that read and judge; 0 for one a core.
    pub threads: usize,
}

impl Default for Detect {
    fn default() -> Self {
        Detect { pack: true, rules: Vec::new(), lists: Vec::new(), min_severity: Severity::Low, threads: 0 }
    }
}

/// `[bus]`: events and where they go.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bus {
    /// Files of bus rules, or folders of them; they are read again when they change.
    pub rules: Vec<PathBuf>,
    /// Addresses and networks that targets may be at although they are of this machine or a private network.
    pub allow: Vec<String>,
    /// The folder that targets of the kind `log` write to; `bus` in the data folder where it is not said.
    pub logs: Option<PathBuf>,
    /// The mail server, `host:port`.
    pub smtp: Option<Smtp>,
}

/// `[bus.smtp]`: who takes messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// `host:port`.
    pub server: String,
    /// Its user.
    pub user: Option<String>,
    /// And password, best as `${NAME}` of the environment.
    pub password: Option<String>,
    /// Whether the line begins in plain text and turns to TLS, begins with TLS, or stays plain.
    #[serde(default)]
    pub tls: SmtpTls,
}

/// How a line to a mail server is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// It turns to TLS before anything is said.
    #[default]
    Starttls,
    /// From the beginning.
    Always,
    /// Never.
    Never,
}

/// `[server]`: where the service listens.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// `address:port`.
    pub listen: String,
    /// A certificate of one's own: PEM.
    pub certificate: Option<PathBuf>,
    /// Its key: PEM.
    pub key: Option<PathBuf>,
    /// Makes a certificate where none is named.
    pub generate_certificate: bool,
    /// Lets others in over a line that anybody between can read.
    pub allow_plaintext: bool,
    /// Names that browsers may call it by, beside `localhost` and plain addresses.
    pub hosts: Vec<String>,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            listen: "127.0.0.1:8421".to_owned(),
            certificate: None,
            key: None,
            generate_certificate: false,
            allow_plaintext: false,
            hosts: Vec::new(),
        }
    }
}

/// `[keep]`: how long things are kept, in days.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keep {
    /// Deliveries that were made.
    pub deliveries: u32,
    /// Deliveries that were given up.
    pub dead_letters: u32,
    /// Records in the lake; 0 for ever.
    pub records: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Keep { deliveries: 7, dead_letters: 30, records: 0 }
    }
}

fn parsed<'de, D: Deserializer<'de>, T: std::str::FromStr<Err = String>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// A day.
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Keep {
    /// So many days.
    pub fn span(days: u32) -> Duration {
        DAY * days
    }
}

impl Config {
    /// What no section can say alone.
    pub(super) fn check(&self, gatherer: &mut Gatherer<'_>) {
        let at = |key: &str| {
            let line = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
            let mut start = 0;
            gatherer.text.split_inclusive('\n').find_map(|text| {
                let span = start..start + text.len();
                start = span.end;
                line(text).then_some(span)
            })
        };
        let mut faults = Vec::new();
        let Organisation { account, region } = &self.organisation;
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            faults.push((at("account"), "[organisation]", format!("{account:?} is no account id"), "it has twelve digits"));
        }
        if region.is_empty() || !region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            faults.push((at("region"), "[organisation]", format!("{region:?} is no region"), "such as eu-central-1"));
        }
        if let Err(why) = self.data.lake.parse::<LakePlace>() {
            faults.push((at("lake"), "[data]", why, "lake = \"watchfire-data\""));
        }
        if self.server.listen.parse::<std::net::SocketAddr>().is_err() {
            let what = format!("{:?} is no address with a port", self.server.listen);
            faults.push((at("listen"), "[server]", what, "listen = \"127.0.0.1:8421\""));
        }
        if self.server.certificate.is_some() != self.server.key.is_some() {
            faults.push((at("certificate"), "[server]", "a certificate and its key come together".to_owned(), "name both files"));
        }
        let files =
            [("rules", "[detect]", &self.detect.rules), ("lists", "[detect]", &self.detect.lists), ("rules", "[bus]", &self.bus.rules)];
        for (key, about, paths) in files {
            for path in paths.iter().filter(|path| !self.path(path).exists()) {
                faults.push((at(key), about, format!("there is nothing at {}", self.path(path).display()), "make it, or take it out"));
            }
        }
        for allow in &self.bus.allow {
            let (address, bits) = allow.split_once('/').unwrap_or((allow, "0"));
            if address.parse::<IpAddr>().is_err() || bits.parse::<u8>().is_err() {
                faults.push((at("allow"), "[bus]", format!("{allow:?} is no address or network"), "such as 10.0.0.0/8"));
            }
        }
        for (span, about, what, hint) in faults {
            gatherer.add(span, about, what, hint);
        }
    }
}
