//! What AWS takes and refuses, known runs, and a referee that walks minute by minute.

use proptest::prelude::*;

use super::*;

fn schedule(text: &str) -> Schedule {
    text.parse().unwrap_or_else(|fault: ScheduleFault| panic!("{text}: {}", fault.why))
}

fn time(text: &str) -> EventTime {
    text.parse().unwrap()
}

/// The next runs, without seconds.
fn runs(expression: &str, after: &str, count: usize) -> Vec<String> {
    let (schedule, mut at) = (schedule(expression), time(after));
    let mut all = Vec::new();
    while let Some(next) = schedule.next(time(after), at).filter(|_| all.len() < count) {
        all.push(next.to_string().replace(":00Z", ""));
        at = next;
    }
    all
}

#[test]
fn accepted_by_the_service() {
    for text in [
        "rate(1 minute)",
        "rate(10 minutes)",
        "rate(1 hour)",
        "rate(1 day)",
        "rate(2 days)",
        "cron(0 2 ? * SAT *)",
        "cron(0 12 * * ? *)",
        "cron(5,35 14 * * ? *)",
        "cron(15 10 ? * 6L 2002-2005)",
        "cron(0 2 ? * SAT#3 *)",
        "cron(* * ? * SAT#3 *)",
        "cron(0/5 5 ? JAN 1-5 2022)",
        "cron(0 18 ? * MON-FRI *)",
        "cron(0 8 1 * ? *)",
        "cron(0/15 * * * ? *)",
        "cron(0/10 * ? * MON-FRI *)",
        "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(0/30 20-2 ? * MON-FRI *)",
        "cron(0 0 5W * ? *)",
        "cron(0 0 L * ? *)",
        "cron(0 0 1 1 ? 2027,2029)",
        "cron(*/5 * ? * * *)",
    ] {
        schedule(text);
    }
}

#[test]
fn refused_by_the_service() {
    for text in [
        "rate(10 seconds)",
        "rate(10 years)",
        "rate(1 minutes)",
        "rate(1 hours)",
        "rate(1 days)",
        "rate(10 minute)",
        "rate(10 hour)",
        "rate(10 day)",
        "rate()",
        "rate(10)",
        "rate(10 minutess)",
        "rate(foo minutes)",
        "rate(0 minutes)",
        "rate(-10 minutes)",
        "rate(10 MINUTES)",
        "rate( 10 minutes )",
        " rate(10 minutes)",
        "rate(10  minutes)",
        "rate(99999999999 days)",
        "Rate(1 minute)",
        "cron(0 1 * * * *)",
        "cron(7 20 * * NOT *)",
        "cron(INVALID)",
        "cron(0 dummy ? * MON-FRI *)",
        "cron(71 8 1 * ? *)",
        "cron(0 1 ? * ? *)",
        "cron(0 1 1 * 1 *)",
        "cron(0 1 1 * ?)",
        "cron(0 1 1 * ? * *)",
        "cron(? 1 1 * ? *)",
        "cron(0 24 1 * ? *)",
        "cron(0 1 0 * ? *)",
        "cron(0 1 32 * ? *)",
        "cron(0 1 1 13 ? *)",
        "cron(0 1 ? * 8 *)",
        "cron(0 1 ? * 0 *)",
        "cron(0 1 1 * ? 1969)",
        "cron(0 1 1 * ? 2200)",
        "cron(0 1 1 * ? 2027-2026)",
        "cron(0/0 1 1 * ? *)",
        "cron(0 1 ? * 3#6 *)",
        "cron(0 1 ? * 3#2,4#1 *)",
        "cron(0 1 1,L * ? *)",
        "cron(0 1 W * ? *)",
        "cron(, 1 1 * ? *)",
        "cron(1- 1 1 * ? *)",
        "cron(+1 1 1 * ? *)",
        "cron(0 1 ? * 3#+2 *)",
        "",
        "cron",
        "at(2026-01-01T00:00:00)",
    ] {
        let fault = text.parse::<Schedule>().expect_err(text);
        assert_eq!(fault.to_string(), "Parameter ScheduleExpression is not valid.");
        assert!(!fault.why.is_empty());
    }
}

