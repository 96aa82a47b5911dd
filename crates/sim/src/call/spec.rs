//! How a call is written down: the columns of the tables.

/// One row of a table: how one API call is recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(super) name: &'static str,
    pub(super) read_only: bool,
    pub(super) request: &'static str,
    pub(super) response: &'static str,
    pub(super) extra: &'static str,
    pub(super) resources: &'static str,
    pub(super) api_version: &'static str,
    pub(super) details: &'static str,
    pub(super) kind: Kind,
    pub(super) failures: &'static [Failure],
    pub(super) recorded: &'static str,
}

/// How often, and how, a call goes wrong in everyday life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
    pub(crate) permille: u64,
}

/// What sort of event a call leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A management call.
    Api,
    /// A data call, recorded where data events are switched on.
    Data,
    /// Something a service did by itself.
    Service,
    /// A sign-in.
    SignIn,
}

/// How a service writes the ids of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestId {
    Uuid,
    /// Sixteen capitals and digits, as S3.
    Short,
    /// None, as signin.
    Absent,
}

/// One service and its calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service {
    pub(super) source: &'static str,
    /// The prefix of its actions in policies.
    pub(super) prefix: &'static str,
    pub(super) version: &'static str,
    pub(super) host: &'static str,
    pub(super) global: bool,
    pub(super) in_brackets: bool,
    pub(super) request_id: RequestId,
    /// The error code of a refusal.
    pub(super) refusal: &'static str,
    pub(super) calls: &'static [Spec],
}

impl Spec {
    pub(super) const fn new(name: &'static str, read_only: bool, request: &'static str, response: &'static str) -> Spec {
        Spec {
            name,
            read_only,
            request,
            response,
            extra: "",
            resources: "",
            api_version: "",
            details: "",
            kind: Kind::Api,
            failures: &[],
            recorded: name,
        }
    }

    /// A call that changes nothing; its answer is not recorded.
    pub(super) const fn read(name: &'static str, request: &'static str) -> Spec {
        Spec::new(name, true, request, "null")
    }

    /// A call that changes something.
    pub(super) const fn write(name: &'static str, request: &'static str, response: &'static str) -> Spec {
        Spec::new(name, false, request, response)
    }

    /// A call that changes nothing visible but whose answer is recorded all the same.
    pub(super) const fn answers(mut self, response: &'static str) -> Spec {
        self.response = response;
        self
    }

    /// The event name, where one API call has two rows.
    pub(super) const fn recorded_as(mut self, event_name: &'static str) -> Spec {
        self.recorded = event_name;
        self
    }

    pub(super) const fn extra(mut self, extra: &'static str) -> Spec {
        self.extra = extra;
        self
    }

    pub(super) const fn resources(mut self, resources: &'static str) -> Spec {
        self.resources = resources;
        self
    }

    pub(super) const fn api_version(mut self, version: &'static str) -> Spec {
        self.api_version = version;
        self
    }

    pub(super) const fn details(mut self, details: &'static str) -> Spec {
        self.details = details;
        self
    }

    pub(super) const fn kind(mut self, kind: Kind) -> Spec {
        self.kind = kind;
        self
    }

    pub(super) const fn fails(mut self, failures: &'static [Failure]) -> Spec {
        self.failures = failures;
        self
    }
}

pub(super) const fn failure(permille: u64, code: &'static str, message: &'static str) -> Failure {
    Failure { code, message, permille }
}

impl Service {
    pub(super) const fn regional(source: &'static str, prefix: &'static str, host: &'static str, calls: &'static [Spec]) -> Service {
        Service {
            source,
            prefix,
            version: "1.11",
            host,
            global: false,
            in_brackets: false,
            request_id: RequestId::Uuid,
            refusal: "AccessDeniedException",
            calls,
        }
    }

    pub(super) const fn version(mut self, version: &'static str) -> Service {
        self.version = version;
        self
    }

    pub(super) const fn global(mut self) -> Service {
        self.global = true;
        self
    }

    pub(super) const fn refusal(mut self, code: &'static str) -> Service {
        self.refusal = code;
        self
    }
}
