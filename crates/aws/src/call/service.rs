//! The services that calls go to. Another one is an entry in [`SERVICES`].

/// One service of AWS.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Service {
    /// As endpoints and signatures spell it.
    pub name: &'static str,
    /// As `AWS_ENDPOINT_URL_<ID>` spells it, spaces and all.
    pub id: &'static str,
    pub protocol: Protocol,
    /// Parameters that say what a call is about, for errors; the first one that is there does.
    pub subjects: &'static [&'static str],
}

/// How a service is spoken to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// S3's own; see [`crate::S3`].
    Objects,
    /// One JSON document there and back; the operation is named in a header, behind the target's prefix.
    Json { version: &'static str, target: &'static str },
    /// A form there, XML back.
    Query { version: &'static str, maps: &'static [Map] },
    /// Every operation has an address of its own.
    Rest { operations: &'static [Operation] },
}

/// A parameter of the Query protocol that is a map rather than a structure, and how its entries call key and value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Map {
    pub parameter: &'static str,
    pub key: &'static str,
    pub value: &'static str,
}

/// Where an operation's parameters and answers stand in HTTP.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    pub name: &'static str,
    pub method: &'static str,
    /// Parameters in braces.
    pub path: &'static str,
    /// Parameters in the query, under their own names.
    pub query: &'static [&'static str],
    /// Parameters in headers: parameter, header.
    pub headers: &'static [(&'static str, &'static str)],
    /// The parameter that is the body, and the answer's member that is.
    pub payload: &'static str,
    /// Headers of the answer: header, member.
    pub answers: &'static [(&'static str, &'static str)],
}

static S3: Service = Service { name: "s3", id: "S3", protocol: Protocol::Objects, subjects: &[] };

/// Every service this crate can speak to, sorted by name.
pub(crate) static SERVICES: &[&Service] = &[
    // https://docs.aws.amazon.com/eventbridge/latest/APIReference/
    &Service {
        name: "events",
        id: "EventBridge",
        protocol: Protocol::Json { version: "1.1", target: "AWSEvents" },
        subjects: &["Name", "Rule"],
    },
    // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    &Service {
        name: "lambda",
        id: "Lambda",
        protocol: Protocol::Rest {
            operations: &[Operation {
                name: "Invoke",
                method: "POST",
                path: "2015-03-31/functions/{FunctionName}/invocations",
                query: &["Qualifier"],
                headers: &[
                    ("InvocationType", "x-amz-invocation-type"),
                    ("LogType", "x-amz-log-type"),
                    ("ClientContext", "x-amz-client-context"),
                ],
                payload: "Payload",
                answers: &[
                    ("x-amz-function-error", "FunctionError"),
                    ("x-amz-log-result", "LogResult"),
                    ("x-amz-executed-version", "ExecutedVersion"),
                ],
            }],
        },
        subjects: &["FunctionName"],
    },
    &S3,
    // https://docs.aws.amazon.com/sns/latest/api/
    &Service {
        name: "sns",
        id: "SNS",
        protocol: Protocol::Query {
            version: "2010-03-31",
            maps: &[
                Map { parameter: "Attributes", key: "key", value: "value" },
                Map { parameter: "MessageAttributes", key: "Name", value: "Value" },
            ],
        },
        subjects: &["TopicArn", "TargetArn", "SubscriptionArn", "Name"],
    },
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
    &Service {
        name: "sqs",
        id: "SQS",
        protocol: Protocol::Json { version: "1.0", target: "AmazonSQS" },
        subjects: &["QueueUrl", "QueueName"],
    },
    // https://docs.aws.amazon.com/STS/latest/APIReference/
    &Service { name: "sts", id: "STS", protocol: Protocol::Query { version: "2011-06-15", maps: &[] }, subjects: &["RoleArn"] },
];

impl Service {
    /// Object storage.
    pub(crate) fn s3() -> &'static Service {
        &S3
    }

    /// A service by its name.
    pub(crate) fn named(name: &str) -> Option<&'static Service> {
        SERVICES.iter().copied().find(|service| service.name == name)
    }

    pub(crate) fn is_s3(&self) -> bool {
        self.protocol == Protocol::Objects
    }
}
