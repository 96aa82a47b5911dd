//! HTTP: the API, AWS-compatible endpoints, the status page.
