//! Tokens, access keys and sessions as they are made.

use std::time::Duration;

use watchfire_model::EventTime;
use watchfire_trust::{
    AccessKey, AccessKeyId, BadWish, NewToken, Permission, Role, Scopes, SealKey, Session, SessionSecret, TokenWish, token_digest,
};

use crate::register::{NOW, user};

fn wish(role: Role, scopes: Scopes) -> TokenWish {
    TokenWish { label: " fluent bit ".into(), role, scopes, lives: Some(Duration::from_secs(60)) }
}

#[test]
fn tokens_are_never_more_than_their_owner() {
    for owner in Role::ALL {
        for role in Role::ALL {
            let issued = NewToken::issue(&user(1, "bob", owner), wish(role, Scopes::All), [1; 32], NOW);
            assert_eq!(issued.is_ok(), role <= owner, "{role} of {owner}");
        }
    }
    let bob = user(1, "bob", Role::Analyst);
    let issued = NewToken::issue(&bob, wish(Role::Viewer, Scopes::only([Permission::Search])), [1; 32], NOW);
    assert_eq!(issued.err().map(|bad| bad.to_string()).as_deref(), Some("a token that is viewer cannot have the scope logs:search"));
    for label in ["", "  ", "a\nb", "a\u{1b}[31m", &"x".repeat(101)] {
        let issued = NewToken::issue(&bob, TokenWish { label: label.into(), ..wish(Role::Viewer, Scopes::All) }, [1; 32], NOW);
        assert_eq!(issued.err(), Some(BadWish::Label), "{label:?}");
    }
    for lives in [Duration::ZERO, Duration::MAX] {
        let issued = NewToken::issue(&bob, TokenWish { lives: Some(lives), ..wish(Role::Viewer, Scopes::All) }, [1; 32], NOW);
        assert_eq!(issued.err(), Some(BadWish::Lives));
    }
}

#[test]
fn tokens_have_a_form_that_scanners_know() {
    let (token, text) = NewToken::issue(&user(1, "bob", Role::Admin), wish(Role::Viewer, Scopes::All), [0xa5; 32], NOW).expect("his");
    let text = text.reveal();
    assert_eq!((text.len(), &text[..3]), (62, "wf_"));
    assert!(text[3..].bytes().all(|letter| matches!(letter, b'a'..=b'z' | b'2'..=b'7')));
    assert_eq!(token_digest(text), Some(token.digest));
    assert_eq!((&*token.label, token.expires), ("fluent bit", Some(EventTime(NOW.millis() + 60_000))));
    let (_, other) = NewToken::issue(&user(1, "bob", Role::Admin), wish(Role::Viewer, Scopes::All), [0xa4; 32], NOW).expect("his");
    assert_ne!(other.reveal(), text);
    for no in ["", "wf_", &text[..61], &text.to_uppercase(), "AKIAIOSFODNN7EXAMPLE"] {
        assert_eq!(token_digest(no), None, "{no}");
    }
}

#[test]
fn access_keys_have_the_form_of_aws() {
    let seal = SealKey::new([3; 32]);
    let random: [u8; 72] = std::array::from_fn(|at| at as u8);
    let bob = user(1, "bob", Role::Responder);
    let (key, secret) = AccessKey::issue(&bob, "boto3", Role::Analyst, &seal, random, NOW).expect("his");
    assert_eq!((key.id.as_str().len(), &key.id.as_str()[..4], secret.reveal().len()), (20, "AKWF", 40));
    assert_eq!(AccessKeyId::parse(key.id.as_str()).as_ref(), Some(&key.id));
    assert_eq!(key.secret(&seal).map(|opened| opened == secret), Ok(true));
    assert!(key.secret(&SealKey::new([4; 32])).is_err());
    let bytes = key.sealed.as_bytes();
    assert!(!bytes.windows(8).any(|window| secret.reveal().as_bytes().starts_with(window)), "it is not kept in the clear");
    assert!(AccessKey::issue(&bob, "boto3", Role::Admin, &seal, random, NOW).is_err());
    for no in ["", "AKIAIOSFODNN7EXAMPLE", "AKWF", "AKWFabcdefghijklmnop", "AKWFABCDEFGHIJKLMNO1", "AKWFABCDEFGHIJKLMNOPQ"] {
        assert_eq!(AccessKeyId::parse(no), None, "{no}");
    }
}

#[test]
fn csrf_tokens_belong_to_one_session() {
    let bob = user(1, "bob", Role::Viewer);
    let (session, secret) = Session::open(&bob, [1; 32], None, "Mozilla\u{1b}[2J/5.0 ", NOW);
    let (_, other) = Session::open(&bob, [2; 32], None, "", NOW);
    assert_eq!((session.digest, &*session.agent), (secret.digest(), "Mozilla[2J/5.0 "));
    assert!(secret.accepts_csrf(secret.csrf().reveal().as_bytes()) && !secret.accepts_csrf(other.csrf().reveal().as_bytes()));
    assert!(!secret.accepts_csrf(b"") && !secret.accepts_csrf(secret.reveal().as_bytes()));
    assert_eq!(SessionSecret::parse(secret.reveal()).map(|parsed| parsed.digest()), Some(session.digest));
    assert!(!secret.csrf().reveal().contains(&secret.reveal()[4..20]), "it gives nothing away");
}

/// Whatever is made here, its `Debug` shows none of its secrets.
#[test]
fn no_secret_is_printed() {
    let bob = user(1, "bob", Role::Admin);
    let seal = SealKey::new([0xc3; 32]);
    let (session, cookie) = Session::open(&bob, [0xc3; 32], None, "", NOW);
    let (token, text) = NewToken::issue(&bob, wish(Role::Viewer, Scopes::All), [0xc3; 32], NOW).expect("his");
    let (key, secret) = AccessKey::issue(&bob, "k", Role::Viewer, &seal, [0xc3; 72], NOW).expect("his");
    let printed = format!("{session:?}{cookie:?}{token:?}{text:?}{key:?}{secret:?}{seal:?}{:?}", cookie.csrf());
    for hidden in [cookie.reveal(), cookie.csrf().reveal(), text.reveal(), secret.reveal(), seal.to_file().reveal().trim()] {
        assert!(!printed.contains(&hidden[hidden.len() - 16..]), "{printed}");
    }
    assert!(!printed.contains("195, 195"), "{printed}");
}
