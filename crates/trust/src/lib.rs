//! Who may do what: users, roles, sessions, API tokens, access keys and the signatures made with them, throttling of logins, the first
//! run, and the hash-chained audit log. Pure: the time and all random bytes are passed in, and what is kept is kept by somebody else.
//!
//! Main types: [`Role`] and [`Permission`] (one table says which role may what), [`Caller`] (who asks; [`Caller::may`] is the one place
//! that decides), [`Gate`] (a [`Request`] becomes a caller, or a [`Refusal`]), [`Register`] (what the gate asks the state), [`User`],
//! [`Session`], [`Token`], [`AccessKey`], [`Passwords`], [`Throttle`], [`Setup`], and in [`audit`] the log.
//!
//! ```
//! use watchfire_model::EventTime;
//! use watchfire_trust::{NewToken, Permission, Role, Scopes, TokenWish, User, UserId};
//!
//! let now = EventTime(1_772_442_847_000);
//! let name = "alice".parse()?;
//! let alice = User { id: UserId(1), name, role: Role::Responder, is_active: true, password: None, created: now, changed: now };
//! let scopes = Scopes::only([Permission::PushLogs]);
//! let wish = TokenWish { label: "fluent bit".into(), role: Role::Analyst, scopes, lives: None };
//! let (token, text) = NewToken::issue(&alice, wish, [7; 32], now)?;
//! assert!(text.reveal().starts_with("wf_") && token.digest == watchfire_trust::token_digest(text.reveal()).expect("ours"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How an HTTP layer authenticates a request
//!
//! Once: read (or make, with mode 0600) the key file, `SealKey::parse`, then `Gate::new(GateSettings::new(is_tls), key)`; share the gate.
//!
//! For each request:
//! 1. Find the route. It says its [`Door`] and the one [`Permission`] it needs. For AWS's endpoints both follow from the operation:
//!    `X-Amz-Target: AWSEvents.PutEvents` is `Door::Aws(&["events"])` and [`Permission::PutEvents`].
//! 2. Read the body, bounded, where the door is [`Door::Aws`]: a signature is over all of it. Elsewhere it may wait until the caller is
//!    known.
//! 3. Fill a [`Request`] with what came over the wire: path and query undecoded, every header in its order. Over HTTP/2 add a `host`
//!    header made of `:authority`. `is_private` is true over TLS or on loopback.
//! 4. `gate.admit(&request, door, permission, &state, now)`:
//!    - with [`Admitted`] serve it as [`Admitted::caller`]. Hand [`Admitted::touch`] to the state when it is there. If the operation fails with
//!      a 5xx of our own, hand [`Admitted::signature`] to [`Gate::forget`], so that the same request may be sent again.
//!    - with [`Barred::Refused`] answer with [`Refusal::status`], or on AWS's endpoints with [`Refusal::aws`] (code, status, message). Write
//!      [`Refusal::Denied`] and signatures that do not match into the audit log; what is merely anonymous is no event.
//!    - with [`Barred::Failed`] answer 503.
//! 5. Routes on what belongs to one user (its sessions, tokens, keys) also ask [`Caller::may_manage`].
//!
//! A login: [`Throttle::begin`]; the user by its name, which may not be there; [`Passwords::check`] with whatever came of that, on a thread
//! for such work, few at once; [`Throttle::succeeded`] and [`Session::open`] when it was right; the cookie from [`SessionCookie::set`];
//! the page's token from [`SessionSecret::csrf`]. A session that the browser came with is closed in the same step: at every login the
//! secret is a new one. The login itself needs no CSRF token but should refuse what `Sec-Fetch-Site` says is `cross-site`.
//!
//! Not here: HTTP, cookies' transport, where anything is kept, and single sign-on.

mod access_key;
pub mod audit;
mod caller;
mod cookie;
mod gate;
mod password;
mod refusal;
mod request;
mod role;
mod scopes;
mod seal;
mod secret;
mod session;
mod setup;
pub mod signature;
mod throttle;
mod token;
mod user;

pub use access_key::{ACCESS_KEY_PREFIX, AccessKey, AccessKeyId};
pub use caller::{Caller, Denied, Proof};
pub use cookie::SessionCookie;
pub use gate::{Admitted, Barred, Door, Gate, GateSettings, Once, Register, Touch};
pub use password::{
    ImpossibleCost, PASSWORD_BYTES_MAX, PASSWORD_LETTERS_MIN, PasswordCost, PasswordHash, Passwords, Verdict, WeakPassword, judge_password,
};
pub use refusal::Refusal;
pub use request::Request;
pub use role::{Effect, NoPermission, NoRole, Permission, Role};
pub use scopes::Scopes;
pub use seal::{SealError, SealKey, Sealed};
pub use secret::{Digest, Secret};
pub use session::{CSRF_HEADER, Session, SessionLimits, SessionSecret};
pub use setup::{SETUP_LIVES, Setup};
pub use throttle::{Throttle, ThrottleSettings, Throttled};
pub use token::{BadWish, NewToken, TOKEN_PREFIX, Token, TokenId, TokenWish, token_digest};
pub use user::{NewUser, NoUserName, User, UserChange, UserId, UserName};
