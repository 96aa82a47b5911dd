//! Carries out the bus's requests: HTTP, calls of AWS, mail, files. One file a way.
//!
//! A request never fails here: whatever happens is an [`Answer`], and the kind of target judges it.

mod aws;
mod file;
mod guard;
mod http;
mod mail;

use std::sync::Arc;
use std::time::Duration;

use watchfire_bus::target::{Answer, Request, Trouble};

pub use aws::AwsCaller;
pub use guard::{Guard, Refusal};
pub use http::ANSWER_BYTES_MAX;

use crate::{Error, Settings};

/// How far a URL's writer is trusted: whoever edits the configuration has this machine anyway, whoever may call the API has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// From the configuration.
    Configured,
    /// From a call of the API.
    Api,
}

/// Longest call of AWS, with its repetitions, and longest talk with an SMTP server.
const CALL_MAX: Duration = Duration::from_secs(60);

/// Carries out requests. Shared by all tasks.
pub(crate) struct Sender {
    http: http::Http,
    aws: Option<Arc<dyn AwsCaller>>,
    mail: Option<mail::Mailer>,
    files: Option<Arc<file::Files>>,
}

impl Sender {
    pub(crate) fn new(settings: &Settings, aws: Option<Arc<dyn AwsCaller>>) -> Result<Sender, Error> {
        Ok(Sender {
            http: http::Http::new(&settings.allowed, settings.proxy)?,
            aws,
            mail: settings.smtp.as_ref().map(mail::Mailer::new).transpose()?,
            files: settings.folder.clone().map(|folder| Arc::new(file::Files::new(folder))),
        })
    }

    /// Carries out a request. One for another bus is the caller's.
    pub(crate) async fn send(&self, request: Request, trust: Trust) -> Answer {
        let missing = |what: &str| Answer::Trouble(Trouble::Local(format!("{what} is set up here")));
        match request {
            Request::Http(request) => self.http.send(request, trust).await,
            Request::Aws(call) => match self.aws.clone() {
                Some(caller) => blocking(CALL_MAX, move || caller.call(&call)).await,
                None => missing("no connection to AWS"),
            },
            Request::Mail(message) => match &self.mail {
                Some(mailer) => tokio::time::timeout(CALL_MAX, mailer.send(message)).await.unwrap_or(Answer::Trouble(Trouble::Timeout)),
                None => missing("no SMTP server"),
            },
            Request::Append { path, lines } => match self.files.clone() {
                Some(files) => blocking(CALL_MAX, move || files.append(&path, &lines)).await,
                None => missing("no folder for files"),
            },
            Request::Publish { bus, .. } => Answer::Trouble(Trouble::Local(format!("the bus {bus} is not reached this way"))),
        }
    }
}

/// Does something that waits on a thread for such things.
pub(crate) async fn blocking(most: Duration, work: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    match tokio::time::timeout(most, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(ended)) => Answer::Trouble(Trouble::Local(format!("this is a bug, please report it: {ended}"))),
        Err(_) => Answer::Trouble(Trouble::Timeout),
    }
}
