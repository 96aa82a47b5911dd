//! What there is to be allowed, and whom it is allowed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a user is here. Each may do all that the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Works on findings, searches the logs, brings in logs and events.
    Analyst,
    /// Changes what happens by itself, approves responses and carries them out.
    Responder,
    /// Decides who may do what, and how this installation is set.
    Admin,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Analyst, Role::Responder, Role::Admin];

    /// The word for it, as it is typed and kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Analyst => "analyst",
            Role::Responder => "responder",
            Role::Admin => "admin",
        }
    }

    /// Whether whoever has this role may do something. The only place that decides it.
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least()
    }

    /// All that the role may do.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.may(*permission))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The word names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no role: there are viewer, analyst, responder and admin")]
pub struct NoRole(String);

impl FromStr for Role {
    type Err = NoRole;

    fn from_str(word: &str) -> Result<Role, NoRole> {
        Role::ALL.into_iter().find(|role| role.as_str() == word).ok_or_else(|| NoRole(word.chars().take(32).collect()))
    }
}

/// Whether carrying out what is permitted leaves a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only tells; doing it twice is doing it once.
    Reads,
    /// Something is otherwise afterwards.
    Changes,
}

/// THE table: what there is to be allowed, the word for it, what it does, and the least role that may.
macro_rules! permissions {
    ($($(#[$doc:meta])* $permission:ident $word:literal $effect:ident $least:ident;)*) => {
        /// One thing that a caller may be allowed to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission { $($(#[$doc])* $permission,)* }

        impl Permission {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Permission] = &[$(Permission::$permission),*];

            /// The word for it, as scopes of tokens and the audit log have it.
            pub fn as_str(self) -> &'static str {
                match self { $(Permission::$permission => $word,)* }
            }

            /// The least role that may.
            pub fn least(self) -> Role {
                match self { $(Permission::$permission => Role::$least,)* }
            }

            /// Whether it only reads.
            pub fn effect(self) -> Effect {
                match self { $(Permission::$permission => Effect::$effect,)* }
            }
        }
    };
}

permissions! {
    /// Findings with their evidence and history, insights, exports.
    ReadFindings "findings:read" Reads Viewer;
    /// Workflow state, notes, suppressions, insights.
    TriageFindings "findings:triage" Changes Analyst;
    /// Findings of other products, by import or BatchImportFindings.
    ImportFindings "findings:import" Changes Analyst;
    /// Rules that change findings as they come.
    AutomateFindings "findings:automate" Changes Responder;
    /// Detection rules and lists, and what was wrong with them.
    ReadRules "rules:read" Reads Viewer;
    /// Buses, bus rules, targets, archives, replays; secrets of connections are never shown.
    ReadBus "bus:read" Reads Viewer;
    /// Bus rules, targets, archives, replays: what leaves this machine.
    WriteBus "bus:write" Changes Responder;
    /// Connections and API destinations: addresses and secrets of others.
    WriteConnections "connections:write" Changes Admin;
    /// Events of one's own, by PutEvents.
    PutEvents "events:put" Changes Analyst;
    /// Log records, by Firehose, JSON lines or API destination.
    PushLogs "logs:push" Changes Analyst;
    /// Queries over the lake: every record that was ever read.
    Search "logs:search" Reads Analyst;
    /// Sources with their lag, deliveries, metrics, health beyond yes and no.
    ReadStatus "status:read" Reads Viewer;
    /// Repeating deliveries, dropping dead letters, reading a source again.
    SteerStatus "status:steer" Changes Responder;
    /// Plans, approvals and what was done.
    ReadResponses "responses:read" Reads Viewer;
    /// Making plans.
    PlanResponses "responses:plan" Changes Analyst;
    /// Approving plans.
    ApproveResponses "responses:approve" Changes Responder;
    /// Carrying out approved plans and rolling them back.
    Act "responses:act" Changes Responder;
    /// One's own password, sessions, tokens and access keys.
    ManageSelf "self:manage" Changes Viewer;
    /// Everybody's: users, roles, passwords, sessions, tokens, access keys.
    ManageUsers "users:manage" Changes Admin;
    /// Who there is, with which role.
    ReadUsers "users:read" Reads Admin;
    /// The settings in force; secrets are never shown.
    ReadSettings "settings:read" Reads Admin;
    /// Settings that can be changed while it runs; backups.
    ManageSettings "settings:manage" Changes Admin;
    /// The audit log.
    ReadAudit "audit:read" Reads Admin;
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The word names no permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no permission; such are findings:read, logs:push, events:put")]
pub struct NoPermission(String);

impl FromStr for Permission {
    type Err = NoPermission;

    fn from_str(word: &str) -> Result<Permission, NoPermission> {
        let found = Permission::ALL.iter().copied().find(|permission| permission.as_str() == word);
        found.ok_or_else(|| NoPermission(word.chars().take(32).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
        }
        assert!("root".parse::<Role>().is_err() && "findings".parse::<Permission>().is_err());
    }

    /// What each role gains, spelled out a second time on purpose: whoever moves a permission says so here too.
    #[test]
    fn each_role_gains() {
        let gained = |role: Role| -> Vec<&str> {
            Permission::ALL.iter().filter(|permission| permission.least() == role).map(|permission| permission.as_str()).collect()
        };
        assert_eq!(gained(Role::Viewer), ["findings:read", "rules:read", "bus:read", "status:read", "responses:read", "self:manage"]);
        assert_eq!(
            gained(Role::Analyst),
            ["findings:triage", "findings:import", "events:put", "logs:push", "logs:search", "responses:plan"]
        );
        assert_eq!(gained(Role::Responder), ["findings:automate", "bus:write", "status:steer", "responses:approve", "responses:act"]);
        assert_eq!(
            gained(Role::Admin),
            ["connections:write", "users:manage", "users:read", "settings:read", "settings:manage", "audit:read"]
        );
    }

    #[test]
    fn roles_only_gain() {
        for pair in Role::ALL.windows(2) {
            let (less, more): (Vec<_>, Vec<_>) = (pair[0].permissions().collect(), pair[1].permissions().collect());
            assert!(less.len() < more.len() && less.iter().all(|permission| more.contains(permission)));
        }
        assert!(Permission::ALL.iter().all(|permission| Role::Admin.may(*permission)));
    }
}
