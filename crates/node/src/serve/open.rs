//! What a configuration names, opened.

use std::sync::Arc;

use anyhow::Context;
use watchfire_bus::rules::Secret;
use watchfire_dispatch::{Bus, Encryption, Outside, Settings, Smtp};
use watchfire_ingest::{SourceSettings, Spool, Surroundings};
use watchfire_server::Tls;
use watchfire_state::State;

use super::sources::Opened;
use crate::DataPlace;
use crate::config::{Config, Keep, SmtpTls};
use crate::data::hinted;
use crate::people::seal_key;

/// The bus, at work on what was kept.
pub(super) fn bus(config: &Config, place: &DataPlace) -> anyhow::Result<Bus> {
    let mut settings = Settings::new(config.organisation.home());
    settings.targets = config.targets.clone();
    settings.folder = Some(config.bus.logs.as_ref().map_or_else(|| place.folder().join("bus"), |folder| config.path(folder)));
    settings.allowed = config.bus.allow.clone();
    settings.keep_delivered = Keep::span(config.keep.deliveries);
    settings.keep_dead = Keep::span(config.keep.dead_letters);
    settings.smtp = config.bus.smtp.as_ref().map(|smtp| {
        let (host, port) = match smtp.server.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()),
            None => (&*smtp.server, None),
        };
        let encryption = match smtp.tls {
            SmtpTls::Starttls => Encryption::StartTls,
            SmtpTls::Always => Encryption::Tls,
            SmtpTls::Never => Encryption::Plain,
        };
        let login = smtp.user.clone().zip(smtp.password.clone().map(Secret));
        Smtp { host: host.to_owned(), port, encryption, login }
    });
    let state = State::open(place.state_file()).map_err(hinted)?.sealed_with(seal_key(place.folder())?);
    let outside = Outside { aws: Some(Arc::new(LateAws::default())), ..Outside::default() };
    Ok(Bus::start(Arc::new(state), settings, outside)?)
}

/// AWS, connected when it is first needed: a service without targets there needs no credentials.
#[derive(Debug, Default)]
struct LateAws(std::sync::OnceLock<watchfire_aws::Aws>);

impl watchfire_dispatch::sender::AwsCaller for LateAws {
    fn call(&self, call: &watchfire_bus::target::AwsCall) -> watchfire_bus::target::Answer {
        use watchfire_bus::target::{Answer, Trouble};
        if self.0.get().is_none() {
            match watchfire_aws::connect() {
                // Another thread may have been quicker; both connections are alike.
                Ok(aws) => drop(self.0.set(aws)),
                Err(error) => return Answer::Trouble(Trouble::Connection(error.to_string())),
            }
        }
        let aws = self.0.get().expect("just set");
        watchfire_dispatch::sender::AwsCaller::call(aws, call)
    }
}

/// Bytes of pushed batches that wait to be read; who pushes more is told to come again.
const SPOOL_BYTES_MAX: u64 = 1 << 30;

/// Where pushed batches wait.
pub(super) fn spool(place: &DataPlace) -> anyhow::Result<Arc<Spool>> {
    let folder = place.folder().join("spool");
    Spool::open(&folder, SPOOL_BYTES_MAX).with_context(|| format!("the spool in {}", folder.display()))
}

/// All sources.
pub(super) fn sources(config: &Config, place: &DataPlace, spool: &Arc<Spool>) -> anyhow::Result<Vec<Opened>> {
    let dead_letters = place.folder().join("dead-letters");
    let around = Surroundings { dead_letters: &dead_letters, connect: &watchfire_aws::connect, spool };
    let open = |settings: &SourceSettings| {
        let mut settings = settings.clone();
        if let SourceSettings::Folder(folder) = &mut settings {
            folder.path = config.path(&folder.path);
        }
        let (kind, place) = described(&settings);
        let source = settings.open(&around).with_context(|| format!("source {:?}", settings.name()))?;
        Ok(Opened { source, kind, place })
    };
    config.sources.iter().map(open).collect()
}

/// What a source is, and where it reads.
fn described(settings: &SourceSettings) -> (&'static str, String) {
    match settings {
        SourceSettings::Sqs(queue) => ("sqs", queue.queue.clone()),
        SourceSettings::S3(bucket) => ("s3", format!("s3://{}/{}", bucket.bucket, bucket.prefix)),
        SourceSettings::Folder(folder) => ("folder", folder.path.display().to_string()),
        SourceSettings::Push(push) => ("push", format!("/ingest/{}/{}", push.protocol.as_str(), push.name)),
        SourceSettings::Stdin(_) => ("stdin", "-".to_owned()),
    }
}

impl Config {
    /// Where and how the server listens.
    pub(super) fn listening(&self) -> anyhow::Result<watchfire_server::Settings> {
        let server = &self.server;
        let tls = match (&server.certificate, &server.key) {
            (Some(certificate), Some(key)) => Tls::Files { certificate: self.path(certificate), key: self.path(key) },
            _ if server.generate_certificate => Tls::Generated { folder: self.place()?.folder().join("tls") },
            _ => Tls::Off,
        };
        Ok(watchfire_server::Settings {
            listen: server.listen.parse().with_context(|| format!("{:?} is no address with a port", server.listen))?,
            tls,
            allow_plaintext: server.allow_plaintext,
            hosts: server.hosts.clone(),
            ..watchfire_server::Settings::default()
        })
    }
}
