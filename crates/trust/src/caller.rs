//! Who asks.

use std::fmt;

use crate::{AccessKeyId, Permission, Role, Scopes, TokenId, UserId, UserName};

/// How a caller proved who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A session: somebody logged in with a password.
    Session,
    /// An API token.
    Token(TokenId),
    /// A request signed with an access key.
    AccessKey(AccessKeyId),
    /// The command line at the state itself: whoever may write the file may do everything.
    Local,
}

/// The name that the audit log gives to what the command line does.
const LOCAL: &str = "local";

impl fmt::Display for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proof::Session => formatter.write_str("session"),
            Proof::Token(id) => write!(formatter, "token {id}"),
            Proof::AccessKey(id) => write!(formatter, "access key {id}"),
            Proof::Local => formatter.write_str("command line"),
        }
    }
}

/// A caller that is known: whose request it is, in which role, and how that was proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    user: Option<(UserId, UserName)>,
    role: Role,
    proof: Proof,
    scopes: Scopes,
}

impl Caller {
    /// A user, in a role that is at most its own.
    pub(crate) fn of(id: UserId, name: &UserName, role: Role, proof: Proof, scopes: Scopes) -> Caller {
        Caller { user: Some((id, name.clone())), role, proof, scopes }
    }

    /// The command line at the state itself.
    pub fn local() -> Caller {
        Caller { user: None, role: Role::Admin, proof: Proof::Local, scopes: Scopes::All }
    }

    /// The user; none for the command line.
    pub fn user(&self) -> Option<UserId> {
        self.user.as_ref().map(|(id, _)| *id)
    }

    /// The name that the audit log gives it.
    pub fn name(&self) -> &str {
        self.user.as_ref().map_or(LOCAL, |(_, name)| name.as_str())
    }

    /// The role that counts: the lesser of the credential's and its owner's.
    pub fn role(&self) -> Role {
        self.role
    }

    /// How it was proved.
    pub fn proof(&self) -> &Proof {
        &self.proof
    }

    /// Whether the caller may do something. Every route asks this, and nothing else decides.
    ///
    /// # Errors
    /// [`Denied`] says what was asked for and what would be needed.
    pub fn may(&self, permission: Permission) -> Result<(), Denied> {
        if self.role.may(permission) && self.scopes.hold(permission) {
            return Ok(());
        }
        Err(Denied { who: self.name().to_owned(), role: self.role, permission, is_scope: self.role.may(permission) })
    }

    /// Whether the caller may do something to what belongs to a user: its own with [`Permission::ManageSelf`], anybody's with
    /// [`Permission::ManageUsers`].
    ///
    /// # Errors
    /// [`Denied`].
    pub fn may_manage(&self, owner: UserId) -> Result<(), Denied> {
        match self.user() == Some(owner) && self.may(Permission::ManageSelf).is_ok() {
            true => Ok(()),
            false => self.may(Permission::ManageUsers),
        }
    }
}

/// A known caller asks for what it may not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Denied {
    /// The caller's name.
    pub who: String,
    /// The role it came in.
    pub role: Role,
    /// What it asked for.
    pub permission: Permission,
    /// Whether its role would do, and only the scopes of its token do not.
    pub is_scope: bool,
}

impl Denied {
    /// What a person can try.
    pub fn hint(&self) -> String {
        match self.is_scope {
            true => format!("use a token whose scopes hold {}", self.permission),
            false => format!("an admin can give {} the role {}", self.who, self.permission.least()),
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Denied { who, role, permission, is_scope } = self;
        match is_scope {
            true => write!(formatter, "{who} may not {permission} with this token: its scopes leave that out"),
            false => write!(formatter, "{who} is {role} here, and {permission} needs {}", permission.least()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(role: Role, scopes: Scopes) -> Caller {
        Caller::of(UserId(1), &"alice".parse().expect("a name"), role, Proof::Session, scopes)
    }

    #[test]
    fn a_caller_may_what_role_and_scopes_hold() {
        for role in Role::ALL {
            for permission in Permission::ALL {
                assert_eq!(caller(role, Scopes::All).may(*permission).is_ok(), role.may(*permission));
                assert!(caller(role, Scopes::only([])).may(*permission).is_err());
                assert!(Caller::local().may(*permission).is_ok());
                let alone = caller(role, Scopes::only([*permission]));
                let allowed: Vec<_> = Permission::ALL.iter().filter(|other| alone.may(**other).is_ok()).collect();
                assert_eq!(allowed, if role.may(*permission) { vec![permission] } else { vec![] });
            }
        }
    }

    #[test]
    fn a_refusal_says_what_is_needed() {
        let denied = caller(Role::Viewer, Scopes::All).may(Permission::Search).expect_err("a viewer");
        assert_eq!(denied.to_string(), "alice is viewer here, and logs:search needs analyst");
        assert_eq!(denied.hint(), "an admin can give alice the role analyst");
        let denied = caller(Role::Admin, Scopes::only([])).may(Permission::Search).expect_err("a narrow token");
        assert_eq!(denied.to_string(), "alice may not logs:search with this token: its scopes leave that out");
        assert_eq!(denied.hint(), "use a token whose scopes hold logs:search");
    }

    #[test]
    fn ones_own_and_others() {
        assert!(caller(Role::Viewer, Scopes::All).may_manage(UserId(1)).is_ok());
        assert!(caller(Role::Responder, Scopes::All).may_manage(UserId(2)).is_err());
        assert!(caller(Role::Admin, Scopes::All).may_manage(UserId(2)).is_ok());
        assert!(caller(Role::Admin, Scopes::only([Permission::ManageSelf])).may_manage(UserId(2)).is_err());
        assert!(caller(Role::Viewer, Scopes::only([Permission::PushLogs])).may_manage(UserId(1)).is_err());
    }
}
