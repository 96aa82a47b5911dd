//! User agents: what names itself to AWS, and how the name changes with the call.

use crate::call::Call;
use crate::session::Channel;

/// What follows the fixed part of a user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Nothing.
    None,
    /// `md/command#ec2.describe-instances`, as the AWS CLI says.
    Command,
    /// ` api/ec2#1.203.0`, as the Go SDK v2 says.
    Api,
}

/// A user agent.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) head: std::borrow::Cow<'static, str>,
    pub(crate) tail: Tail,
}

impl Agent {
    pub(crate) const fn fixed(head: &'static str) -> Agent {
        Agent { head: std::borrow::Cow::Borrowed(head), tail: Tail::None }
    }

    pub(crate) const fn shell(head: &'static str) -> Agent {
        Agent { head: std::borrow::Cow::Borrowed(head), tail: Tail::Command }
    }

    pub(crate) const fn go(head: &'static str) -> Agent {
        Agent { head: std::borrow::Cow::Borrowed(head), tail: Tail::Api }
    }

    /// Writes the user agent of a call; S3 puts it between brackets, unless it is the name of a service.
    pub(crate) fn write(&self, call: &Call, channel: &Channel, out: &mut Vec<u8>) {
        let in_brackets = call.in_brackets && *channel != Channel::Service;
        if in_brackets {
            out.push(b'[');
        }
        out.extend_from_slice(self.head.as_bytes());
        match self.tail {
            Tail::None => {}
            Tail::Command => out.extend_from_slice(call.command.as_bytes()),
            Tail::Api => out.extend_from_slice(call.api.as_bytes()),
        }
        if in_brackets {
            out.push(b']');
        }
    }
}

pub(crate) const TERRAFORM: Agent = Agent::go(
    "APN/1.0 HashiCorp/1.0 Terraform/1.10.5 (+https://www.terraform.io) terraform-provider-aws/5.87.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.36.1 ua/2.1 os/linux lang/go#1.23.5 md/GOOS#linux md/GOARCH#amd64",
);
pub(crate) const BOTO3_LAMBDA: Agent = Agent::fixed(
    "Boto3/1.34.145 md/Botocore#1.34.145 ua/2.0 os/linux#5.10.233 md/arch#x86_64 lang/python#3.12.7 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12",
);
pub(crate) const BOTO3_SERVER: Agent =
    Agent::fixed("Boto3/1.35.99 md/Botocore#1.35.99 ua/2.0 os/linux#5.15.0 md/arch#x86_64 lang/python#3.11.11 md/pyimpl#CPython");
pub(crate) const AUDITOR: Agent = Agent::fixed(
    "Boto3/1.35.94 md/Botocore#1.35.94 ua/2.0 os/linux#5.10.230 md/arch#x86_64 lang/python#3.12.8 md/pyimpl#CPython exec-env/AWS_ECS_FARGATE cfg/retry-mode#standard Botocore/1.35.94 APN_1826889",
);
pub(crate) const JAVA_SERVER: Agent = Agent::fixed(
    "aws-sdk-java/2.29.52 ua/2.0 Linux/5.10.233-223.887.amzn2 OpenJDK_64-Bit_Server_VM/21.0.6+7-LTS Java/21.0.6 vendor/Amazon.com_Inc. exec-env/AWS_ECS_FARGATE io/sync http/Apache cfg/retry-mode/standard",
);
pub(crate) const GO_SERVER: Agent = Agent::go("aws-sdk-go-v2/1.32.7 ua/2.1 os/linux lang/go#1.23.4 md/GOOS#linux md/GOARCH#arm64");
pub(crate) const NODE_LAMBDA: Agent = Agent::fixed(
    "aws-sdk-js/3.726.1 ua/2.1 os/linux#5.10.233-244.887.amzn2.aarch64 lang/js md/nodejs#22.11.0 exec-env/AWS_Lambda_nodejs22.x",
);
pub(crate) const GITHUB: Agent = Agent::fixed(
    "aws-sdk-js/3.726.1 ua/2.1 os/linux#6.8.0-1021-azure lang/js md/nodejs#20.18.2 api/sts#3.726.1 configure-aws-credentials-for-github-actions",
);
pub(crate) const GITHUB_SHELL: Agent = Agent::shell(
    "aws-cli/2.24.5 md/awscrt#0.23.8 ua/2.0 os/linux#6.8.0-1021-azure md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython exec-env/GitHub_Actions cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.24 md/prompt#off",
);
pub(crate) const JENKINS: Agent = Agent::shell(
    "aws-cli/2.17.20 md/awscrt#0.20.11 ua/2.0 os/linux#5.10.230-223.885.amzn2.x86_64 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/distrib#amzn.2 md/prompt#off",
);
pub(crate) const SSM_AGENT: Agent = Agent::fixed("aws-sdk-go/1.55.5 (go1.22.11; linux; amd64) amazon-ssm-agent/3.3.1611.0");
pub(crate) const CLOUDWATCH_AGENT: Agent =
    Agent::fixed("CWAgent/1.300052.0 (go1.23.3; linux; amd64) ID/7d0b9c5e aws-sdk-go/1.48.6 (go1.23.3; linux; amd64)");
pub(crate) const KUBELET: Agent =
    Agent::go("kubernetes/v1.31.4-eks-aeac579 aws-sdk-go-v2/1.30.3 ua/2.1 os/linux lang/go#1.22.9 md/GOOS#linux md/GOARCH#amd64");
pub(crate) const AUTOSCALER: Agent = Agent::fixed("aws-sdk-go/1.48.7 (go1.22.9; linux; amd64) cluster-autoscaler/v1.31.1");
pub(crate) const LOAD_BALANCER_CONTROLLER: Agent =
    Agent::go("elbv2.k8s.aws/v2.11.0 aws-sdk-go-v2/1.32.7 ua/2.1 os/linux lang/go#1.23.4 md/GOOS#linux md/GOARCH#amd64");
pub(crate) const EXTERNAL_DNS: Agent = Agent::fixed("ExternalDNS/v0.15.1 aws-sdk-go/1.55.5 (go1.23.4; linux; amd64)");
pub(crate) const EBS_DRIVER: Agent =
    Agent::go("aws-ebs-csi-driver/v1.39.0 aws-sdk-go-v2/1.32.7 ua/2.1 os/linux lang/go#1.23.4 md/GOOS#linux md/GOARCH#amd64");
pub(crate) const VENDOR: Agent = Agent::go("datadog-aws-crawler/2026.2 aws-sdk-go-v2/1.30.3 ua/2.1 os/linux lang/go#1.22.7");
pub(crate) const BACKUP_SCRIPT: Agent = Agent::fixed("Boto3/1.26.90 Python/3.9.16 Linux/5.4.0-204-generic Botocore/1.29.90");
