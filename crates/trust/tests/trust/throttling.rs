//! How far guessing gets.

use std::net::IpAddr;
use std::time::Duration;

use watchfire_model::EventTime;
use watchfire_trust::{Throttle, ThrottleSettings, UserName};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn name(text: &str) -> UserName {
    text.parse().expect("a name")
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Tries as soon as it may, for a day, from addresses in turn; how many tries there were.
fn guessed(throttle: &mut Throttle, user: &UserName, addresses: &[IpAddr], from: i64) -> u32 {
    let (mut tries, mut now) = (0, from);
    let mut at = 0;
    while now < from + DAY {
        let waits: Vec<i64> = (0..addresses.len())
            .map_while(|_| {
                at += 1;
                match throttle.begin(user, addresses[at % addresses.len()], EventTime(now)) {
                    Ok(()) => {
                        tries += 1;
                        None
                    }
                    Err(throttled) => Some(i64::try_from(throttled.wait.as_millis()).expect("short")),
                }
            })
            .collect();
        if waits.len() == addresses.len() {
            now += waits.into_iter().min().expect("an address").max(1);
        }
    }
    tries
}

#[test]
fn one_address_gets_nowhere() {
    let mut throttle = Throttle::new(ThrottleSettings::default());
    let tries = guessed(&mut throttle, &name("admin"), &[address("192.0.2.1")], 0);
    assert!((100..120).contains(&tries), "{tries} in the first day");
    let tries = guessed(&mut throttle, &name("admin"), &[address("192.0.2.1")], DAY);
    assert!((90..100).contains(&tries), "{tries} in the second");
}

#[test]
fn many_addresses_get_hardly_further_with_one_user() {
    let mut throttle = Throttle::new(ThrottleSettings::default());
    let addresses: Vec<IpAddr> = (0..200).map(|at| address(&format!("198.51.{}.{}", at / 100, at % 100))).collect();
    let tries = guessed(&mut throttle, &name("admin"), &addresses, 0);
    assert!((1_400..1_460).contains(&tries), "{tries}");
}

#[test]
fn waits_grow_and_end() {
    let mut throttle = Throttle::new(ThrottleSettings::default());
    let (alice, here) = (name("alice"), address("192.0.2.1"));
    let begin = |throttle: &mut Throttle, now: i64| throttle.begin(&alice, here, EventTime(now)).map_err(|throttled| throttled.wait);
    for _ in 0..6 {
        assert_eq!(begin(&mut throttle, 0), Ok(()));
    }
    assert_eq!(begin(&mut throttle, 0), Err(Duration::from_secs(1)), "the sixth was one too many");
    assert_eq!(begin(&mut throttle, 999), Err(Duration::from_millis(1)));
    assert_eq!(begin(&mut throttle, 1_000), Ok(()));
    assert_eq!(begin(&mut throttle, 1_000), Err(Duration::from_secs(2)));
    assert_eq!(begin(&mut throttle, 0), Err(Duration::from_secs(2)), "a clock that was set back makes no wait longer");
    assert_eq!(begin(&mut throttle, 3_000), Ok(()));
    throttle.succeeded(&alice, here, EventTime(3_000));
    let wait = throttle.begin(&name("bob"), here, EventTime(3_000)).map_err(|throttled| throttled.wait);
    assert_eq!(wait, Err(Duration::from_secs(2)), "knowing one password is no licence to guess others'");
    assert_eq!(throttle.begin(&name("bob"), here, EventTime(3_000 + DAY)), Ok(()));
}

#[test]
fn whoever_attacks_a_name_does_not_keep_its_owner_out() {
    let mut throttle = Throttle::new(ThrottleSettings::default());
    let (admin, home) = (name("admin"), address("203.0.113.7"));
    throttle.begin(&admin, home, EventTime(0)).expect("free");
    throttle.succeeded(&admin, home, EventTime(0));
    let addresses: Vec<IpAddr> = (0..50).map(|at| address(&format!("198.51.100.{at}"))).collect();
    guessed(&mut throttle, &admin, &addresses, 0);
    assert_eq!(throttle.begin(&admin, home, EventTime(DAY)), Ok(()), "from where it came before");
    guessed(&mut throttle, &admin, &addresses, DAY);
    assert_eq!(throttle.begin(&admin, address("127.0.0.1"), EventTime(2 * DAY)), Ok(()), "from this machine");
    let wait =
        throttle.begin(&admin, address("203.0.113.8"), EventTime(2 * DAY)).map_or_else(|throttled| throttled.wait, |()| Duration::ZERO);
    assert!(wait <= Duration::from_secs(60), "from anywhere else, a minute at most");
}

#[test]
fn networks_of_ipv6_are_one_address() {
    let mut throttle = Throttle::new(ThrottleSettings { user_max: Duration::ZERO, ..ThrottleSettings::default() });
    let begin = |throttle: &mut Throttle, at: u32, network: u32| {
        throttle.begin(&name(&format!("u{at}")), address(&format!("2001:db8:0:{network:x}::{at:x}")), EventTime(0)).is_ok()
    };
    assert!((0..6).all(|at| begin(&mut throttle, at, 1)) && !begin(&mut throttle, 6, 1));
    assert!(begin(&mut throttle, 7, 2));
    assert!(throttle.begin(&name("x"), address("192.0.2.1"), EventTime(0)).is_ok());
    let mapped = |throttle: &mut Throttle| throttle.begin(&name("x"), address("::ffff:192.0.2.1"), EventTime(0)).is_ok();
    assert_eq!((0..6).filter(|_| mapped(&mut throttle)).count(), 5);
    assert!(throttle.begin(&name("x"), address("192.0.2.1"), EventTime(0)).is_err(), "the same machine, mapped");
}

#[test]
fn memory_is_bounded() {
    let settings = ThrottleSettings { remembered_max: 100, ..ThrottleSettings::default() };
    let mut throttle = Throttle::new(settings);
    for at in 0..10_000u32 {
        let (user, from) = (name(&format!("u{at}")), IpAddr::from(at.to_be_bytes()));
        let _ = throttle.begin(&user, from, EventTime(i64::from(at)));
        if at % 3 == 0 {
            throttle.succeeded(&user, from, EventTime(i64::from(at)));
        }
    }
    assert!(throttle.remembered() <= 300, "{}", throttle.remembered());
    // The latest are those that are remembered.
    let (user, from) = (name("victim"), address("192.0.2.1"));
    let begun = (0..8).filter(|_| throttle.begin(&user, from, EventTime(20_000)).is_ok()).count();
    assert_eq!(begun, 6);
}
