//! The one place where a request becomes a caller.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use watchfire_model::EventTime;

use crate::session::{TOUCH_AFTER, is_within};
use crate::signature::{Replays, SKEW_MAX, SignatureFault, Signed};
use crate::token::millis;
use crate::token::token_digest;
use crate::{
    AccessKey, AccessKeyId, CSRF_HEADER, Caller, Digest, Effect, Permission, Refusal, Request, SealKey, Secret, Session, SessionCookie,
    SessionLimits, SessionSecret, Token, TokenId, User,
};

/// What is known of credentials, by what stands for them: the state answers from its tables.
pub trait Register {
    /// Why it could not answer.
    type Error;

    /// A session and its user.
    ///
    /// # Errors
    /// The state cannot be read.
    fn session(&self, digest: &Digest) -> Result<Option<(Session, User)>, Self::Error>;

    /// A token and its owner.
    ///
    /// # Errors
    /// The state cannot be read.
    fn token(&self, digest: &Digest) -> Result<Option<(Token, User)>, Self::Error>;

    /// An access key and its owner.
    ///
    /// # Errors
    /// The state cannot be read.
    fn access_key(&self, id: &AccessKeyId) -> Result<Option<(AccessKey, User)>, Self::Error>;
}

/// Which credentials count where a request comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door<'d> {
    /// The pages and `/api/v1`: a session's cookie, or a token as `Authorization: Bearer`.
    Api,
    /// Where machines push to: a token as `Authorization: Bearer`, as the password of `Authorization: Basic`, as `X-Api-Key`, or as
    /// `X-Amz-Firehose-Access-Key`.
    Push,
    /// Endpoints that speak as AWS does: a signature, version 4, for one of these services as the scope of a signature names them.
    Aws(&'d [&'d str]),
}

/// A request that was let in.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Whose it is.
    pub caller: Caller,
    /// What to write down about it, sometimes: the credential was used.
    pub touch: Option<Touch>,
    /// The secret of its session, where it came with one: for [`SessionSecret::csrf`], and to end it.
    pub session: Option<SessionSecret>,
    /// Its signature, where it was signed and may be used once: [`Gate::forget`] takes it back when the operation failed on our side.
    pub signature: Option<Once>,
}

/// A credential was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// A session.
    Session(Digest),
    /// A token.
    Token(TokenId),
    /// An access key.
    AccessKey(AccessKeyId),
}

/// A signed call that is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Once {
    pub(crate) signature: u128,
    pub(crate) call: u128,
    pub(crate) until: EventTime,
}

/// Why a request was not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Barred<E> {
    /// It may not: answer with what the refusal says.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be found out: answer 503 and let nobody in.
    #[error("cannot look up who asks: {0}")]
    Failed(E),
}

/// How the gate is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateSettings {
    /// How long sessions live.
    pub sessions: SessionLimits,
    /// How their cookie is set.
    pub cookie: SessionCookie,
    /// How far the clock of who signs may be from ours, either way.
    pub skew: Duration,
}

impl GateSettings {
    /// As it is best, with or without TLS.
    pub fn new(is_secure: bool) -> GateSettings {
        GateSettings { sessions: SessionLimits::default(), cookie: SessionCookie { is_secure, is_lax: false }, skew: SKEW_MAX }
    }
}

/// A signed address that changes something is remembered until it ends, and a week of them is too much to remember.
const SIGNED_ADDRESS_MAX: Duration = Duration::from_secs(15 * 60);

/// Lets requests in. Shared by all that serve; the clock is passed in.
#[derive(Debug)]
pub struct Gate {
    settings: GateSettings,
    seal: SealKey,
    replays: Mutex<Replays>,
}

impl Gate {
    /// One whose access keys are sealed with a key.
    pub fn new(settings: GateSettings, seal: SealKey) -> Gate {
        Gate { settings, seal, replays: Mutex::default() }
    }

    /// How it is set.
    pub fn settings(&self) -> GateSettings {
        self.settings
    }

    /// What access keys are sealed with.
    pub fn seal(&self) -> &SealKey {
        &self.seal
    }

    /// Finds out who asks, and whether it may do what it asks for. Authentication, CSRF, replays and permission are all judged here; a
    /// route that was admitted has nothing left to ask, but for [`Caller::may_manage`] on what belongs to somebody.
    ///
    /// # Errors
    /// [`Barred`].
    pub fn admit<R: Register + ?Sized>(
        &self,
        request: &Request<'_>,
        door: Door<'_>,
        needs: Permission,
        register: &R,
        now: EventTime,
    ) -> Result<Admitted, Barred<R::Error>> {
        let admitted = match door {
            Door::Api => self.by_cookie_or_token(request, register, now)?,
            Door::Push => self.by_token(presented_to_push(request), register, now)?,
            Door::Aws(services) => self.by_signature(request, services, needs.effect(), register, now)?,
        };
        admitted.caller.may(needs).map_err(Refusal::Denied)?;
        Ok(admitted)
    }

