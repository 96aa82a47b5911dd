//! The programs attackers use, by the names these give themselves.

use crate::agent::Agent;

pub(super) const KALI_SHELL: Agent = Agent::shell(
    "aws-cli/2.23.6 md/awscrt#0.23.8 ua/2.0 os/linux#6.11.2-amd64 md/arch#x86_64 lang/python#3.12.9 md/pyimpl#CPython cfg/retry-mode#standard md/installer#source md/distrib#kali.2025 md/prompt#off",
);
pub(super) const PLAIN_SHELL: Agent = Agent::shell(
    "aws-cli/2.15.30 md/awscrt#0.19.19 ua/2.0 os/linux#5.15.0-91-generic md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.22 md/prompt#off",
);
pub(super) const PACU: Agent = Agent::fixed(
    "Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/linux#6.6.9-amd64 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.11 pacu/1.6.0",
);
pub(super) const SCRIPT: Agent = Agent::fixed(
    "Boto3/1.35.10 md/Botocore#1.35.10 ua/2.0 os/linux#5.10.0-28-cloud-amd64 md/arch#x86_64 lang/python#3.9.2 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.35.10",
);
pub(super) const GO_TOOL: Agent = Agent::go("aws-sdk-go-v2/1.25.0 os/linux lang/go#1.21.6 md/GOOS#linux md/GOARCH#amd64");
pub(super) const S3_BROWSER: Agent = Agent::fixed("S3 Browser/11.7.5 (https://s3browser.com)");
pub(super) const KEY_CHECKER: Agent = Agent::fixed("TruffleHog");
pub(super) const OLD_CHROME: Agent =
    Agent::fixed("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36");
pub(super) const REQUESTS: Agent = Agent::fixed("python-requests/2.31.0");

/// Full rights, as JSON inside a JSON string.
pub(super) const ADMIN_POLICY: &str =
    r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"#;
/// The managed policy of administrators.
pub(super) const ADMIN_ARN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
