//! A register in memory.

use std::convert::Infallible;

use watchfire_model::EventTime;
use watchfire_trust::{AccessKey, AccessKeyId, Digest, Register, Role, Session, Token, User, UserId};

pub const NOW: EventTime = EventTime(1_772_442_847_000);

pub fn user(id: i64, name: &str, role: Role) -> User {
    User { id: UserId(id), name: name.parse().expect("a name"), role, is_active: true, password: None, created: NOW, changed: NOW }
}

#[derive(Default)]
pub struct Known {
    pub users: Vec<User>,
    pub sessions: Vec<Session>,
    pub tokens: Vec<Token>,
    pub keys: Vec<AccessKey>,
}

impl Known {
    fn with_user<T: Clone>(&self, found: Option<&T>, owner: impl Fn(&T) -> UserId) -> Option<(T, User)> {
        let found = found?;
        let user = self.users.iter().find(|user| user.id == owner(found))?;
        Some((found.clone(), user.clone()))
    }
}

impl Register for Known {
    type Error = Infallible;

    fn session(&self, digest: &Digest) -> Result<Option<(Session, User)>, Infallible> {
        Ok(self.with_user(self.sessions.iter().find(|session| session.digest == *digest), |session| session.user))
    }

    fn token(&self, digest: &Digest) -> Result<Option<(Token, User)>, Infallible> {
        Ok(self.with_user(self.tokens.iter().find(|token| token.digest == *digest), |token| token.owner))
    }

    fn access_key(&self, id: &AccessKeyId) -> Result<Option<(AccessKey, User)>, Infallible> {
        Ok(self.with_user(self.keys.iter().find(|key| key.id == *id), |key| key.owner))
    }
}
