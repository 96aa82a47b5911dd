//! One table of everything that can be called: method, path, who may, how large, what it does, and how it is described.

use axum::body::Body;
use http::request::Parts as Head;
use http::{Method, Response};
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use watchfire_model::EventTime;
use watchfire_trust::Permission;

use crate::call::Call;
use crate::problem::Problem;

/// What a handler gives back.
pub(crate) type Outcome = Result<Response<Body>, Problem>;

/// Makes the schema of a type.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// Bytes of a body that a route takes when it does not say: a form or a small document.
const BODY_MAX: usize = 256 << 10;

/// What a route does; runs on a thread that may block.
pub(crate) type Does = Box<dyn Fn(&Call) -> Outcome + Send + Sync>;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Open,
    /// Who is logged in or has a token, and has this permission.
    Needs(Permission),
    /// Machines that push, with a token that may do so; it comes in the header that their protocol has for it.
    Pushes,
}

/// One thing that can be called.
pub(crate) struct Route {
    pub method: Method,
    /// In axum's notation, which is OpenAPI's too.
    pub path: &'static str,
    pub access: Access,
    /// Bytes of its body.
    pub body_max: usize,
    pub does: Does,
    /// How it says that something went wrong.
    pub refuses: fn(Problem, &Head, EventTime) -> Response<Body>,
    pub told: Told,
}

/// How a route is described.
#[derive(Default)]
pub(crate) struct Told {
    /// The noun it belongs to.
    pub tag: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Its query, as the schema of an object.
    pub query: Option<SchemaOf>,
    /// What it takes.
    pub takes: Option<(&'static str, SchemaOf)>,
    /// Whether a body has to be there.
    pub body_is_optional: bool,
    /// What it gives when all goes well; a status without content has no schema.
    pub gives: Vec<(u16, Option<(&'static str, SchemaOf)>)>,
    /// Whether it has an ETag and hears conditions about it.
    pub has_etag: bool,
    /// In what form it says that something went wrong, where that is not a problem.
    pub refusal: Option<(&'static str, SchemaOf)>,
    /// Left out of the description: pages, and what AWS describes.
    pub is_hidden: bool,
}

impl Route {
    fn new(method: Method, path: &'static str, does: impl Fn(&Call) -> Outcome + Send + Sync + 'static) -> Route {
        Route {
            method,
            path,
            access: Access::Open,
            body_max: BODY_MAX,
            does: Box::new(does),
            refuses: |problem, head, _| problem.answer(head.uri.path()),
            told: Told::default(),
        }
    }

    pub fn get(path: &'static str, does: impl Fn(&Call) -> Outcome + Send + Sync + 'static) -> Route {
        Route { body_max: 0, ..Route::new(Method::GET, path, does) }
    }

    pub fn post(path: &'static str, does: impl Fn(&Call) -> Outcome + Send + Sync + 'static) -> Route {
        Route::new(Method::POST, path, does)
    }

    pub fn put(path: &'static str, does: impl Fn(&Call) -> Outcome + Send + Sync + 'static) -> Route {
        Route::new(Method::PUT, path, does)
    }

    pub fn patch(path: &'static str, does: impl Fn(&Call) -> Outcome + Send + Sync + 'static) -> Route {
        Route::new(Method::PATCH, path, does)
    }

    pub fn delete(path: &'static str, does: impl Fn(&Call) -> Outcome + Send + Sync + 'static) -> Route {
        Route { body_max: 0, ..Route::new(Method::DELETE, path, does) }
    }

    pub fn needs(self, permission: Permission) -> Route {
        self.access(Access::Needs(permission))
    }

    pub fn access(mut self, access: Access) -> Route {
        self.access = access;
        self
    }

    pub fn refuses(mut self, refuses: fn(Problem, &Head, EventTime) -> Response<Body>) -> Route {
        self.refuses = refuses;
        self
    }

    pub fn body_max(mut self, bytes: usize) -> Route {
        self.body_max = bytes;
        self
    }

    /// What it is, in OpenAPI: the noun it belongs to and one sentence.
    pub fn told(mut self, tag: &'static str, summary: &'static str) -> Route {
        (self.told.tag, self.told.summary) = (tag, summary);
        self
    }

    pub fn hidden(mut self) -> Route {
        self.told.is_hidden = true;
        self
    }

    pub fn query<Q: JsonSchema>(mut self) -> Route {
        self.told.query = Some(|generator| generator.subschema_for::<Q>());
        self
    }

    pub fn takes<T: JsonSchema>(self) -> Route {
        self.takes_as::<T>("application/json")
    }

    pub fn takes_as<T: JsonSchema>(mut self, media: &'static str) -> Route {
        self.told.takes = Some((media, |generator| generator.subschema_for::<T>()));
        self
    }

    pub fn body_is_optional(mut self) -> Route {
        self.told.body_is_optional = true;
        self
    }

    pub fn gives<T: JsonSchema>(self) -> Route {
        self.gives_as::<T>(200, "application/json")
    }

    pub fn gives_as<T: JsonSchema>(mut self, status: u16, media: &'static str) -> Route {
        self.told.gives.push((status, Some((media, |generator| generator.subschema_for::<T>()))));
        self
    }

    pub fn gives_nothing(mut self) -> Route {
        self.told.gives.push((204, None));
        self
    }

    pub fn refuses_as<T: JsonSchema>(mut self, media: &'static str) -> Route {
        self.told.refusal = Some((media, |generator| generator.subschema_for::<T>()));
        self
    }

    pub fn etag(mut self) -> Route {
        self.told.has_etag = true;
        self
    }
}