#[test]
fn known_runs() {
    let same = |expression: &str, after: &str, expect: &[&str]| assert_eq!(runs(expression, after, expect.len()), expect, "{expression}");
    same("rate(5 minutes)", "2026-03-02T09:14:07Z", &["2026-03-02T09:19:07Z", "2026-03-02T09:24:07Z"]);
    same("cron(0/15 * * * ? *)", "2026-03-02T09:14:59Z", &["2026-03-02T09:15", "2026-03-02T09:30"]);
    same("cron(15 9 * * ? *)", "2026-03-02T09:15:00Z", &["2026-03-03T09:15"]);
    same("cron(0 0 L * ? *)", "2028-01-31T00:00:00Z", &["2028-02-29T00:00", "2028-03-31T00:00"]);
    same("cron(0 10 ? * 6L *)", "2026-03-01T00:00:00Z", &["2026-03-27T10:00", "2026-04-24T10:00"]);
    same("cron(0 10 ? * 3#2 *)", "2026-03-01T00:00:00Z", &["2026-03-10T10:00", "2026-04-14T10:00"]);
    // The first of August 2026 is a Saturday, the 31st of May 2026 a Sunday.
    same("cron(0 1 1W * ? *)", "2026-07-02T00:00:00Z", &["2026-08-03T01:00", "2026-09-01T01:00"]);
    same("cron(0 1 31W 5 ? *)", "2026-01-01T00:00:00Z", &["2026-05-29T01:00"]);
    same(
        "cron(0 22-1 ? * FRI-SUN *)",
        "2026-03-06T22:30:00Z",
        &["2026-03-06T23:00", "2026-03-07T00:00", "2026-03-07T01:00", "2026-03-07T22:00"],
    );
    same("cron(0 0 29 2 ? *)", "2026-01-01T00:00:00Z", &["2028-02-29T00:00", "2032-02-29T00:00"]);
    assert_eq!(runs("cron(0 0 1 1 ? 2027,2029)", "2026-01-01T00:00:00Z", 9), ["2027-01-01T00:00", "2029-01-01T00:00"]);
    assert_eq!(runs("cron(0 0 30 2 ? *)", "2026-01-01T00:00:00Z", 1), [""; 0]);
    assert_eq!(schedule("rate(1 day)").next(EventTime(0), EventTime(-5)), Some(EventTime(86_400_000)));
    assert_eq!(schedule("rate(1 day)").next(EventTime(0), EventTime(i64::MAX)), None);
    assert_eq!(schedule("cron(0 0 1 1 ? *)").next(EventTime(0), EventTime(i64::MAX)), None);
}

/// A day by counting from 1970-01-01, a Thursday: year, month, day, day of week from 1 for Sunday, days of the month.
fn day(number: i64) -> (i64, i64, i64, i64, i64) {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut rest, mut year, mut month) = (number, 1970, 1);
    while rest >= 365 + i64::from(leap(year)) {
        rest -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while rest >= lengths[month - 1] {
        rest -= lengths[month - 1];
        month += 1;
    }
    (year, month as i64, rest + 1, (number + 4) % 7 + 1, lengths[month - 1])
}

/// Whether a number is in a field, read anew for each question: by trying every member of every part.
fn holds(field: &str, number: i64, first: i64, last: i64) -> bool {
    let turn = last - first + 1;
    field.split(',').any(|part| {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, step.parse().ok()));
        let (from, to): (i64, i64) = match range.split_once('-') {
            Some((from, to)) => (from.parse().unwrap(), to.parse().unwrap()),
            None if range == "*" => (first, last),
            None => (range.parse().unwrap(), if step.is_some() { last } else { range.parse().unwrap() }),
        };
        let length = (to - from).rem_euclid(turn);
        let distance = (number - from).rem_euclid(turn);
        (first..=last).contains(&number) && distance <= length && distance % step.unwrap_or(1) == 0
    })
}

