//! Counting: in halves or at once, within its limits, fast.

mod rig;

use rig::{Text, call, session_call};
use serde_json::{Value, json};
use watchfire_investigate::{Dimension, Tally, apis, who};

fn mixed(count: u64) -> Vec<Text> {
    (0..count)
        .map(|n| {
            let time = format!("2026-03-{:02}T{:02}:{:02}:{:02}Z", 1 + n % 20, n % 24, n % 60, n % 59);
            let name = ["GetObject", "PutBucketPolicy", "CreateAccessKey"][(n % 3) as usize];
            let mut value = match n % 2 {
                0 => call(&time, &format!("user{}", n % 7), &format!("AKIA{:016}", n % 7), "iam.amazonaws.com", name),
                _ => session_call(&time, "deploy", &format!("s{}", n % 11), &format!("ASIA{:016}", n % 11), "s3.amazonaws.com", name),
            };
            value["sourceIPAddress"] = json!(format!("10.0.0.{}", n % 13));
            if n % 5 == 0 {
                value["errorCode"] = json!(if n % 10 == 0 { "AccessDenied" } else { "NoSuchBucket" });
            }
            Text::new(&value)
        })
        .collect()
}

/// Everything that a tally says, as one comparable text.
fn said(tally: &Tally) -> Value {
    let rows: Vec<Value> = Dimension::ALL.iter().map(|dimension| json!(tally.rows(*dimension))).collect();
    let hours: Vec<Value> = tally.timeline().by_hour().iter().map(|(hour, bucket)| json!([hour, bucket])).collect();
    json!({"total": tally.total(), "rows": rows, "hours": hours, "who": who(tally), "apis": apis(tally)})
}

#[test]
fn halves_merged_equal_the_whole_in_every_order() {
    let texts = mixed(3000);
    let count = |texts: &[Text]| {
        let mut tally = Tally::default();
        texts.iter().for_each(|text| tally.observe(&text.record(), text.time()));
        tally
    };
    let whole = said(&count(&texts));
    let (a, rest) = texts.split_at(900);
    let (b, c) = rest.split_at(1400);
    let mut left = count(a);
    left.merge(count(b));
    left.merge(count(c));
    let mut right = count(c);
    let mut inner = count(b);
    inner.merge(count(a));
    right.merge(inner);
    assert_eq!(said(&left), whole);
    assert_eq!(said(&right), whole);
}

#[test]
fn callers_and_apis_are_told_apart() {
    let mut texts = mixed(60);
    texts.push(Text::new(&call("2026-03-02T09:14:07Z", "eve", "AKIAEVE", "cloudtrail.amazonaws.com", "StopLogging")));
    let (tally, _) = rig::observe(&texts);
    let rows = who(&tally);
    let deploy = rows.iter().find(|row| row.who == "arn:aws:iam::111122223333:role/deploy").expect("its sessions add up");
    assert_eq!((deploy.count, deploy.apis, deploy.regions), (30, 3, 1));
    let eve = rows.iter().find(|row| row.who.ends_with("user/eve")).expect("called");
    assert_eq!(eve.dangerous, ["cloudtrail.amazonaws.com:StopLogging"]);
    let rows = apis(&tally);
    let stop = rows.iter().find(|row| row.api.ends_with(":StopLogging")).expect("called");
    assert_eq!((stop.count, stop.callers, stop.addresses), (1, 1, 1));
    assert_eq!(stop.danger.map(|danger| danger.as_str()), Some("blind"));
}

#[test]
fn a_flood_of_names_stays_within_the_limits_and_hides_nobody_busy() {
    let busy = Text::new(&call("2026-03-02T09:14:07Z", "busy", "AKIABUSY", "s3.amazonaws.com", "GetObject"));
    let mut tally = Tally::default();
    let template = call("2026-03-02T09:14:07Z", "flood-000000000", "AKIA", "s3.amazonaws.com", "GetObject");
    let flood = Text::new(&template);
    let time = flood.time();
    for number in 0..1_000_000u32 {
        // The same length, so that the places of the fields stay.
        let raw = flood.raw.replace("flood-000000000", &format!("flood-{number:09}"));
        tally.observe(&watchfire_model::Record::new(&raw, &flood.slots), time);
        if number % 20 == 0 {
            tally.observe(&busy.record(), time);
        }
    }
    assert!(tally.distinct(Dimension::Principal) <= 100_000);
    let rows = tally.rows(Dimension::Principal);
    assert!(rows[0].text.ends_with("user/busy"), "{}", rows[0].text);
    assert_eq!(rows[0].seen.count, 50_000);
    let others = tally.others(Dimension::Principal).expect("the flood was given up");
    let kept: u64 = rows.iter().map(|row| row.seen.count).sum();
    assert_eq!(kept + others.seen.count, 1_050_000, "every record is counted somewhere");
    assert_eq!(tally.total().expect("seen").count, 1_050_000);
    assert!(who(&tally)[0].at_least);
}

#[test]
fn a_megabyte_of_user_agent_is_kept_as_its_beginning() {
    let mut value = call("2026-03-02T09:14:07Z", "eve", "AKIAEVE", "s3.amazonaws.com", "GetObject");
    value["userAgent"] = json!("é".repeat(500_000));
    let (tally, _) = rig::observe(&[Text::new(&value)]);
    assert_eq!(tally.rows(Dimension::UserAgent)[0].text.len(), 512);
}

/// Prints the cost of a record; `cargo nextest run --release … speed --no-capture` to read it.
#[test]
fn speed() {
    // Few enough to stay in the cache, as records fresh from the decoder do.
    let texts = mixed(400);
    let times: Vec<_> = texts.iter().map(Text::time).collect();
    let (mut tally, mut sessions) = (Tally::default(), watchfire_investigate::Sessions::default());
    let rounds = 500;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        for (text, time) in texts.iter().zip(&times) {
            tally.observe(&text.record(), *time);
        }
    }
    let per = |spent: std::time::Duration| spent.as_nanos() / (rounds * texts.len() as u128);
    let of_tally = per(start.elapsed());
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        for text in &texts {
            sessions.observe(&text.record());
        }
    }
    eprintln!("tally {of_tally} ns, sessions {} ns a record", per(start.elapsed()));
    assert_eq!(tally.total().expect("seen").count, 200_000);
}
