//! Who may come in, changed at the command line: whoever can write the data folder may change it anyhow.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use watchfire_state::{State, TrustStore};
use watchfire_trust::audit::{Act, Details};
use watchfire_trust::{
    AccessKey, AccessKeyId, NewToken, NewUser, PasswordCost, PasswordHash, Passwords, Role, Scopes, SealKey, Secret, Setup, TokenId,
    TokenWish, User, UserChange, UserName, judge_password,
};

use crate::DataPlace;
use crate::data::hinted;
use crate::ingest::now;

/// The key that secrets of access keys are sealed with, beside the state.
const KEY_FILE: &str = "seal.key";

/// Users and what they come in with.
#[derive(Debug)]
pub struct People {
    state: State,
    seal: SealKey,
    actor: String,
}

impl People {
    /// Opens a data folder, makes it where there is none.
    ///
    /// # Errors
    /// When its state or its key file cannot be read or made.
    pub fn open(place: &DataPlace) -> anyhow::Result<People> {
        place.create()?;
        let state = State::open(place.state_file()).map_err(hinted)?;
        let user = std::env::var("USER").ok().filter(|name| !name.is_empty());
        let actor = format!("{} (command line)", user.as_deref().unwrap_or("somebody"));
        Ok(People { state, seal: seal_key(place.folder())?, actor })
    }

    fn act(&self, action: &str, object: impl std::fmt::Display) -> Act {
        Act::by(&self.actor, action, now()).on(object)
    }

    /// All users, by name.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn users(&self) -> anyhow::Result<Vec<User>> {
        self.state.users().map_err(hinted)
    }

    /// The user of a name.
    ///
    /// # Errors
    /// When there is none, or the state cannot be read.
    pub fn user(&self, name: &str) -> anyhow::Result<User> {
        let known = self.state.user(&user_name(name)?).map_err(hinted)?;
        known.with_context(|| format!("there is no user {name}\n  hint: `watchfire user list` shows who there is"))
    }

    /// Makes a user, with a password or without one: then only with tokens and keys.
    ///
    /// # Errors
    /// When the name is taken or the password is weak.
    pub fn add(&self, name: &str, role: Role, password: Option<&Secret>) -> anyhow::Result<User> {
        let name = user_name(name)?;
        let password = password.map(|password| hashed(&name, password)).transpose()?;
        let act = self.act("user.add", &name).with(Details::of([("role", role.to_string())]));
        self.state.add_user(&NewUser { name, role, password }, now(), act).map_err(hinted)
    }

    /// Changes a user's role, password, or whether it may come in.
    ///
    /// # Errors
    /// When there is no such user, the password is weak, or nobody could administrate any more.
    pub fn change(&self, name: &str, role: Option<Role>, is_active: Option<bool>, password: Option<&Secret>) -> anyhow::Result<User> {
        let user = self.user(name)?;
        let password = password.map(|password| hashed(&user.name, password)).transpose()?;
        let act = self.act("user.change", &user.name);
        self.state.change_user(user.id, &UserChange { role, is_active, password }, now(), act).map_err(hinted)
    }

    /// Removes a user with all that is its own.
    ///
    /// # Errors
    /// When there is no such user, or nobody could administrate any more.
    pub fn remove(&self, name: &str) -> anyhow::Result<()> {
        let user = self.user(name)?;
        self.state.remove_user(user.id, self.act("user.remove", &user.name)).map_err(hinted)
    }

    /// Issues a token for the API; its text is told this once.
    ///
    /// # Errors
    /// When there is no such user, or it may not have such a token.
    pub fn issue_token(&self, name: &str, label: &str, role: Option<Role>, lives: Option<Duration>) -> anyhow::Result<(TokenId, Secret)> {
        let user = self.user(name)?;
        let wish = TokenWish { label: label.to_owned(), role: role.unwrap_or(user.role), scopes: Scopes::All, lives };
        let (token, text) = NewToken::issue(&user, wish, random(), now())?;
        let kept = self
            .state
            .add_token(&token, self.act("token.add", &user.name).with(Details::of([("label", label.to_owned())])))
            .map_err(hinted)?;
        Ok((kept.id, text))
    }

    /// Issues an access key for AWS-compatible endpoints; its secret is told this once.
    ///
    /// # Errors
    /// When there is no such user, or it may not have such a key.
    pub fn issue_key(&self, name: &str, label: &str, role: Option<Role>) -> anyhow::Result<(AccessKeyId, Secret)> {
        let user = self.user(name)?;
        let (key, secret) = AccessKey::issue(&user, label, role.unwrap_or(user.role), &self.seal, random(), now())?;
        let id = key.id.clone();
        self.state
            .add_access_key(&key, self.act("access_key.add", &id).with(Details::of([("user", user.name.to_string())])))
            .map_err(hinted)?;
        Ok((id, secret))
    }

    /// Takes back a token by its number, or an access key by its id.
    ///
    /// # Errors
    /// When there is none.
    pub fn revoke(&self, id: &str) -> anyhow::Result<()> {
        let found = match (AccessKeyId::parse(id), id.parse().map(TokenId)) {
            (Some(key), _) => self.state.remove_access_key(&key, self.act("access_key.remove", id)).map_err(hinted)?,
            (None, Ok(token)) => self.state.remove_token(token, self.act("token.remove", id)).map_err(hinted)?,
            (None, Err(_)) => false,
        };
        if found { Ok(()) } else { bail!("there is no token or access key {id}\n  hint: `watchfire user show NAME` lists them") }
    }

    /// The state, for what only looks.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// A link for the first admin, where nobody can administrate yet; it is good once and not for long.
    pub(crate) fn setup(&self) -> anyhow::Result<Option<Secret>> {
        let (setup, secret) = Setup::issue(random(), now());
        let act = Act::by("watchfire", "setup.begin", now());
        Ok(self.state.begin_setup(&setup, act).map_err(hinted)?.then_some(secret))
    }
}

/// Reads the key file of a data folder, makes it where there is none. Nobody else may read it.
pub(crate) fn seal_key(folder: &Path) -> anyhow::Result<SealKey> {
    let path = folder.join(KEY_FILE);
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    match made {
        Ok(mut file) => {
            let key = SealKey::new(random());
            file.write_all(key.to_file().reveal().as_bytes()).and_then(|()| file.sync_all()).with_context(|| written(&path))?;
            Ok(key)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            SealKey::parse(&text).map_err(|error| anyhow::anyhow!("{}: {error}\n  hint: {}", path.display(), error.hint()))
        }
        Err(error) => Err(error).with_context(|| written(&path)),
    }
}

fn written(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

fn user_name(name: &str) -> anyhow::Result<UserName> {
    Ok(name.parse()?)
}

fn hashed(name: &UserName, password: &Secret) -> anyhow::Result<PasswordHash> {
    judge_password(name, password)?;
    Ok(Passwords::new(PasswordCost::default(), random())?.hash(password, random()))
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random bytes; without them nothing here is safe");
    bytes
}
