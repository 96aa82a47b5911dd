//! What of its owner's permissions a credential carries.

use std::fmt;
use std::str::FromStr;

use crate::{NoPermission, Permission};

/// A set of permissions that a token is narrowed to, or all that its role may.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scopes {
    /// All that the role may.
    #[default]
    All,
    /// These alone, sorted, each once.
    Only(Vec<Permission>),
}

impl Scopes {
    /// These alone.
    pub fn only(permissions: impl IntoIterator<Item = Permission>) -> Scopes {
        let mut permissions: Vec<_> = permissions.into_iter().collect();
        permissions.sort_unstable();
        permissions.dedup();
        Scopes::Only(permissions)
    }

    /// Whether a permission is among them.
    pub fn hold(&self, permission: Permission) -> bool {
        match self {
            Scopes::All => true,
            Scopes::Only(permissions) => permissions.contains(&permission),
        }
    }
}

/// `*`, or the words with spaces between them; the text that is kept.
impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scopes::All => formatter.write_str("*"),
            Scopes::Only(permissions) => {
                formatter.write_str(&permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" "))
            }
        }
    }
}

impl FromStr for Scopes {
    type Err = NoPermission;

    fn from_str(text: &str) -> Result<Scopes, NoPermission> {
        match text.trim() {
            "*" => Ok(Scopes::All),
            words => words.split_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>().map(Scopes::only),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lead_back() {
        let some = Scopes::only([Permission::PushLogs, Permission::ReadFindings, Permission::PushLogs]);
        assert_eq!(some.to_string(), "findings:read logs:push");
        for scopes in [Scopes::All, Scopes::only([]), some.clone()] {
            assert_eq!(scopes.to_string().parse(), Ok(scopes));
        }
        assert!(some.hold(Permission::PushLogs) && !some.hold(Permission::Search));
        assert!("logs:push everything".parse::<Scopes>().is_err());
        assert!(!Scopes::only([]).hold(Permission::ReadFindings), "none is none");
    }
}
