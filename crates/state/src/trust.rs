//! What is kept of users and their credentials, and of what they did.

use watchfire_model::EventTime;
use watchfire_trust::audit::{Act, Break, Entry, Head};
use watchfire_trust::{
    AccessKey, AccessKeyId, Digest, NewToken, NewUser, PasswordHash, Register, Session, SessionLimits, Setup, Token, TokenId, Touch, User,
    UserChange, UserId, UserName,
};

use crate::Error;

/// Users, sessions, tokens, access keys, the first run, the audit log. Every implementation passes the same test suite.
///
/// What changes something takes the [`Act`] that tells of it: both become true together, or neither. A call that fails, or that finds
/// nothing to change, leaves no entry; whoever refuses something to a caller writes that down with [`record`](TrustStore::record).
pub trait TrustStore: Register<Error = Error> + Send + Sync {
    /// All users, by name.
    fn users(&self) -> Result<Vec<User>, Error>;

    /// The user of a name.
    fn user(&self, name: &UserName) -> Result<Option<User>, Error>;

    /// The user of a number.
    fn user_of(&self, id: UserId) -> Result<Option<User>, Error>;

    /// Makes a user. [`TrustFault::NameTaken`].
    fn add_user(&self, user: &NewUser, now: EventTime, act: Act) -> Result<User, Error>;

    /// Changes a user. Another password, or being kept out, ends all its sessions. [`TrustFault::NoUser`], [`TrustFault::LastAdmin`].
    fn change_user(&self, id: UserId, change: &UserChange, now: EventTime, act: Act) -> Result<User, Error>;

    /// Keeps the same password hashed at another cost; sessions stay. Nothing happens when the password is another one by now.
    fn rehash(&self, id: UserId, before: &PasswordHash, after: &PasswordHash) -> Result<(), Error>;

    /// Removes a user with all that is its own. [`TrustFault::NoUser`], [`TrustFault::LastAdmin`].
    fn remove_user(&self, id: UserId, act: Act) -> Result<(), Error>;

    /// Opens a session, and closes the one that the browser had before. The oldest of a user's are closed when there are too many.
    fn open_session(&self, session: &Session, replaced: Option<&Digest>, act: Act) -> Result<(), Error>;

    /// A user's sessions, the latest first; also those that have ended and are not forgotten yet.
    fn sessions(&self, user: UserId) -> Result<Vec<Session>, Error>;

    /// Closes a session of a user; whether there was one.
    fn close_session(&self, user: UserId, digest: &Digest, act: Act) -> Result<bool, Error>;

    /// Closes all sessions of a user but one; how many there were.
    fn close_sessions(&self, user: UserId, but: Option<&Digest>, act: Act) -> Result<u64, Error>;

    /// Keeps a token. [`TrustFault::NoUser`], [`TrustFault::TooMany`].
    fn add_token(&self, token: &NewToken, act: Act) -> Result<Token, Error>;

    /// The tokens of a user, or of all, the latest first.
    fn tokens(&self, owner: Option<UserId>) -> Result<Vec<Token>, Error>;

    /// Takes a token back; whether there was one.
    fn remove_token(&self, id: TokenId, act: Act) -> Result<bool, Error>;

    /// Keeps an access key. [`TrustFault::NoUser`], [`TrustFault::TooMany`].
    fn add_access_key(&self, key: &AccessKey, act: Act) -> Result<(), Error>;

    /// The access keys of a user, or of all, the latest first.
    fn access_keys(&self, owner: Option<UserId>) -> Result<Vec<AccessKey>, Error>;

    /// Lets an access key count, or not; whether there is one that was otherwise before.
    fn switch_access_key(&self, id: &AccessKeyId, is_active: bool, act: Act) -> Result<bool, Error>;

    /// Removes an access key; whether there was one.
    fn remove_access_key(&self, id: &AccessKeyId, act: Act) -> Result<bool, Error>;

    /// Writes down that a credential was used.
    fn touch(&self, touch: &Touch, now: EventTime) -> Result<(), Error>;

    /// Whether nobody can administrate yet: the first run.
    fn needs_setup(&self) -> Result<bool, Error>;

    /// Keeps the link for the first admin, in place of an earlier one; not, and false comes back, when there is an admin already.
    fn begin_setup(&self, setup: &Setup, act: Act) -> Result<bool, Error>;

    /// Makes the first admin and uses up the link. [`TrustFault::SetupOver`] when the link is another, was used, has ended, or there is an
    /// admin already. The user is an admin whatever its role says.
    fn finish_setup(&self, presented: &Digest, user: &NewUser, now: EventTime, act: Act) -> Result<User, Error>;

    /// Forgets sessions and tokens that have ended by themselves; how many.
    fn forget_ended(&self, limits: SessionLimits, now: EventTime) -> Result<u64, Error>;

    /// Writes an entry by itself.
    fn record(&self, act: Act) -> Result<Entry, Error>;

    /// Entries of the audit log.
    fn audit(&self, filter: &AuditFilter) -> Result<Vec<Entry>, Error>;

    /// The last entry of the audit log as it is remembered; none before the first.
    fn audit_head(&self) -> Result<Option<Head>, Error>;

    /// Looks at the whole audit log: its head, or where it is broken. Heads that were noted down elsewhere must be in it as well: only
    /// they show that the whole file was put back or written anew.
    fn verify_audit(&self, remembered: &[Head]) -> Result<Result<Option<Head>, Break>, Error>;
}

/// Which entries are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those after this number, upwards, or before it, downwards; none for from the beginning, or from the end.
    pub beside: Option<u64>,
    /// Downwards from the latest, or upwards from the first.
    pub is_latest_first: bool,
    /// Most entries.
    pub limit: usize,
    /// Whose name begins so.
    pub actor: Option<String>,
    /// Whose action is this, or begins so where it ends with a dot: `user.`.
    pub action: Option<String>,
    /// Not before.
    pub from: Option<EventTime>,
    /// Before.
    pub to: Option<EventTime>,
}

impl Default for AuditFilter {
    fn default() -> AuditFilter {
        AuditFilter { beside: None, is_latest_first: true, limit: 100, actor: None, action: None, from: None, to: None }
    }
}

/// Why something about users cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustFault {
    /// Another user has the name.
    #[error("there is a user {0} already")]
    NameTaken(UserName),
    /// There is no such user.
    #[error("there is no user with the number {0}")]
    NoUser(UserId),
    /// Nobody could administrate any more.
    #[error("{0} is the last admin that may come in")]
    LastAdmin(UserName),
    /// A user has as many as one may have.
    #[error("a user may have {max} {of}, and this one has them")]
    TooMany {
        /// Of what.
        of: &'static str,
        /// How many.
        max: u64,
    },
    /// The link for the first run is no longer, or never was.
    #[error("the setup link is not valid, or no longer")]
    SetupOver,
}

impl TrustFault {
    /// What a person can try.
    pub fn hint(&self) -> &'static str {
        match self {
            TrustFault::NameTaken(_) => "choose another name, or change the user that has it",
            TrustFault::NoUser(_) => "list the users to see who there is",
            TrustFault::LastAdmin(_) => "make somebody else an admin first",
            TrustFault::TooMany { .. } => "remove those that are not used any more",
            TrustFault::SetupOver => "start watchfire again to get a new link, or make users at the command line",
        }
    }
}
