//! A server in front of another one, which spoils some of what passes: how a program bears a network that is not what it should be.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::stub::read;
use crate::{Reply, Request};

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It passes.
    Pass,
    /// It passes, later.
    Late(Duration),
    /// It is answered here, and the server behind never hears of it.
    Answer(Reply),
    /// The line breaks before the server behind hears of it.
    Lost,
    /// The server behind does as it is asked, and the line breaks instead of the answer.
    Unanswered,
}

/// A running proxy; it ends with the test process.
///
/// Writes on condition that nothing is there pass one by one: S3 checks and writes in one step, and moto in two.
#[derive(Debug)]
pub struct Proxy {
    endpoint: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Proxy {
    /// Starts a proxy on a free port, in front of an endpoint such as `http://127.0.0.1:5000`.
    ///
    /// # Panics
    ///
    /// When no port can be had.
    pub fn start(behind: &str, judge: impl Fn(&Request) -> Fate + Send + Sync + 'static) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let server = Arc::new(Server {
            behind: behind.trim_start_matches("http://").to_owned(),
            judge: Box::new(judge),
            seen: seen.clone(),
            conditional: Mutex::new(()),
        });
        std::thread::spawn(move || {
            for line in listener.incoming().map_while(Result::ok) {
                let server = server.clone();
                std::thread::spawn(move || server.serve(line));
            }
        });
        Proxy { endpoint, seen }
    }

    /// The address to use as endpoint.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Server {
    behind: String,
    judge: Box<dyn Fn(&Request) -> Fate + Send + Sync>,
    seen: Arc<Mutex<Vec<Request>>>,
    conditional: Mutex<()>,
}

impl Server {
    /// Passes one request on; a line that breaks early is the test's own doing.
    fn serve(&self, line: TcpStream) {
        let Some(mut request) = read(&line) else { return };
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            request.earlier = seen.iter().filter(|earlier| earlier.target == request.target).count();
            seen.push(request.clone());
        }
        let answer = match (self.judge)(&request) {
            Fate::Answer(reply) => Some(reply.bytes()),
            Fate::Lost => None,
            Fate::Unanswered => self.pass(&request).and(None),
            Fate::Pass => self.pass(&request),
            Fate::Late(pause) => {
                std::thread::sleep(pause);
                self.pass(&request)
            }
        };
        if let Some(answer) = answer {
            drop((&line).write_all(&answer));
        }
    }

    fn pass(&self, request: &Request) -> Option<Vec<u8>> {
        let is_conditional = request.headers.contains_key("if-none-match") && request.method == "PUT";
        let _turn = is_conditional.then(|| self.conditional.lock().unwrap_or_else(PoisonError::into_inner));
        let mut line = TcpStream::connect(&self.behind).ok()?;
        let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
        for (name, value) in request.headers.iter().filter(|(name, _)| *name != "connection") {
            head += &format!("{name}: {value}\r\n");
        }
        head += "connection: close\r\n\r\n";
        line.write_all(head.as_bytes()).ok()?;
        line.write_all(&request.body).ok()?;
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).ok()?;
        Some(answer)
    }
}
