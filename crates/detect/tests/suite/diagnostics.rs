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

#[test]
fn correlations_say_what_fields_do_not_exist() {
    let text = "title: C\ncorrelation:\n  type: value_count\n  rules: [a]\n  group-by: [userIdentity.am]\n  timespan: 1h\n  condition: {gte: 3, field: sourceIPAdress}\n";
    let set = load(vec![rule("a"), RuleText::new("c.yaml", text)]);
    let told: Vec<_> = set.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.line, diagnostic.help.as_str())).collect();
    assert_eq!(told, [("unknown_field", 7, "did you mean \"sourceIPAddress\"?")]);
}
