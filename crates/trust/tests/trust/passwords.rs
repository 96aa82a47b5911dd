//! Passwords.

use std::time::Instant;

use watchfire_trust::{PasswordCost, PasswordHash, Passwords, Role, Secret, Verdict, WeakPassword, judge_password};

use crate::register::user;

const CHEAP: PasswordCost = PasswordCost { memory_kib: 64, passes: 1, lanes: 1 };

fn cheap() -> Passwords {
    Passwords::new(CHEAP, [1; 32]).expect("possible")
}

#[test]
fn a_password_is_right_or_wrong() {
    let passwords = cheap();
    let mut alice = user(1, "alice", Role::Viewer);
    let (right, wrong) = (Secret::new("correct horse battery"), Secret::new("correct horse batterx"));
    assert_eq!(passwords.check(Some(&alice), &right), Verdict::Wrong, "she has none");
    alice.password = Some(passwords.hash(&right, [7; 16]));
    assert_eq!(passwords.check(Some(&alice), &right), Verdict::Right { is_stale: false });
    for presented in ["", "correct horse batterx", "correct horse battery ", "Correct horse battery", &"x".repeat(1 << 20)] {
        assert_eq!(passwords.check(Some(&alice), &Secret::new(presented)), Verdict::Wrong);
    }
    alice.is_active = false;
    assert_eq!(passwords.check(Some(&alice), &right), Verdict::Wrong, "kept out");
    assert_eq!(passwords.check(None, &right), Verdict::Wrong);
    assert_eq!(passwords.check(None, &wrong), Verdict::Wrong);
    assert_ne!(passwords.hash(&right, [7; 16]), passwords.hash(&right, [8; 16]), "salted");
}

/// The password of nobody is no way in, whatever it is made of.
#[test]
fn nobody_has_no_password() {
    let passwords = Passwords::new(CHEAP, [b'a'; 32]).expect("possible");
    assert_eq!(passwords.check(None, &Secret::new("a".repeat(32))), Verdict::Wrong);
}

#[test]
fn another_cost_makes_hashes_stale() {
    let (old, new) = (cheap(), Passwords::new(PasswordCost { passes: 2, ..CHEAP }, [1; 32]).expect("possible"));
    let mut alice = user(1, "alice", Role::Viewer);
    let right = Secret::new("correct horse battery");
    alice.password = Some(old.hash(&right, [7; 16]));
    assert_eq!(new.check(Some(&alice), &right), Verdict::Right { is_stale: true });
    alice.password = Some(new.hash(&right, [7; 16]));
    assert_eq!(new.check(Some(&alice), &right), Verdict::Right { is_stale: false });
    assert!(Passwords::new(PasswordCost { memory_kib: 1, ..CHEAP }, [1; 32]).is_err());
}

/// A hash that the reference implementation's command line made: `echo -n password | argon2 somesalt -t 2 -m 16 -p 4 -l 24 -id`.
#[test]
fn hashes_of_others_are_read() {
    let made = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let mut alice = user(1, "alice", Role::Viewer);
    alice.password = PasswordHash::parse(made);
    assert_eq!(cheap().check(Some(&alice), &Secret::new("password")), Verdict::Right { is_stale: true });
    for no in [
        "",
        "password",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "$argon2id$v=19$m=8,t=1,p=1",
    ] {
        assert_eq!(PasswordHash::parse(no), None, "{no}");
    }
}

#[test]
fn what_is_kept_is_argon2id_at_the_least_that_owasp_asks() {
    let passwords = Passwords::new(PasswordCost::default(), [1; 32]).expect("possible");
    let kept = passwords.hash(&Secret::new("correct horse battery"), [7; 16]);
    assert!(kept.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept.as_phc());
    assert_eq!(
        format!("{kept:?} {passwords:?}"),
        "PasswordHash(…) Passwords { cost: PasswordCost { memory_kib: 19456, passes: 2, lanes: 1 }, .. }"
    );
}

/// A user that is not there costs what one costs that is: within a factor that guesses over a network cannot tell from noise, and never
/// nothing. Medians of several, for other work goes on beside.
#[test]
fn nobody_takes_as_long_as_somebody() {
    let passwords = Passwords::new(PasswordCost { memory_kib: 2 * 1024, passes: 1, lanes: 1 }, [1; 32]).expect("possible");
    let mut alice = user(1, "alice", Role::Viewer);
    alice.password = Some(passwords.hash(&Secret::new("correct horse battery"), [7; 16]));
    let wrong = Secret::new("wrong horse battery");
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..15 {
        for (user, took) in [Some(&alice), None].into_iter().zip(&mut took) {
            let started = Instant::now();
            assert_eq!(passwords.check(user, &wrong), Verdict::Wrong);
            took.push(started.elapsed());
        }
    }
    let [somebody, nobody] = took.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    });
    assert!((0.4..2.5).contains(&(nobody / somebody)), "{nobody} s for nobody, {somebody} s for somebody");
}

#[test]
fn good_and_bad_passwords() {
    let name = "alice".parse().expect("a name");
    let judge = |text: &str| judge_password(&name, &Secret::new(text));
    for good in ["correct horse", "zwölf Buchst.", "alice likes green tea at noon", "🦀🐙🦑🐠🐬🐳🦈🐊🐢🦎🐍🐉"] {
        assert_eq!(judge(good), Ok(()), "{good}");
    }
    assert_eq!(judge("short"), Err(WeakPassword::Short));
    assert_eq!(judge("elevenlette"), Err(WeakPassword::Short));
    assert_eq!(judge(&"long ".repeat(300)), Err(WeakPassword::Long));
    for named in ["alicealicealice", "Alice!2026!pw", "xx-ALICE-yy-12"] {
        assert_eq!(judge(named), Err(WeakPassword::Name), "{named}");
    }
    assert_eq!(judge("abababababababab"), Err(WeakPassword::Monotonous));
    assert_eq!(judge("111111111111111"), Err(WeakPassword::Monotonous));
}
