//! Mail and files.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::json;
use watchfire_bus::store::StageKind;
use watchfire_bus::target;
use watchfire_dispatch::{Encryption, Settings, Smtp};

use crate::world::{World, own, settings};

/// A mail server that takes what comes, after it has refused some messages for a while and some for good.
struct Server {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let log = taken.clone();
        std::thread::spawn(move || {
            for (number, line) in listener.incoming().map_while(Result::ok).enumerate() {
                let log = log.clone();
                std::thread::spawn(move || talk(line, number, &log));
            }
        });
        Server { port, taken }
    }
}

fn talk(line: TcpStream, number: usize, log: &Mutex<Vec<String>>) -> Option<()> {
    let mut out = line.try_clone().ok()?;
    let mut lines = BufReader::new(line).lines().map_while(Result::ok);
    out.write_all(b"220 stub\r\n").ok()?;
    while let Some(said) = lines.next() {
        let answer = match said.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" => "250-stub\r\n250 8BITMIME",
            "MAIL" if number == 0 => "451 come back later",
            "RCPT" if said.contains("nobody@") => "550 no such user",
            "DATA" => {
                out.write_all(b"354 go on\r\n").ok()?;
                let message: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                log.lock().expect("whole").push(message.join("\n"));
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        out.write_all(format!("{answer}\r\n").as_bytes()).ok()?;
    }
    Some(())
}

fn mail(to: &str) -> target::Settings {
    target::Mail { from: "watchfire@example.org".to_owned(), to: vec![to.to_owned()] }.into()
}

#[test]
fn mail_is_sent_and_refusals_are_heard() {
    let server = Server::start();
    let smtp = Smtp { host: "127.0.0.1".to_owned(), port: Some(server.port), encryption: Encryption::Plain, login: None };
    let targets = [("people".to_owned(), mail("team@example.org")), ("gone".to_owned(), mail("nobody@example.org"))];
    let world = World::new(Settings { smtp: Some(smtp), targets: targets.into(), ..settings() });
    world.rule("app", &own("people"), json!({}));
    world.put("app", 0..1);
    world.await_stage("app", StageKind::Delivered, 1);
    assert_eq!(world.deliveries("app", None)[0].attempts, 2, "451 comes again");
    let taken = server.taken.lock().expect("whole").clone();
    assert!(taken.len() == 1 && taken[0].contains("To: team@example.org") && taken[0].contains("Message-ID: <"), "{taken:?}");
    world.rule("other", &own("gone"), json!({}));
    world.put("other", 0..1);
    world.await_stage("other", StageKind::Dead, 1);
    let failure = world.deliveries("other", None).remove(0).failure.expect("why");
    assert!(failure.message.contains("550"), "{}", failure.message);
}

#[test]
fn without_a_server_mail_waits() {
    let world = World::new(Settings { targets: [("people".to_owned(), mail("team@example.org"))].into(), ..settings() });
    world.rule("app", &own("people"), json!({}));
    world.put("app", 0..1);
    world.until("an attempt", || world.bus.health().expect("read").counts.postponed > 0);
    let failure = world.deliveries("app", Some(StageKind::Due)).remove(0).failure.expect("why");
    assert!(failure.message.contains("no SMTP server"), "{}", failure.message);
}

/// Dead letters may go to a file, with what AWS says of them.
#[test]
fn dead_letters_in_a_file() {
    let targets = [
        ("gone".to_owned(), crate::world::webhook("http://127.0.0.1:1/")),
        ("dead".to_owned(), target::Log { path: "dead.jsonl".into() }.into()),
    ];
    let world = World::new(Settings { targets: targets.into(), ..settings() });
    let more = json!({ "DeadLetterConfig": { "Arn": own("dead") }, "RetryPolicy": { "MaximumRetryAttempts": 1 } });
    world.rule("app", &own("gone"), more);
    world.put("app", 0..2);
    world.await_stage("app", StageKind::Dead, 2);
    world.await_stage("app", StageKind::Delivered, 2);
    let text = std::fs::read_to_string(world.folder.path().join("logs/dead.jsonl")).expect("written");
    let first: serde_json::Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["body"]["source"], "app");
    let attributes = &first["attributes"];
    assert_eq!((&attributes["ERROR_CODE"], &attributes["RETRY_ATTEMPTS"]), (&json!("CONNECTION_FAILURE"), &json!("1")));
    assert_eq!(attributes["EXHAUSTED_RETRY_CONDITION"], "MaximumRetryAttempts");
}

#[test]
fn a_group_of_logs_is_a_file() {
    let world = World::new(settings());
    world.rule("app", "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/events/x:*", json!({}));
    world.put("app", 0..300);
    world.await_stage("app", StageKind::Delivered, 300);
    let text = std::fs::read_to_string(world.folder.path().join("logs/aws/events/x.jsonl")).expect("written");
    let numbers: Vec<u64> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line is JSON")["detail"]["n"].as_u64().expect("a number"))
        .collect();
    assert_eq!(numbers.len(), 300);
    assert!((0..300).all(|number| numbers.contains(&number)));
}
