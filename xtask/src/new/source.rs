//! A log source: its table in `model`, its judgement in `decode`, its examples.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::{Kind, Plan, checked, with_line};

pub(super) static KIND: Kind = Kind {
    name: "source",
    takes: "<name>",
    makes: "a log format: model/src/<name>.rs, decode/src/source/<name>.rs, decode/testdata/<name>/",
    plan,
};

const MODEL: &str = "crates/model/src";
const DECODE: &str = "crates/decode/src/source";

fn plan(root: &Path, name: &str) -> anyhow::Result<Plan> {
    let name = checked(name, '_')?;
    let filled = |template: &str| template.replace("{{name}}", name);
    let example = format!("crates/decode/testdata/{name}/one_record");
    let read = |path: &str| fs::read_to_string(root.join(path)).with_context(|| path.to_owned());
    let (model, decode) = (format!("{MODEL}/lib.rs"), format!("{DECODE}/mod.rs"));
    let model_text = with_line(&read(&model)?, &format!("pub mod {name};"), "pub mod ", ";")?;
    let decode_text = with_line(&read(&decode)?, &format!("mod {name};"), "mod ", ";")?;
    let decode_text = with_line(&decode_text, &format!("    &{name}::SOURCE, //"), "    &", "::SOURCE, //")?;
    Ok(Plan {
        create: vec![
            (format!("{MODEL}/{name}.rs").into(), filled(include_str!("../../templates/source_model.rs.txt"))),
            (format!("{DECODE}/{name}.rs").into(), filled(include_str!("../../templates/source_decode.rs.txt"))),
            (format!("{example}.in").into(), filled(include_str!("../../templates/source_example.in.txt"))),
            (format!("{example}.out").into(), String::new()),
        ],
        rewrite: vec![(model.into(), model_text), (decode.into(), decode_text)],
        next: vec![
            format!("write the table in {MODEL}/{name}.rs, then what a record is in {DECODE}/{name}.rs"),
            format!("put examples beside {example}.in, whole and broken ones"),
            "UPDATE_GOLDEN=1 cargo nextest run -p watchfire-decode, and review the .out files".to_owned(),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists as they stand today, so that the scaffold keeps up with them.
    const MODEL_LIST: &str = include_str!("../../../crates/model/src/lib.rs");
    const DECODE_LIST: &str = include_str!("../../../crates/decode/src/source/mod.rs");

    #[test]
    fn a_source_is_listed_in_both_crates() {
        let root = tempfile::tempdir().unwrap();
        for (folder, file, text) in [(MODEL, "lib.rs", MODEL_LIST), (DECODE, "mod.rs", DECODE_LIST)] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            fs::write(root.path().join(folder).join(file), text).unwrap();
        }
        let plan = plan(root.path(), "vpc_flow").unwrap();
        plan.carry_out(root.path()).unwrap();
        let read = |path: &str| fs::read_to_string(root.path().join(path)).unwrap();
        assert!(read("crates/model/src/lib.rs").contains("pub mod cloudtrail;\npub mod vpc_flow;\n"));
        let list = read("crates/decode/src/source/mod.rs");
        assert!(list.contains("mod cloudtrail;\nmod vpc_flow;\n"), "{list}");
        assert!(list.contains("    &cloudtrail::SOURCE, //\n    &vpc_flow::SOURCE, //\n"), "{list}");
        assert!(read("crates/decode/src/source/vpc_flow.rs").contains("name: \"vpc_flow\""));
        assert!(read("crates/decode/testdata/vpc_flow/one_record.in").starts_with('{'));
        assert!(super::plan(root.path(), "vpc_flow").is_err(), "a second time it is there already");
    }
}
