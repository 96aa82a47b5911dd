//! What is wrong with rules, as people read it: one golden pair a code, and a page that explains every code.

use std::collections::BTreeSet;
use std::path::Path;

use watchfire_detect::{Diagnostic, Lists, RuleSet, RuleText, Weight};

fn load(texts: Vec<RuleText>) -> RuleSet {
    let mut lists = Lists::default();
    lists.set("infrastructure_as_code", vec!["Terraform".to_owned()]);
    RuleSet::load(texts, &lists)
}

fn rule(name: &str) -> RuleText {
    RuleText::new(
        format!("{name}.yaml"),
        format!(
            "title: {name}\nname: {name}\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n  selection: {{eventName: {name}}}\n  condition: selection\n"
        ),
    )
}

#[test]
fn every_code_reads_well() {
    crate::golden::check("diagnostics", "out", |name, text| {
        let set = load(vec![RuleText::new(name, text)]);
        let code = name.trim_end_matches(".yaml");
        assert!(set.diagnostics.iter().any(|diagnostic| diagnostic.code == code), "{name} does not show its code");
        assert!(set.diagnostics.iter().all(|diagnostic| diagnostic.line > 0 && !diagnostic.text.is_empty()), "{name}: a place is missing");
        let told: Vec<String> = set.diagnostics.iter().map(ToString::to_string).collect();
        format!(
            "{}\nloaded: {} rules, {} correlations, {} filters\n",
            told.join("\n"),
            set.rules.len(),
            set.correlations.len(),
            set.filters.len()
        )
    });
}

#[test]
fn codes_goldens_and_docs_are_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let codes: BTreeSet<String> = Diagnostic::CODES.iter().map(|code| (*code).to_owned()).collect();
    let goldens = std::fs::read_dir(root.join("testdata/diagnostics")).expect("testdata").map(|entry| entry.expect("entry").path());
    let goldens: BTreeSet<String> = goldens
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    assert_eq!(goldens, codes);
    let docs = std::fs::read_to_string(root.join("../../docs/diagnostics.md")).expect("the page of diagnostics");
    let documented: BTreeSet<String> =
        docs.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned())).collect();
    assert_eq!(documented, codes);
}

#[test]
fn a_broken_rule_costs_only_itself() {
    for (name, broken) in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/diagnostics"))
        .expect("testdata")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("readable")))
    {
        let mut texts: Vec<RuleText> = (0..100).map(|n| rule(&format!("Good{n}"))).collect();
        texts.insert(50, RuleText::new("broken.yaml", broken));
        let set = load(texts);
        let good = set.rules.iter().filter(|rule| rule.meta.name.starts_with("Good")).count();
        assert_eq!(good, 100, "{name}");
        assert!(set.diagnostics.iter().all(|diagnostic| &*diagnostic.file == "broken.yaml"), "{name}");
    }
}

/// A filter that cannot be used makes its rules louder; it does not take them away.
#[test]
fn a_broken_filter_leaves_its_rules() {
    let filter = "title: F\nlogsource: {product: aws, service: cloudtrail}\nfilter:\n  rules: any\n  selection: {userAgent|re: '('}\n  condition: not selection\n";
    let set = load(vec![rule("a"), RuleText::new("f.yaml", filter), rule("b")]);
    assert_eq!((set.rules.len(), set.filters.len()), (2, 0));
    let places: Vec<_> =
        set.diagnostics.iter().map(|diagnostic| (&*diagnostic.file, diagnostic.code, diagnostic.line, diagnostic.weight)).collect();
    assert_eq!(places, [("f.yaml", "bad_regex", 5, Weight::Error)]);
}

/// Documents that build on each other are read as one text; what is wrong in one is still found in it.
#[test]
fn collections_are_read_whole() {
    let text = "action: global\nlogsource: {product: aws, service: cloudtrail}\n---\ntitle: One\ndetection:\n  selection: {eventNam: a}\n  condition: selection\n---\ntitle: Two\ndetection:\n  selection: {eventName: b, eventNam: c}\n  condition: selection\n";
    let set = load(vec![RuleText::new("c.yaml", text)]);
    assert_eq!(set.rules.len(), 2);
    let lines: Vec<usize> = set.diagnostics.iter().map(|diagnostic| diagnostic.line).collect();
    assert_eq!(lines, [6, 11]);
}

