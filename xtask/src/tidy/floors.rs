//! A crate imports only from lower floors, never sideways, in tests too.

use super::{Complaint, Rule};
use crate::repository::Repository;
use crate::workspace::Crate;

pub(super) static RULE: Rule = Rule {
    name: "floors",
    why: "a crate leans only on lower floors, in tests too; two crates of one floor that must talk need a noun in model",
    check,
};

fn check(repository: &Repository) -> Vec<Complaint> {
    let crates = &repository.crates;
    crates.iter().filter(|one| !one.is_outside()).flat_map(|one| judge(one, crates)).collect()
}

fn judge(one: &Crate, crates: &[Crate]) -> Vec<Complaint> {
    let manifest = format!("{}/Cargo.toml", one.folder);
    let Some(floor) = one.floor else {
        return vec![Complaint::file(&manifest, "states no floor: add [package.metadata.watchfire] with floor = N")];
    };
    let neighbours = one.needs.iter().filter_map(|need| crates.iter().find(|other| other.name == need.name));
    let wrong = neighbours.filter(|other| other.is_outside() || other.floor.is_none_or(|below| below >= floor));
    wrong
        .map(|other| {
            let below = other.floor.map_or("no floor".to_owned(), |below| format!("floor {below}"));
            Complaint::file(&manifest, format!("{} (floor {floor}) leans on {} ({below})", one.name, other.name))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{Need, NeedKind};

    fn house(floor: Option<u64>, kind: NeedKind) -> Repository {
        let sim = Crate { name: "sim".into(), folder: "crates/sim".into(), floor: Some(2), needs: vec![] };
        let needs = vec![Need { name: "sim".into(), kind }, Need { name: "serde".into(), kind: NeedKind::Normal }];
        let other = Crate { name: "other".into(), folder: "crates/other".into(), floor, needs };
        Repository { crates: vec![sim, other], ..Repository::default() }
    }

    #[test]
    fn downwards_is_fine() {
        assert_eq!(check(&house(Some(3), NeedKind::Normal)), []);
    }

    #[test]
    fn sideways_and_upwards_are_not_in_tests_either() {
        let sideways = check(&house(Some(2), NeedKind::Development));
        assert_eq!(sideways[0].says, "other (floor 2) leans on sim (floor 2)");
        assert_eq!(check(&house(Some(0), NeedKind::Normal)).len(), 1);
    }

    #[test]
    fn a_floor_is_stated() {
        assert!(check(&house(None, NeedKind::Normal))[0].says.starts_with("states no floor"));
    }
}
