//! `watchfire.toml`: what the running service reads, checked as a whole before anything starts.
//!
//! Each section is a type beside this; `[[source]]` and `[target.NAME]` are the types of whoever carries them out. Mistakes are all told at
//! once, each with its place and what to do. Paths are taken from the file's own folder.

mod fault;
mod sample;
mod section;
mod sections;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use toml::de::DeTable;
use watchfire_bus::target::Settings as Target;
use watchfire_ingest::SourceSettings;

pub use fault::{Fault, Faults};
pub use sample::{init, sample};
use section::{Environment, Sections};
pub use sections::{Bus, Data, Detect, Keep, Organisation, Server, Smtp, SmtpTls};

use fault::Gatherer;

/// The name the file has when nothing else is said.
pub const FILE: &str = "watchfire.toml";

/// Everything that the service is told.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The folder that relative paths start from.
    pub folder: PathBuf,
    /// Whose service this is.
    pub organisation: Organisation,
    /// Where everything is kept.
    pub data: Data,
    /// Which rules judge records.
    pub detect: Detect,
    /// Where records come from.
    pub sources: Vec<SourceSettings>,
    /// Events and where they go.
    pub bus: Bus,
    /// Targets of our own, by name.
    pub targets: BTreeMap<String, Target>,
    /// Where the service listens.
    pub server: Server,
    /// How long things are kept.
    pub keep: Keep,
}

/// The sections there are.
const SECTIONS: [&str; 8] = ["organisation", "data", "detect", "source", "bus", "target", "server", "keep"];

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or [`Faults`] with all that is wrong with it.
    pub fn load(file: &Path) -> anyhow::Result<Config> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}\n  hint: `watchfire init` writes one that works as it is", file.display()))?;
        Ok(Config::parse(file, &text, &|name| std::env::var(name).ok())?)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(file: &Path, text: &str, environment: Environment<'_>) -> Result<Config, Faults> {
        let mut gatherer = Gatherer { file, text, faults: Vec::new() };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            gatherer.add(error.span(), "TOML", error.message(), "");
        }
        let mut sections = Sections(table.into_inner());
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let mut config = Config {
            folder,
            organisation: sections.take("organisation", &mut gatherer, environment),
            data: sections.take("data", &mut gatherer, environment),
            detect: sections.take("detect", &mut gatherer, environment),
            sources: Vec::new(),
            bus: sections.take("bus", &mut gatherer, environment),
            targets: sections.take_named("target", &mut gatherer, environment).into_iter().collect(),
            server: sections.take("server", &mut gatherer, environment),
            keep: sections.take("keep", &mut gatherer, environment),
        };
        let mut names = BTreeSet::new();
        for (span, source) in sections.take_list::<SourceSettings>("source", &mut gatherer, environment) {
            let about = format!("source {:?}", source.name());
            for wrong in source.check() {
                gatherer.add(Some(span.clone()), &about, wrong, "docs/serve.md has the settings of each kind");
            }
            if !names.insert(source.name().to_owned()) {
                let hint = "give each source a name of its own: what was read is remembered by it";
                gatherer.add(Some(span), &about, "the name is taken by a source above", hint);
            }
            config.sources.push(source);
        }
        sections.done(&SECTIONS, &mut gatherer);
        config.check(&mut gatherer);
        gatherer.done().map(|()| config)
    }

    /// A path of the configuration.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        let environment = |name: &str| (name == "SET").then(|| "of the environment".to_owned());
        Config::parse(Path::new("w/watchfire.toml"), text, &environment).map_err(|faults| faults.to_string())
    }

    #[test]
    fn the_sample_says_what_holds_anyway() {
        let commented = sample().lines().filter(|line| !line.starts_with("# ") || line.contains(" = ") || line.starts_with("# ["));
        let whole: String = commented.map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line))).collect();
        assert!(parse(sample()).is_ok());
        let table: toml::Table = toml::from_str(&whole).unwrap_or_else(|error| panic!("{error}\n{whole}"));
        let sections: BTreeSet<&str> = table.keys().map(String::as_str).collect();
        assert_eq!(sections, SECTIONS.into_iter().collect(), "each section is shown");
        let defaults = parse("").expect("nothing is wrong with nothing");
        assert_eq!(table["server"]["listen"].as_str(), Some(&*defaults.server.listen));
        assert_eq!(table["data"]["backups"].as_integer(), Some(defaults.data.backups as i64));
        assert_eq!(table["keep"]["dead_letters"].as_integer(), Some(i64::from(defaults.keep.dead_letters)));
        assert_eq!(table["detect"]["min_severity"].as_str(), Some(defaults.detect.min_severity.as_str()));
        assert_eq!(table["organisation"]["account"].as_str(), Some(&*defaults.organisation.account));
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let text = "[organisation]\naccount = \"12\"\n\n[serve]\nlisten = \"x\"\n\n[detect]\nrules = [\"nowhere\"]\nmin_severty = \"low\"\n\n\
                    [target.a]\nkind = \"slak\"\n[target.b]\nkind = \"log\"\npath = \"${UNSET}\"\n[keep]\ndeliveries = -1\n";
        let said = parse(text).expect_err("much is wrong");
        for expect in [
            "w/watchfire.toml:2:1: [organisation]: \"12\" is no account id",
            "w/watchfire.toml:4:2: serve: there is no such section\n  hint: did you mean \"server\"?",
            "w/watchfire.toml:9:1: [detect]: unknown field `min_severty`",
            "did you mean \"min_severity\"?",
            "target \"a\": unknown variant `slak`",
            "did you mean \"slack\"?",
            "w/watchfire.toml:15:8: target \"b\": the environment has no variable UNSET",
            "w/watchfire.toml:17:14: [keep]",
        ] {
            assert!(said.contains(expect), "{expect}\n--- in\n{said}");
        }
    }

    #[test]
    fn texts_take_values_of_the_environment() {
        let config = parse("[target.a]\nkind = \"log\"\npath = \"a/${SET}/$$5\"\n").expect("right");
        assert_eq!(format!("{:?}", config.targets["a"]), "Log(Log { path: \"a/of the environment/$5\" })");
        assert!(parse("[data\n").expect_err("broken").contains("w/watchfire.toml:1:"));
    }
}