fn told(text: &str) -> Vec<Diagnostic> {
    load(vec![RuleText::new("a.yaml", text)]).diagnostics
}

/// What is said of one rule with this selection and condition.
fn told_of(selection: &str, condition: &str) -> Diagnostic {
    let text = format!(
        "title: A\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n  selection: {selection}\n  condition: {condition}\n"
    );
    let mut told = told(&text);
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

#[test]
fn help_fits_what_was_probably_meant() {
    let lower = "written in lower case";
    for (condition, help) in [
        ("selection AND selection", lower),
        ("NOT selection", lower),
        ("selection and NOT selection", lower),
        ("1 OF selection*", lower),
        ("selection | count() by sourceIPAddress > 5", "write a correlation"),
        ("'selection | count(eventName) > 5'", "write a correlation"),
        ("selection and", "joins selection names"),
    ] {
        let said = told_of("{eventName: a}", condition);
        assert!(said.help.contains(help), "{condition}: {said}");
    }
    let large = told_of(r"{userAgent|re: '(\w{1000}){1000}'}", "selection");
    assert_eq!((large.code, &*large.message), ("bad_regex", "the regular expression is too large"));
    assert_eq!(large.help, "the expression compiles to more than 10485760 bytes; shorten its repetitions");
}

#[test]
fn long_lines_are_cut() {
    let deep = told_of("{eventName: a}", &format!("{}selection{}", "(".repeat(300), ")".repeat(300)));
    assert_eq!(deep.message, "the condition cannot be read here: it nests deeper than 64 brackets");
    assert!(deep.to_string().lines().all(|line| line.chars().count() < 220), "{deep}");
    let late = told_of("{eventName: a}", &format!("{}selection selection", "selection or ".repeat(100)));
    let shown = late.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    let caret = lines[4].chars().position(|c| c == '^').expect("a caret");
    assert_eq!(lines[3].chars().skip(caret).take(9).collect::<String>(), "selection");
    assert!(lines.iter().all(|line| line.chars().count() < 220), "{shown}");
}

#[test]
fn the_second_of_two_keys_is_pointed_at() {
    let place = |text: &str| {
        let told = told(text);
        (told[0].code, told[0].line, told[0].column, told[0].message.clone())
    };
    let begin = "title: A\nlogsource: {product: aws, service: cloudtrail}\ndetection:\n";
    let said = |key: &str| format!("the key {key:?} stands here a second time");
    let block = format!("{begin}  selection:\n    eventName: a\n    eventName|contains: b\n    eventName: c\n  condition: selection\n");
    assert_eq!(place(&block), ("yaml_syntax", 7, 5, said("eventName")));
    let flow = format!("{begin}  selection: {{eventName: a, eventName: c}}\n  condition: selection\n");
    assert_eq!(place(&flow), ("yaml_syntax", 4, 29, said("eventName")));
    let top = format!("{begin}  selection: {{title: a}}\n  condition: selection\ntitle: B\n");
    assert_eq!(place(&top), ("yaml_syntax", 6, 1, said("title")));
}

#[test]
fn merge_keys_merge() {
    let rule = |merge: &str| {
        format!(
            "title: A\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n  _root: &root {{eventSource: s3.amazonaws.com}}\n  _base: &base\n    <<: *root\n    eventName: a\n  selection:\n    <<: {merge}\n    eventName: b\n  condition: selection\n"
        )
    };
    let set = load(vec![RuleText::new("a.yaml", rule("*base"))]);
    assert!(set.diagnostics.is_empty(), "{}", set.diagnostics[0]);
    let matches = |source: &str, name: &str| {
        watchfire_detect::referee::matches(&set.rules[0], &serde_json::json!({"eventSource": source, "eventName": name}))
    };
    assert!(matches("s3.amazonaws.com", "b"));
    assert!(!matches("s3.amazonaws.com", "a"));
    assert!(!matches("ec2.amazonaws.com", "b"));
    let bad = told(&rule("text"));
    assert_eq!((bad.len(), bad[0].code, bad[0].line), (1, "yaml_syntax", 6), "{}", bad[0]);
    assert!(bad[0].message.contains("`<<` cannot be merged"), "{}", bad[0]);
}

#[test]
fn a_rule_asks_for_a_source() {
    for (source, line) in
        [("", 1), ("logsource: {}\n", 2), ("logsource: {definition: CloudTrail}\n", 2), ("logsource: {produkt: aws}\n", 2)]
    {
        let text = format!("title: A\n{source}detection:\n  selection: {{eventName: a}}\n  condition: selection\n");
        let set = load(vec![RuleText::new("a.yaml", text)]);
        let told: Vec<_> = set.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.weight, diagnostic.line)).collect();
        assert_eq!(told, [("missing_field", Weight::Error, line)], "{source}");
        assert!(set.rules.is_empty() && set.other_sources.is_empty());
    }
}