    fn by_cookie_or_token<R: Register + ?Sized>(
        &self,
        request: &Request<'_>,
        register: &R,
        now: EventTime,
    ) -> Result<Admitted, Barred<R::Error>> {
        // A token counts before a cookie: it cannot come along unasked.
        if request.values("authorization").next().is_some() {
            return self.by_token(bearer_of(request), register, now);
        }
        let Some(secret) = self.settings.cookie.find(request.values("cookie")) else { return Err(Refusal::Anonymous.into()) };
        let found = register.session(&secret.digest()).map_err(Barred::Failed)?;
        let admitted = found.and_then(|(session, user)| {
            let caller = session.caller(&user, self.settings.sessions, now)?;
            let touch = (!is_within(session.seen, TOUCH_AFTER, now)).then_some(Touch::Session(session.digest));
            Some((caller, touch))
        });
        let (caller, touch) = admitted.ok_or(Refusal::Unknown)?;
        // The page must prove that it is one of ours, not one that a browser was lured to.
        let is_ours = || request.value(CSRF_HEADER).is_some_and(|presented| secret.accepts_csrf(presented.as_bytes()));
        if !request.is_safe() && !is_ours() {
            return Err(Refusal::Csrf.into());
        }
        Ok(Admitted { caller, touch, session: Some(secret), signature: None })
    }

    fn by_token<R: Register + ?Sized>(
        &self,
        presented: Option<Secret>,
        register: &R,
        now: EventTime,
    ) -> Result<Admitted, Barred<R::Error>> {
        let presented = presented.ok_or(Refusal::Anonymous)?;
        let digest = token_digest(presented.reveal()).ok_or(Refusal::Unknown)?;
        let found = register.token(&digest).map_err(Barred::Failed)?;
        let admitted = found.and_then(|(token, owner)| {
            let is_fresh = token.used.is_some_and(|used| is_within(used, TOUCH_AFTER, now));
            Some((token.caller(&owner, now)?, (!is_fresh).then_some(Touch::Token(token.id))))
        });
        let (caller, touch) = admitted.ok_or(Refusal::Unknown)?;
        Ok(Admitted { caller, touch, session: None, signature: None })
    }

    fn by_signature<R: Register + ?Sized>(
        &self,
        request: &Request<'_>,
        services: &[&str],
        effect: Effect,
        register: &R,
        now: EventTime,
    ) -> Result<Admitted, Barred<R::Error>> {
        let refused = |fault: SignatureFault| Barred::Refused(Refusal::Signature(fault));
        let signed = Signed::read(request).map_err(refused)?;
        let id = AccessKeyId::parse(signed.key_id()).ok_or(SignatureFault::UnknownKey).map_err(refused)?;
        let found = register.access_key(&id).map_err(Barred::Failed)?;
        let known = found.and_then(|(key, owner)| Some((key.caller(&owner)?, key)));
        let (caller, key) = known.ok_or(SignatureFault::UnknownKey).map_err(refused)?;
        let secret = key.secret(&self.seal).map_err(|error| Barred::Refused(Refusal::Sealed(error)))?;
        let until = signed.verify(request, &secret, services, self.settings.skew, now).map_err(refused)?;
        let signature = match effect {
            Effect::Reads => None,
            Effect::Changes => {
                if until.millis().saturating_sub(now.millis()) > millis(SIGNED_ADDRESS_MAX) {
                    let message = "A signed address that changes something may live for 15 minutes at most.".to_owned();
                    return Err(refused(SignatureFault::Invalid(message)));
                }
                let once = Once { signature: signed.mark(), call: call_of(&signed, request), until };
                self.replays().remember(once, now).map_err(refused)?;
                Some(once)
            }
        };
        let is_fresh = key.used.is_some_and(|used| is_within(used, TOUCH_AFTER, now));
        Ok(Admitted { caller, touch: (!is_fresh).then_some(Touch::AccessKey(id)), session: None, signature })
    }

    /// Lets a signature be used again: what it asked for failed on our side, and who asked may send the very same request once more.
    pub fn forget(&self, once: Once) {
        self.replays().forget(once);
    }

    fn replays(&self) -> std::sync::MutexGuard<'_, Replays> {
        // Whoever panicked holding it left a set with or without one more element: both are sound.
        self.replays.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A try of a call: its signature, and what SDKs say of which call and which try it is. That is not signed by all of them.
fn call_of(signed: &Signed, request: &Request<'_>) -> u128 {
    let mut text = signed.mark().to_be_bytes().to_vec();
    for name in ["amz-sdk-invocation-id", "amz-sdk-request"] {
        text.push(b'\n');
        text.extend(request.values(name).flatten());
    }
    Digest::of(text).half()
}

/// The token of `Authorization: Bearer …`.
fn bearer_of(request: &Request<'_>) -> Option<Secret> {
    let (scheme, rest) = request.value("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::new(rest.trim()))
}

/// The token that a machine pushes with, in whichever place its configuration allows. Firehose sends the access key of its HTTP endpoint,
/// EventBridge API destinations an API key header or Basic authentication.
fn presented_to_push(request: &Request<'_>) -> Option<Secret> {
    let named = ["x-amz-firehose-access-key", "x-api-key"].into_iter().find_map(|name| request.value(name));
    named.map(Secret::new).or_else(|| bearer_of(request)).or_else(|| basic_of(request))
}

/// The password of `Authorization: Basic …`; the name does not matter.
fn basic_of(request: &Request<'_>) -> Option<Secret> {
    let (scheme, rest) = request.value("authorization")?.split_once(' ')?;
    let text = scheme.eq_ignore_ascii_case("basic").then(|| crate::secret::from_base64(rest.trim()))??;
    let (_, password) = std::str::from_utf8(&text).ok()?.split_once(':')?;
    Some(Secret::new(password))
}
