//! Names, headers, plain lines beyond this machine, TLS.

use std::io::Write;
use std::process::Command;

use watchfire_trust::Role;

use super::World;
use super::client::read;
use crate::{Error, Settings, Tls};

#[test]
fn other_names_are_refused_everywhere() {
    let world = World::with(|settings| settings.hosts = vec!["fire.example".into()]);
    for path in ["/", "/healthz", "/api/v1/findings", "/nothing", "/style.css"] {
        let rebound = world.client.with("host", "evil.example").get(path);
        assert_eq!(rebound.expect(421)["type"], "urn:watchfire:problem:unknown_host", "{path}");
        assert_ne!(world.client.with("host", "fire.example").get(path).status, 421, "{path}");
    }
    let signed = world.client.with("host", "evil.example").with("x-amz-target", "AWSEvents.ListRules");
    assert_eq!(signed.send("POST", "/", Some(b"{}")).status, 421);
}

/// Two names in one request are two readers that understand two things.
#[test]
fn two_names_are_none() {
    let world = World::new();
    let mut line = world.client.line();
    line.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n").expect("sent");
    assert!(matches!(read(&mut line).status, 400 | 421));
}

#[test]
fn answers_shield_the_browser() {
    let world = World::new();
    let answer = world.as_role(Role::Viewer).get("/");
    assert_eq!(answer.status, 200);
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert_eq!(answer.header("strict-transport-security"), None, "there is no TLS here");
    let text = answer.text();
    assert!(!text.contains("style=") && !text.contains("<style") && !text.contains("onclick"), "the policy would stop it");
}

#[test]
fn plain_lines_beyond_this_machine_need_a_word() {
    let world = World::new();
    let runtime = world.runtime.as_ref().expect("a runtime");
    let parts = super::world::parts(&world);
    let settings = Settings { listen: "0.0.0.0:0".parse().expect("an address"), ..Settings::default() };
    let refused = runtime.block_on(crate::Server::bind(settings.clone(), parts.clone()));
    assert!(matches!(&refused, Err(Error::Plaintext(_))));
    let told = refused.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(told.contains("hint:") && told.contains("allow_plaintext"), "{told}");
    assert!(runtime.block_on(crate::Server::bind(Settings { allow_plaintext: true, ..settings }, parts.clone())).is_ok());
    let taken = Settings { listen: world.client.address, ..Settings::default() };
    assert!(matches!(runtime.block_on(crate::Server::bind(taken, parts)), Err(Error::Listen { .. })));
}

/// A certificate that is made here is kept, opens the line with ring, and is what Python's own client sees.
#[test]
fn certificates_are_made_once_and_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let tls = Tls::Generated { folder: folder.path().join("tls") };
    let world = World::with(|settings| settings.tls = tls.clone());
    assert!(world.url.starts_with("https://127.0.0.1:"));
    let fingerprint = world.fingerprint.clone().expect("a fingerprint");
    let script = "import hashlib, http.client, ssl, sys\n\
        context = ssl.create_default_context(cafile=sys.argv[2])\n\
        line = http.client.HTTPSConnection('127.0.0.1', int(sys.argv[1]), context=context)\n\
        line.request('GET', '/healthz')\n\
        answer = line.getresponse()\n\
        print(answer.status, answer.headers['strict-transport-security'], line.sock.version() if line.sock else '')\n\
        print(hashlib.sha256(ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(('127.0.0.1', int(sys.argv[1]))))).hexdigest())\n";
    let certificate = folder.path().join("tls/server.crt");
    let output = Command::new("python3").args(["-c", script, &world.client.address.port().to_string()]).arg(&certificate).output();
    let output = output.expect("Python 3 is there");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.starts_with("200 max-age=31536000"), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let shown: String = fingerprint.to_ascii_lowercase().replace(':', "");
    assert!(told.contains(&shown), "{told} {shown}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("tls/server.key")).expect("a key").permissions().mode();
        assert_eq!(mode & 0o077, 0, "others may not read the key");
    }
    let again = World::with(|settings| settings.tls = tls);
    assert_eq!(again.fingerprint, Some(fingerprint), "it is kept");
    let broken = World::new();
    let settings = Settings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        tls: Tls::Files { certificate: folder.path().join("tls/server.key"), key: certificate },
        ..Settings::default()
    };
    let refused = broken.runtime.as_ref().expect("a runtime").block_on(crate::Server::bind(settings, super::world::parts(&broken)));
    assert!(matches!(refused, Err(Error::Certificate { .. })));
}