/// Whether a minute, counted from 1970, is a run.
fn is_run(fields: &[String; 6], minute: i64) -> bool {
    let (year, month, month_day, week_day, length) = day(minute.div_euclid(1440));
    let numeric = |text: &str| text.trim_end_matches(['L', 'W']).parse::<i64>().ok();
    let of_month = match fields[2].as_str() {
        "?" => true,
        "L" => month_day == length,
        text if text.ends_with('W') => {
            let wanted = numeric(text).unwrap();
            let is_weekday = |day: i64| (2..=6).contains(&((week_day - 1 + (day - month_day)).rem_euclid(7) + 1));
            let nearest = (1..=length).filter(|day| is_weekday(*day)).min_by_key(|day| ((day - wanted).abs(), *day));
            wanted <= length && nearest == Some(month_day)
        }
        text => holds(text, month_day, 1, 31),
    };
    let of_week = match fields[4].as_str() {
        "?" => true,
        "L" => week_day == 7,
        text if text.ends_with('L') => week_day == numeric(text).unwrap() && month_day + 7 > length,
        text => match text.split_once('#') {
            Some((day, nth)) => week_day == day.parse::<i64>().unwrap() && (month_day - 1) / 7 + 1 == nth.parse::<i64>().unwrap(),
            None => holds(text, week_day, 1, 7),
        },
    };
    holds(&fields[0], minute.rem_euclid(60), 0, 59)
        && holds(&fields[1], minute.div_euclid(60).rem_euclid(24), 0, 23)
        && of_month
        && holds(&fields[3], month, 1, 12)
        && of_week
        && holds(&fields[5], year, 1970, 2199)
}

/// A field of lists, ranges that may wrap, and steps.
fn field(first: i64, last: i64, wraps: bool) -> impl Strategy<Value = String> {
    let number = first..=last;
    let part = prop_oneof![
        Just("*".to_owned()),
        number.clone().prop_map(|number| number.to_string()),
        (number.clone(), number.clone()).prop_map(move |(from, to)| if wraps || from <= to {
            format!("{from}-{to}")
        } else {
            format!("{to}-{from}")
        }),
    ];
    let step = prop_oneof![3 => Just(None), 1 => (1..=last.min(9)).prop_map(Some)];
    let part = (part, step).prop_map(|(part, step)| step.map_or(part.clone(), |step| format!("{part}/{step}")));
    prop_oneof![1 => Just("*".to_owned()), 3 => prop::collection::vec(part, 1..3).prop_map(|parts| parts.join(","))]
}

fn day_fields() -> impl Strategy<Value = (String, String)> {
    let question = || "?".to_owned();
    prop_oneof![
        field(1, 31, true).prop_map(move |days| (days, question())),
        Just(("L".to_owned(), question())),
        (1..=31i64).prop_map(move |day| (format!("{day}W"), question())),
        field(1, 7, true).prop_map(move |days| (question(), days)),
        Just((question(), "L".to_owned())),
        (1..=7i64).prop_map(move |day| (question(), format!("{day}L"))),
        (1..=7i64, 1..=5i64).prop_map(move |(day, nth)| (question(), format!("{day}#{nth}"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The next run is the first minute that the referee calls a run; where it finds none in two months, neither is one before that.
    #[test]
    fn agrees_with_walking(
        minutes in field(0, 59, true), hours in field(0, 23, true), (of_month, of_week) in day_fields(), months in field(1, 12, true),
        years in prop_oneof![3 => Just("*".to_owned()), 1 => field(2024, 2030, false)], start in 0i64..(8 * 365 * 1440), second in 0i64..60,
    ) {
        let start = time("2023-12-25T00:00:00Z").millis() / MINUTE + start;
        let fields = [minutes, hours, of_month, months, of_week, years];
        let schedule = schedule(&format!("cron({})", fields.join(" ")));
        let next = schedule.next(EventTime(0), EventTime(start * MINUTE + second * 1000));
        let window = start + 1..start + 61 * 1440;
        match window.clone().find(|minute| is_run(&fields, *minute)) {
            Some(minute) => prop_assert_eq!(next, Some(EventTime(minute * MINUTE)), "{:?}", fields),
            None => prop_assert!(next.is_none_or(|next| next.millis() / MINUTE >= window.end), "{fields:?} {next:?}"),
        }
        if let Some(next) = next {
            prop_assert!(is_run(&fields, next.millis() / MINUTE), "{fields:?} {next}");
        }
    }
}
