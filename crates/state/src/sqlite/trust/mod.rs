//! Users, their credentials, and the audit log, in tables.

mod access_keys;
mod audit;
mod sessions;
mod setup;
mod tokens;
mod users;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use watchfire_model::EventTime;
use watchfire_trust::audit::{Act, Break, Entry, Head};
use watchfire_trust::{
    AccessKey, AccessKeyId, Digest, NewToken, NewUser, PasswordHash, Register, Role, Session, SessionLimits, Setup, Token, TokenId, Touch,
    User, UserChange, UserId, UserName,
};

pub(super) use audit::verify as verify_audit;

use super::State;
use super::fault::Fault;
use crate::Error;
use crate::trust::{AuditFilter, TrustFault, TrustStore};

impl From<TrustFault> for Fault {
    fn from(fault: TrustFault) -> Fault {
        Fault::Said(Error::Trust(fault))
    }
}

/// Does something in a transaction that writes. What comes back says whether anything changed: then the act is added to the log with it.
fn change<T>(connection: &mut Connection, act: Act, work: impl FnOnce(&Transaction<'_>) -> Result<(T, bool), Fault>) -> Result<T, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (done, has_changed) = work(&transaction)?;
    if has_changed {
        audit::append(&transaction, act)?;
    }
    transaction.commit()?;
    Ok(done)
}

fn role_of(word: &str) -> Result<Role, Fault> {
    word.parse().map_err(|_| Fault::Damage(format!("a user or a credential with the role {word:?}")))
}

impl Register for State {
    type Error = Error;

    fn session(&self, digest: &Digest) -> Result<Option<(Session, User)>, Error> {
        self.connected(|connection| sessions::with_user(connection, digest))
    }

    fn token(&self, digest: &Digest) -> Result<Option<(Token, User)>, Error> {
        self.connected(|connection| tokens::with_owner(connection, digest))
    }

    fn access_key(&self, id: &AccessKeyId) -> Result<Option<(AccessKey, User)>, Error> {
        self.connected(|connection| access_keys::with_owner(connection, id))
    }
}

impl TrustStore for State {
    fn users(&self) -> Result<Vec<User>, Error> {
        self.connected(|connection| users::all(connection))
    }

    fn user(&self, name: &UserName) -> Result<Option<User>, Error> {
        self.connected(|connection| users::of_name(connection, name))
    }

    fn user_of(&self, id: UserId) -> Result<Option<User>, Error> {
        self.connected(|connection| users::of(connection, id))
    }

    fn add_user(&self, user: &NewUser, now: EventTime, act: Act) -> Result<User, Error> {
        self.connected(|connection| change(connection, act, |to| Ok((users::add(to, user, user.role, now)?, true))))
    }

    fn change_user(&self, id: UserId, wanted: &UserChange, now: EventTime, act: Act) -> Result<User, Error> {
        self.connected(|connection| change(connection, act, |to| users::change(to, id, wanted, now)))
    }

    fn rehash(&self, id: UserId, before: &PasswordHash, after: &PasswordHash) -> Result<(), Error> {
        self.connected(|connection| users::rehash(connection, id, before, after))
    }

    fn remove_user(&self, id: UserId, act: Act) -> Result<(), Error> {
        self.connected(|connection| change(connection, act, |from| Ok((users::remove(from, id)?, true))))
    }

    fn open_session(&self, session: &Session, replaced: Option<&Digest>, act: Act) -> Result<(), Error> {
        self.connected(|connection| change(connection, act, |to| Ok((sessions::open(to, session, replaced)?, true))))
    }

    fn sessions(&self, user: UserId) -> Result<Vec<Session>, Error> {
        self.connected(|connection| sessions::all(connection, user))
    }

    fn close_session(&self, user: UserId, digest: &Digest, act: Act) -> Result<bool, Error> {
        self.connected(|connection| change(connection, act, |of| sessions::close(of, user, digest).map(|was| (was, was))))
    }

    fn close_sessions(&self, user: UserId, but: Option<&Digest>, act: Act) -> Result<u64, Error> {
        self.connected(|connection| change(connection, act, |of| sessions::close_all(of, user, but).map(|closed| (closed, closed > 0))))
    }

    fn add_token(&self, token: &NewToken, act: Act) -> Result<Token, Error> {
        self.connected(|connection| change(connection, act, |to| Ok((tokens::add(to, token)?, true))))
    }

    fn tokens(&self, owner: Option<UserId>) -> Result<Vec<Token>, Error> {
        self.connected(|connection| tokens::all(connection, owner))
    }

    fn remove_token(&self, id: TokenId, act: Act) -> Result<bool, Error> {
        self.connected(|connection| change(connection, act, |from| tokens::remove(from, id).map(|was| (was, was))))
    }

    fn add_access_key(&self, key: &AccessKey, act: Act) -> Result<(), Error> {
        self.connected(|connection| change(connection, act, |to| Ok((access_keys::add(to, key)?, true))))
    }

    fn access_keys(&self, owner: Option<UserId>) -> Result<Vec<AccessKey>, Error> {
        self.connected(|connection| access_keys::all(connection, owner))
    }

    fn switch_access_key(&self, id: &AccessKeyId, is_active: bool, act: Act) -> Result<bool, Error> {
        self.connected(|connection| change(connection, act, |of| access_keys::switch(of, id, is_active).map(|was| (was, was))))
    }

    fn remove_access_key(&self, id: &AccessKeyId, act: Act) -> Result<bool, Error> {
        self.connected(|connection| change(connection, act, |from| access_keys::remove(from, id).map(|was| (was, was))))
    }

    fn touch(&self, touch: &Touch, now: EventTime) -> Result<(), Error> {
        self.connected(|connection| match touch {
            Touch::Session(digest) => sessions::touch(connection, digest, now),
            Touch::Token(id) => tokens::touch(connection, *id, now),
            Touch::AccessKey(id) => access_keys::touch(connection, id, now),
        })
    }

    fn needs_setup(&self) -> Result<bool, Error> {
        self.connected(|connection| Ok(users::admins(connection)? == 0))
    }

    fn begin_setup(&self, link: &Setup, act: Act) -> Result<bool, Error> {
        self.connected(|connection| change(connection, act, |to| setup::begin(to, link).map(|is_kept| (is_kept, is_kept))))
    }

    fn finish_setup(&self, presented: &Digest, user: &NewUser, now: EventTime, act: Act) -> Result<User, Error> {
        self.connected(|connection| change(connection, act, |to| Ok((setup::finish(to, presented, user, now)?, true))))
    }

    fn forget_ended(&self, limits: SessionLimits, now: EventTime) -> Result<u64, Error> {
        self.connected(|connection| Ok(sessions::forget_ended(connection, limits, now)? + tokens::forget_ended(connection, now)?))
    }

    fn record(&self, act: Act) -> Result<Entry, Error> {
        self.connected(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let entry = audit::append(&transaction, act)?;
            transaction.commit()?;
            Ok(entry)
        })
    }

    fn audit(&self, filter: &AuditFilter) -> Result<Vec<Entry>, Error> {
        self.connected(|connection| audit::entries(connection, filter))
    }

    fn audit_head(&self) -> Result<Option<Head>, Error> {
        self.connected(|connection| audit::head(connection))
    }

    fn verify_audit(&self, remembered: &[Head]) -> Result<Result<Option<Head>, Break>, Error> {
        self.connected(|connection| {
            let transaction = connection.transaction()?;
            audit::verify(&transaction, remembered)
        })
    }
}
