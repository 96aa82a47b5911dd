//! A server that answers as a test says, badly if need be: moto never breaks a line or asks to slow down.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request as the stub saw it.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `PUT` …
    pub method: String,
    /// Path and query as sent, still encoded.
    pub target: String,
    /// By lower-case name.
    pub headers: BTreeMap<String, String>,
    /// What was sent along.
    pub body: Vec<u8>,
    /// How many requests had the same target before.
    pub earlier: usize,
}

/// What the stub answers.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    cut_after: Option<usize>,
}

/// A running stub; it ends with the test process.
#[derive(Debug)]
pub struct Stub {
    endpoint: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Reply {
    /// An answer with a body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Reply { status, body: body.into(), ..Reply::default() }
    }

    /// S3's way of saying no.
    pub fn fault(status: u16, code: &str, more: &str) -> Self {
        Self::new(status, format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>a test says so</Message>{more}</Error>"))
    }

    /// The part of an object that a request asks for, as S3 gives it.
    pub fn object(request: &Request, object: &[u8]) -> Self {
        let Some(range) = request.headers.get("range").and_then(|text| text.strip_prefix("bytes=")) else {
            return Self::new(200, object);
        };
        let (first, last) = range.split_once('-').expect("a range");
        let (first, last): (usize, usize) = (first.parse().expect("a number"), last.parse().expect("a number"));
        if first >= object.len() {
            return Self::fault(416, "InvalidRange", "");
        }
        let last = last.min(object.len() - 1);
        Self::new(206, &object[first..=last]).with("content-range", &format!("bytes {first}-{last}/{}", object.len()))
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Breaks the line after so many bytes of the body.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} Test\r\ncontent-length: {}\r\nconnection: close\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            bytes += &format!("{name}: {value}\r\n");
        }
        bytes += "\r\n";
        let mut bytes = bytes.into_bytes();
        bytes.extend_from_slice(&self.body[..self.cut_after.unwrap_or(self.body.len())]);
        bytes
    }
}

impl Stub {
    /// Starts a stub on a free port.
    ///
    /// # Panics
    ///
    /// When no port can be had.
    pub fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), seen.clone());
        std::thread::spawn(move || {
            for line in listener.incoming().map_while(Result::ok) {
                let (answer, log) = (answer.clone(), log.clone());
                std::thread::spawn(move || serve(line, &log, &*answer));
            }
        });
        Stub { endpoint, seen }
    }

    /// The address to use as endpoint.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Every request so far.
    ///
    /// # Panics
    ///
    /// When an answering thread has panicked.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().expect("no holder of this lock panics").clone()
    }
}

/// Answers one request; a line that breaks early is the test's own doing.
fn serve(mut line: TcpStream, log: &Mutex<Vec<Request>>, answer: &dyn Fn(&Request) -> Reply) {
    let Some(mut request) = read(&line) else { return };
    {
        let mut log = log.lock().expect("no holder of this lock panics");
        request.earlier = log.iter().filter(|earlier| earlier.target == request.target).count();
        log.push(request.clone());
    }
    drop(line.write_all(&answer(&request).bytes()));
}

/// Reads one request; none when the line breaks.
pub(crate) fn read(line: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(line);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length: usize = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, target, headers, body, earlier: 0 })
}