#[test]
fn what_is_probably_not_meant_is_warned_of() {
    let codes = |selection: &str| {
        let text = format!(
            "title: A\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n  selection: {selection}\n  condition: 1 of sel*\n"
        );
        told(&text).iter().map(|diagnostic| (diagnostic.code, diagnostic.weight)).collect::<Vec<_>>()
    };
    for odd in ["{eventSource: s3}", "{eventSource|cased: s3.amazonaws.com.cn}", "{eventSource: [s3.amazonaws.com, ec2]}"] {
        assert_eq!(codes(odd), [("odd_event_source", Weight::Warning)], "{odd}");
    }
    for fine in ["{eventSource: S3.AMAZONAWS.COM}", "{eventSource: s3*}", "{eventSource|contains: s3}", "{eventSource: null}"] {
        assert_eq!(codes(fine), [], "{fine}");
    }
    for empty in ["", "\n", "# nothing yet\n", "---\n"] {
        let told = told(empty);
        assert_eq!(
            told.iter().map(|diagnostic| (diagnostic.code, diagnostic.weight)).collect::<Vec<_>>(),
            [("empty_file", Weight::Warning)]
        );
    }
}

/// A circle is left out, and what builds on it; the counts are those of what can fire.
#[test]
fn circles_are_left_out() {
    let correlation = |name: &str, rules: &str| {
        RuleText::new(
            format!("{name}.yaml"),
            format!("title: {name}\nname: {name}\ncorrelation:\n  type: temporal\n  rules: {rules}\n  timespan: 1h\n"),
        )
    };
    let texts = vec![
        rule("a"),
        correlation("alone", "[alone]"),
        correlation("egg", "[hen]"),
        correlation("farm", "[a, hen]"),
        correlation("good", "[a]"),
        correlation("hen", "[a, egg]"),
        correlation("village", "[farm]"),
    ];
    let set = load(texts);
    assert_eq!(set.correlations.iter().map(|correlation| &*correlation.meta.name).collect::<Vec<_>>(), ["good"]);
    let told: Vec<_> = set.diagnostics.iter().map(|diagnostic| (&*diagnostic.file, diagnostic.code)).collect();
    assert_eq!(
        told,
        [
            ("alone.yaml", "cyclic_correlation"),
            ("egg.yaml", "cyclic_correlation"),
            ("farm.yaml", "unknown_rule"),
            ("hen.yaml", "cyclic_correlation"),
            ("village.yaml", "unknown_rule"),
        ]
    );
}

#[test]
fn bounds_of_correlations_are_sound() {
    let codes = |kind: &str, condition: &str| {
        let text = format!("title: C\ncorrelation:\n  type: {kind}\n  rules: [a]\n  timespan: 1h\n  condition: {condition}\n");
        let set = load(vec![rule("a"), RuleText::new("c.yaml", text)]);
        set.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.weight)).collect::<Vec<_>>()
    };
    assert_eq!(codes("value_percentile", "{gte: 5, field: userAgent}"), [("bad_correlation", Weight::Error)]);
    assert_eq!(codes("value_percentile", "{gte: 5, field: userAgent, percentile: 95}"), []);
    for kind in ["event_count", "temporal"] {
        assert_eq!(codes(kind, "{gte: 0}"), [("bad_correlation", Weight::Warning)], "{kind}");
        assert_eq!(codes(kind, "{gte: 1}"), [], "{kind}");
    }
}

#[test]
fn correlations_say_what_fields_do_not_exist() {
    let text = "title: C\ncorrelation:\n  type: value_count\n  rules: [a]\n  group-by: [userIdentity.am]\n  timespan: 1h\n  condition: {gte: 3, field: sourceIPAdress}\n";
    let set = load(vec![rule("a"), RuleText::new("c.yaml", text)]);
    let told: Vec<_> = set.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.line, diagnostic.help.as_str())).collect();
    assert_eq!(told, [("unknown_field", 7, "did you mean \"sourceIPAddress\"?")]);
}
