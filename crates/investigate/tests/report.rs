//! The story and the report: hostile text, secrets, an empty triage, a golden.

mod rig;

use std::path::Path;

use rig::{Text, call};
use serde_json::json;
use watchfire_investigate::{Inputs, Rejects, Sessions, Tally, Triage, report, summary_words};
use watchfire_model::{
    Attack, Entity, EntityKind, EventTime, Evidence, Finding, MatchedPredicate, Occurrence, Reject, RejectReason, Severity,
};

/// Markup, attribute borders, a comment's end, a style's end, NUL, right-to-left override, terminal escape.
const HOSTILE: &str = "</style></title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>-->\0\u{202e}\u{1b}[31m&amp;";

fn finding(number: u64, severity: Severity, text: &str) -> Finding {
    let time = EventTime(1_772_442_847_000 + number as i64 * 60_000);
    let entity = |kind, id: &str| Entity { kind, id: id.into() };
    Finding {
        rule: text.into(),
        name: text.into(),
        finding_type: text.into(),
        severity,
        title: text.into(),
        summary: text.into(),
        time,
        last_time: EventTime(time.0 + 5000),
        count: 2,
        entities: vec![
            entity(EntityKind::Principal, text),
            entity(EntityKind::Address, text),
            entity(EntityKind::Resource, text),
            entity(EntityKind::UserAgent, text),
            entity(EntityKind::AccessKey, text),
        ],
        records: vec![Occurrence { event_id: text.into(), time, source: text.into() }],
        records_omitted: 0,
        attack: Attack { tactics: vec![text.into(), "persistence".into()], techniques: vec![text.into(), "t1098".into()] },
        why: text.into(),
        normal: text.into(),
        benign_causes: vec![text.into()],
        next: vec![format!("do `{text}` now")],
        evidence: vec![
            Evidence {
                event_id: text.into(),
                record: json!({ text: text, "requestParameters": { "inner": format!("{{\"a\":{}}}", json!(text)) } }).to_string(),
                matched: vec![MatchedPredicate { field: text.into(), operator: text.into(), expected: text.into(), actual: text.into() }],
            },
            Evidence { event_id: text.into(), record: text.into(), matched: vec![] },
        ],
    }
}

struct Parts {
    findings: Vec<Finding>,
    tally: Tally,
    sessions: Sessions,
    rejects: Rejects,
    inputs: Inputs,
}

impl Parts {
    fn triage<'a>(&'a self, title: &'a str) -> Triage<'a> {
        let Parts { findings, tally, sessions, rejects, inputs } = self;
        Triage {
            title,
            version: "0.1.0",
            generated_at: EventTime(1_772_500_000_000),
            findings,
            tally,
            sessions,
            rejects,
            inputs,
            rules: 12,
        }
    }
}

fn hostile() -> Parts {
    let mut value = call("2026-03-02T09:14:07Z", HOSTILE, HOSTILE, HOSTILE, HOSTILE);
    for field in ["awsRegion", "sourceIPAddress", "userAgent", "errorCode", "recipientAccountId"] {
        value[field] = json!(HOSTILE);
    }
    let mut issue =
        rig::assuming(call("2026-03-02T09:14:08Z", HOSTILE, HOSTILE, "sts.amazonaws.com", "AssumeRole"), HOSTILE, HOSTILE, HOSTILE);
    issue["sourceIPAddress"] = json!(HOSTILE);
    let (tally, sessions) = rig::observe(&[Text::new(&value), Text::new(&issue)]);
    let mut rejects = Rejects::default();
    rejects.observe(Reject {
        reason: RejectReason::BrokenJson,
        source: HOSTILE.into(),
        offset: 1,
        detail: HOSTILE.into(),
        excerpt: HOSTILE.into(),
    });
    let inputs = Inputs { places: vec![HOSTILE.into()], narrowed: vec![HOSTILE.into()], ..Inputs::default() };
    let findings = Severity::ALL.iter().zip(0..).map(|(severity, number)| finding(number, *severity, HOSTILE)).collect();
    Parts { findings, tally, sessions, rejects, inputs }
}

