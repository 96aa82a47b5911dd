//! Rules as SQL for Athena, as golden texts.

use watchfire_detect::{Lists, RuleSet, RuleText, Weight, sql};

#[test]
fn athena() {
    let mut lists = Lists::default();
    lists.set("infrastructure_as_code", vec!["Terraform".to_owned(), "Pulumi".to_owned()]);
    crate::golden::check("sql", "sql", |name, text| {
        let rules = RuleSet::load([RuleText::new(name, text)], &lists);
        let errors: Vec<_> = rules.diagnostics.iter().filter(|diagnostic| diagnostic.weight == Weight::Error).collect();
        assert!(errors.is_empty(), "{}", errors[0]);
        sql::athena(&rules.rules[0]).unwrap_or_else(|error| format!("-- error: {error}\n"))
    });
}
