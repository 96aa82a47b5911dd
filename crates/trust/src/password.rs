//! Passwords: which are good enough, what is kept of them, and how they are checked.

use std::fmt;

use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::{Secret, User, UserName};

/// What is kept of a password: Argon2id with its salt and parameters, as a PHC string
/// (<https://github.com/P-H-C/phc-string-format>).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// A hash that is longer than this was not made here.
const PHC_BYTES_MAX: usize = 512;

impl PasswordHash {
    /// Takes a PHC string that was kept; none when it is no Argon2id hash with salt and output.
    pub fn parse(text: &str) -> Option<PasswordHash> {
        let parsed = (text.len() <= PHC_BYTES_MAX).then(|| phc::PasswordHash::new(text).ok()).flatten()?;
        let is_whole = parsed.algorithm.as_str() == "argon2id" && parsed.salt.is_some() && parsed.hash.is_some();
        is_whole.then(|| PasswordHash(text.to_owned()))
    }

    /// The text to be kept. It is no secret that opens anything, but guesses can be tried against it: not for logs or answers.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(…)")
    }
}

/// How dear a guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory of one computation, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes; computed one after the other here.
    pub lanes: u32,
}

impl Default for PasswordCost {
    /// 19 MiB, two passes, one lane: the first of the minimal settings for Argon2id in the OWASP Password Storage Cheat Sheet, all of
    /// which it holds for equally strong.
    fn default() -> PasswordCost {
        PasswordCost { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// Whether a password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was. `is_stale` when what is kept of it was made at another cost: hash the password anew and keep that.
    Right {
        /// Whether it should be hashed anew.
        is_stale: bool,
    },
    /// It was not, or there is no such user, or it may not come in; which of them is not told.
    Wrong,
}

/// The cost cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("passwords cannot be hashed with {} KiB, {} passes and {} lanes", .0.memory_kib, .0.passes, .0.lanes)]
pub struct ImpossibleCost(PasswordCost);

/// Makes and checks hashes of passwords at one cost. Takes tens of milliseconds and the cost's memory each time: callers bound how many
/// run at once, and keep them off threads that serve others.
pub struct Passwords {
    argon: Argon2<'static>,
    cost: PasswordCost,
    /// Of a password that nobody has, to check against where there is none.
    nobody: PasswordHash,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Passwords").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Passwords {
    /// At a cost. `random` makes the hash that stands in for users that are not there.
    ///
    /// # Errors
    /// [`ImpossibleCost`].
    pub fn new(cost: PasswordCost, random: [u8; 32]) -> Result<Passwords, ImpossibleCost> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(|_| ImpossibleCost(cost))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = argon.hash_password_with_salt(&random, &random[..16]).map_err(|_| ImpossibleCost(cost))?;
        Ok(Passwords { argon, cost, nobody: PasswordHash(nobody.to_string()) })
    }

    /// What to keep of a password. `salt` is random, anew each time.
    pub fn hash(&self, password: &Secret, salt: [u8; 16]) -> PasswordHash {
        let hash = self.argon.hash_password_with_salt(password.reveal().as_bytes(), &salt);
        PasswordHash(hash.expect("the cost was tried when this was made, and a password is bounded by its policy").to_string())
    }

    /// Checks what somebody presents as the password of a user. Without a user, or one without a password or that may not come in, a hash
    /// of nobody's is checked for the same time.
    pub fn check(&self, user: Option<&User>, presented: &Secret) -> Verdict {
        let kept = user.filter(|user| user.is_active).and_then(|user| user.password.as_ref());
        let is_right = self.is_of(kept.unwrap_or(&self.nobody), presented);
        match kept {
            Some(kept) if is_right => Verdict::Right { is_stale: self.is_stale(kept) },
            _ => Verdict::Wrong,
        }
    }

    fn is_of(&self, kept: &PasswordHash, presented: &Secret) -> bool {
        // A longer one was never anybody's; checking it would only cost.
        let presented = if presented.reveal().len() <= PASSWORD_BYTES_MAX { presented.reveal() } else { "" };
        self.argon.verify_password(presented.as_bytes(), kept.as_phc()).is_ok()
    }

    /// Whether a hash was made at another cost than this.
    pub fn is_stale(&self, kept: &PasswordHash) -> bool {
        let Ok(parsed) = phc::PasswordHash::new(kept.as_phc()) else { return true };
        let is_current = parsed.version == Some(Version::V0x13.into())
            && Params::try_from(&parsed).is_ok_and(|params| {
                let cost = PasswordCost { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() };
                cost == self.cost
            });
        !is_current
    }
}

/// The shortest password: what the OWASP Application Security Verification Standard asks of passwords.
pub const PASSWORD_LETTERS_MIN: usize = 12;

/// The longest, so that nobody makes us hash megabytes. NIST SP 800-63B wants at least 64 letters allowed.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// A password made of fewer different letters is no password.
const DIFFERENT_LETTERS_MIN: usize = 5;

/// Why a password is not good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few letters.
    #[error("the password is too short: it takes at least {PASSWORD_LETTERS_MIN} letters; a sentence is easily remembered")]
    Short,
    /// Too many.
    #[error("the password is too long: it may have {PASSWORD_BYTES_MAX} bytes")]
    Long,
    /// The user's name, or little more than it.
    #[error("the password holds the user's name; choose one that cannot be guessed from it")]
    Name,
    /// Few letters, again and again.
    #[error("the password is made of fewer than {DIFFERENT_LETTERS_MIN} different letters")]
    Monotonous,
}

/// Judges a password that somebody wants to have. No rules on capitals and digits: they make passwords worse (NIST SP 800-63B).
///
/// # Errors
/// [`WeakPassword`].
pub fn judge_password(name: &UserName, password: &Secret) -> Result<(), WeakPassword> {
    let text = password.reveal();
    let mut letters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let lower: String = letters.iter().collect();
    let count = text.chars().count();
    // A name of a letter or two stands in many a good password; what is left without the name must be one by itself.
    let is_name = lower.contains(name.as_str()) && lower.replace(name.as_str(), "").chars().count() < PASSWORD_LETTERS_MIN;
    letters.sort_unstable();
    letters.dedup();
    match () {
        () if count < PASSWORD_LETTERS_MIN => Err(WeakPassword::Short),
        () if text.len() > PASSWORD_BYTES_MAX => Err(WeakPassword::Long),
        () if is_name => Err(WeakPassword::Name),
        () if letters.len() < DIFFERENT_LETTERS_MIN => Err(WeakPassword::Monotonous),
        () => Ok(()),
    }
}