#[test]
fn hostile_text_stays_text_everywhere() {
    let parts = hostile();
    let page = report::html(&parts.triage(HOSTILE));
    for bad in ["<script", "<img", "onerror=alert(2)>", "\0", "\u{202e}", "\u{1b}"] {
        assert!(!page.contains(bad), "{bad:?} came through");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("</title>").count() - page.matches("<title>").count(), 0);
    // No attribute was left early: outside quotes, tags hold nothing but names.
    for tag in tags(&page) {
        assert!(tag.chars().all(|c| c.is_ascii_alphanumeric() || " =\"/-!".contains(c)), "{tag}");
    }
    let words = summary_words(&parts.triage(HOSTILE)).to_string();
    assert!(words.chars().all(|c| c == '\n' || !c.is_control()), "{words:?}");
}

/// Every tag with its attribute values taken out; the style sheet left aside.
fn tags(page: &str) -> Vec<String> {
    let (head, rest) = page.split_once("<style>").expect("one style sheet");
    let (_, body) = rest.split_once("</style>").expect("it ends");
    let mut tags = Vec::new();
    for piece in [head, body].iter().flat_map(|part| part.split('<').skip(1)) {
        let mut quoted = false;
        let end = piece.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let tag = &piece[..end.expect("every tag ends")];
        tags.push(tag.split('"').step_by(2).collect());
    }
    tags
}

#[test]
fn the_page_asks_for_nothing() {
    let parts = hostile();
    let page = report::html(&parts.triage("x"));
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"), "the policy stands in the page");
    let (_, rest) = page.split_once("<style>").expect("one style sheet");
    let (style, _) = rest.split_once("</style>").expect("it ends");
    for bad in ["url(", "@import", "expression"] {
        assert!(!style.contains(bad), "{bad}");
    }
    for tag in tags(&page) {
        let name = tag.split(' ').next().unwrap_or_default();
        assert!(!["script", "img", "link", "iframe", "object", "embed", "form", "base", "image", "use"].contains(&name), "{tag}");
        assert!(!tag.contains(" src=") && !tag.contains(" style=") && !tag.contains(" on"), "{tag}");
    }
    for link in page.split(" href=\"").skip(1) {
        assert!(link.starts_with('#'), "{}", link.chars().take(40).collect::<String>());
    }
}

#[test]
fn a_megabyte_of_text_is_cut() {
    let parts = Parts { findings: vec![finding(0, Severity::High, &"x".repeat(1_000_000))], ..empty() };
    let page = report::html(&parts.triage(&"t".repeat(1_000_000)));
    assert!(page.len() < 200_000, "{}", page.len());
}

#[test]
fn session_tokens_and_passwords_are_hidden() {
    let mut one = finding(0, Severity::High, "said");
    one.evidence[0].record =
        rig::assuming(call("2026-03-02T09:14:07Z", "a", "A", "sts.amazonaws.com", "AssumeRole"), "r", "s", "ASIA1").to_string();
    one.evidence[0].matched[0] = MatchedPredicate {
        field: "requestParameters.masterUserPassword".into(),
        operator: "equals".into(),
        expected: "*".into(),
        actual: "SECRETSECRET".into(),
    };
    let parts = Parts { findings: vec![one], ..empty() };
    let page = report::html(&parts.triage("x"));
    assert!(!page.contains("SECRETSECRET") && page.contains("(hidden, "));
}

