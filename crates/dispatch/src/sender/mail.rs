//! Mail, by SMTP.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use watchfire_bus::target::{Answer, Message, Trouble};

use crate::Error;
use crate::settings::{Encryption, Smtp};

/// Longest silence of the server.
const SILENCE_MAX: Duration = Duration::from_secs(20);

/// Talks to the one SMTP server. Each message has its own connection: messages are few, and nobody has to find out that one is dead.
pub(crate) struct Mailer(AsyncSmtpTransport<Tokio1Executor>);

impl Mailer {
    pub(crate) fn new(smtp: &Smtp) -> Result<Mailer, Error> {
        let wrong = |error: lettre::transport::smtp::Error| Error::Settings {
            what: format!("no TLS to the SMTP server {:?}: {error}", smtp.host),
            hint: "write smtp.host as a name that its certificate has",
        };
        let parameters = || TlsParameters::new(smtp.host.clone()).map_err(wrong);
        let (tls, port) = match smtp.encryption {
            Encryption::Plain => (Tls::None, 25),
            Encryption::StartTls => (Tls::Required(parameters()?), 587),
            Encryption::Tls => (Tls::Wrapper(parameters()?), 465),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone())
            .port(smtp.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(SILENCE_MAX));
        if let Some((user, password)) = &smtp.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.0.clone()));
        }
        Ok(Mailer(builder.build()))
    }

    pub(crate) async fn send(&self, message: Message) -> Answer {
        let envelope = match envelope(&message) {
            Ok(envelope) => envelope,
            Err(says) => return Answer::Smtp { code: 553, text: says },
        };
        match self.0.send_raw(&envelope, message.text.as_bytes()).await {
            Ok(_) => Answer::Smtp { code: 250, text: String::new() },
            Err(error) => match error.status() {
                Some(code) => Answer::Smtp { code: code.into(), text: error.to_string() },
                None if error.is_timeout() => Answer::Trouble(Trouble::Timeout),
                None => Answer::Trouble(Trouble::Connection(error.to_string())),
            },
        }
    }
}

fn envelope(message: &Message) -> Result<Envelope, String> {
    let address = |text: &String| text.parse::<Address>().map_err(|error| format!("{text:?} is no address: {error}"));
    let to = message.to.iter().map(address).collect::<Result<Vec<_>, _>>()?;
    Envelope::new(Some(address(&message.from)?), to).map_err(|error| error.to_string())
}