#[test]
fn a_field_inside_a_policy_text_is_lit() {
    let mut one = finding(0, Severity::High, "said");
    let policy = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    one.evidence[0].record =
        json!({"eventName": "PutRolePolicy", "requestParameters": {"policyDocument": policy, "roleName": "r"}}).to_string();
    one.evidence[0].matched[0].field = "requestParameters.policyDocument.Statement[any].Action".into();
    let parts = Parts { findings: vec![one], ..empty() };
    let page = report::html(&parts.triage("x"));
    assert!(page.contains(r#"<span class="k">&quot;Action&quot;</span>: <mark>&quot;*&quot;,</mark>"#));
    assert!(!page.contains("<mark>&quot;Allow&quot;"));
}

fn empty() -> Parts {
    Parts {
        findings: vec![],
        tally: Tally::default(),
        sessions: Sessions::default(),
        rejects: Rejects::default(),
        inputs: Inputs::default(),
    }
}

#[test]
fn an_empty_triage_is_told_honestly() {
    let parts = empty();
    let page = report::html(&parts.triage("nothing"));
    assert!(page.contains("No record was read") && page.ends_with("</html>"));
    let (tally, _) = rig::observe(&[Text::new(&call("2026-03-02T09:14:07Z", "alice", "AKIAALICE", "s3.amazonaws.com", "ListBuckets"))]);
    let parts = Parts { tally, ..empty() };
    let words = summary_words(&parts.triage("quiet")).to_string();
    assert!(words.starts_with("Nothing was noticed.\n") && words.contains("no proof of peace"));
    report::html(&parts.triage("quiet"));
}

#[test]
fn the_same_triage_gives_the_same_bytes_and_many_findings_stay_small() {
    let findings: Vec<Finding> = (0..2000).map(|n| finding(n, Severity::Medium, "Something happened")).collect();
    let parts = Parts { findings, ..empty() };
    let page = report::html(&parts.triage("many"));
    assert_eq!(page, report::html(&parts.triage("many")));
    assert!(page.len() < 8_000_000 && page.contains("1,700 less urgent findings are not shown in full"));
}

#[test]
fn the_story_reads_as_before() {
    let texts: Vec<Text> = (0..60)
        .map(|n| Text::new(&call(&format!("2026-03-02T09:{n:02}:07Z"), "eve", "AKIAEVE", "iam.amazonaws.com", "ListUsers")))
        .collect();
    let (tally, sessions) = rig::observe(&texts);
    let mut stop = finding(0, Severity::Critical, "x");
    stop.name = "cloudtrail_logging_stopped".into();
    stop.title = "CloudTrail logging stopped".into();
    stop.summary = "arn:aws:iam::111122223333:user/eve stopped logging on the trail main".into();
    stop.attack = Attack { tactics: vec!["defense-evasion".into()], techniques: vec!["T1562.008".into()] };
    stop.next = vec!["Start logging again with `aws cloudtrail start-logging --name main`.".into()];
    let mut key = finding(7, Severity::High, "x");
    key.title = "Access key created for another user".into();
    key.summary = "eve created an access key for backup-admin.".into();
    key.attack = Attack { tactics: vec!["persistence".into()], techniques: vec!["T1098.001".into()] };
    key.next = vec!["Deactivate the new key.".into(), "Ask backup-admin.".into()];
    for one in [&mut stop, &mut key] {
        one.entities = vec![
            Entity { kind: EntityKind::Principal, id: "arn:aws:iam::111122223333:user/eve".into() },
            Entity { kind: EntityKind::AccessKey, id: "AKIAEVE".into() },
            Entity { kind: EntityKind::Address, id: "198.51.100.23".into() },
            Entity { kind: EntityKind::Account, id: "111122223333".into() },
            Entity { kind: EntityKind::Resource, id: "main".into() },
        ];
    }
    let parts = Parts { findings: vec![key, stop], tally, sessions, ..empty() };
    check("story.txt", &summary_words(&parts.triage("golden")).to_string());
}

fn check(name: &str, said: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(&path, said).expect("writable");
    }
    let expected = std::fs::read_to_string(&path).expect("run with UPDATE_GOLDEN=1 once");
    assert_eq!(said, expected, "run with UPDATE_GOLDEN=1 and review the difference");
}
