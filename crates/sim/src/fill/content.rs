//! What calls say: policies, rules, settings. The defaults are good practice; stories put in what is not.

use super::{Hole, Pen, Row};
use crate::world::AccountKind;

/// Services that ordinary roles trust.
const TRUSTED: [&str; 4] = ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com", "ec2.amazonaws.com", "states.amazonaws.com"];

impl Pen<'_, '_> {
    /// A policy that an application needs, as JSON inside a JSON string.
    fn policy(&mut self) {
        let (account, app) = (self.account().id.clone(), self.app());
        let region = crate::world::REGIONS[self.scene.place.region].name;
        let (company, environment) = (self.scene.world.company, self.account().environment.clone());
        let (actions, resource) = match self.dice % 4 {
            0 => (r#"\"s3:GetObject\",\"s3:PutObject\""#, format!("arn:aws:s3:::{company}-{environment}-{app}-uploads/*")),
            1 => (r#"\"sqs:SendMessage\",\"sqs:ReceiveMessage\",\"sqs:DeleteMessage\""#, format!("arn:aws:sqs:{region}:{account}:{app}-*")),
            2 => (
                r#"\"dynamodb:GetItem\",\"dynamodb:PutItem\",\"dynamodb:Query\""#,
                format!("arn:aws:dynamodb:{region}:{account}:table/{app}-*"),
            ),
            _ => {
                (r#"\"secretsmanager:GetSecretValue\""#, format!("arn:aws:secretsmanager:{region}:{account}:secret:{environment}/{app}/*"))
            }
        };
        self.text(&format!(
            r#"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":[{actions}],\"Resource\":\"{resource}\"}}]}}"#
        ));
    }

    fn trust(&self) -> String {
        let service = TRUSTED[(self.dice % 4) as usize];
        format!(
            r#"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"{service}\"}},\"Action\":\"sts:AssumeRole\"}}]}}"#
        )
    }

    /// The trust policy of the same record, URL-encoded as IAM's answers hold it.
    fn trust_url(&mut self) {
        let trust = self.bound(Hole::named("trust")).map_or_else(|| self.trust(), str::to_owned);
        for byte in trust.replace("\\\"", "\"").bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                self.out.push(byte);
            } else {
                self.text(&format!("%{byte:02X}"));
            }
        }
    }

    fn key_policy(&mut self) {
        let account = &self.account().id;
        let policy = format!(
            r#"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Sid\":\"Enable IAM User Permissions\",\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"arn:aws:iam::{account}:root\"}},\"Action\":\"kms:*\",\"Resource\":\"*\"}}]}}"#
        );
        self.text(&policy);
    }

    /// A policy that refuses what is not encrypted on the way.
    fn bucket_policy(&mut self) {
        let app = self.app();
        self.text(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"TlsOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::{company}-{environment}-{app}-uploads","arn:aws:s3:::{company}-{environment}-{app}-uploads/*"],"Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}]}}"#,
            company = self.scene.world.company,
            environment = self.account().environment,
        ));
    }

    /// What was encrypted: the caller's secret, parameter or object.
    fn encryption_context(&mut self) {
        let region = crate::world::REGIONS[self.scene.place.region].name;
        let (account, environment, app) = (&self.account().id, &self.account().environment, self.app());
        let context = match self.dice % 4 {
            0 => format!(
                r#""SecretARN":"arn:aws:secretsmanager:{region}:{account}:secret:{environment}/{app}/database","SecretVersionId":"AWSCURRENT""#
            ),
            1 => format!(r#""PARAMETER_ARN":"arn:aws:ssm:{region}:{account}:parameter/{environment}/{app}/db-host""#),
            2 => format!(r#""aws:s3:arn":"arn:aws:s3:::{}-{environment}-{app}-uploads""#, self.scene.world.company),
            _ => format!(r#""aws:lambda:FunctionArn":"arn:aws:lambda:{region}:{account}:function:{app}-worker""#),
        };
        self.text(&context);
    }

    /// A member of the organisation that workloads are shared with.
    fn partner(&mut self) {
        let production = self.scene.world.account(AccountKind::Production);
        let id = &self.scene.world.accounts[production].id;
        self.text(id);
    }
}

pub(super) const ROWS: &[Row] = &[
    ("policy", |p| p.policy()),
    ("resource_policy", |p| p.key_policy()),
    ("trust", |p| {
        let trust = p.trust();
        p.text(&trust)
    }),
    ("trust_url", |p| p.trust_url()),
    ("key_policy", |p| p.key_policy()),
    ("bucket_policy", |p| p.bucket_policy()),
    ("encryption_context", |p| p.encryption_context()),
    ("share_with", |p| p.partner()),
    ("managed_by", |p| p.text("terraform")),
    ("reset_required", |p| p.text("true")),
    ("linked_service", |p| p.choose(&["ecs.amazonaws.com"])),
    ("linked_name", |p| p.text("ECS")),
    ("federated_name", |p| p.text("reporting")),
    ("saml_document", |p| p.text("HIDDEN_DUE_TO_SECURITY_REASONS")),
    ("external_id", |p| {
        let id = p.scene.world.kms_key(p.scene.place.account, 0, 900);
        p.text(&id)
    }),
    ("idp", |p| {
        let number = p.scene.world.number(p.scene.place.account, 0, "idp", 0);
        crate::random::hex16(number, p.out)
    }),
    ("login_result", |p| p.text("Success")),
    ("login_mfa", |p| {
        let identity = format!(r#""MFAIdentifier":"arn:aws:iam::{}:mfa/{}","MFAUsed":"Yes""#, p.account().id, p.scene.caller.name);
        p.text(&identity);
    }),
    ("credential_type", |p| p.choose(&["PASSWORD", "TOTP", "WEBAUTHN"])),
    ("permission_set", |p| p.choose(&["ReadOnlyAccess", "PowerUserAccess", "SecurityAudit"])),
    ("all_regions", |p| p.text("false")),
    ("instance_attribute", |p| p.choose(&["disableApiTermination", "instanceInitiatedShutdownBehavior", "disableApiStop"])),
    ("instance_type", |p| p.choose(&["t3.medium", "m6i.large", "m6g.large", "c6i.xlarge", "r6g.large"])),
    ("instance_name", |p| {
        p.text(p.app());
        p.text("-web")
    }),
    ("modified_attribute", |p| p.text("instanceInitiatedShutdownBehavior")),
    ("modified_value", |p| p.text(r#""stop""#)),
    ("run_count", |p| p.number(1, 3)),
    ("key_pair", |p| {
        p.text(p.app());
        p.text("-bastion")
    }),
    ("sg_name", |p| {
        p.text(p.app());
        p.text("-app")
    }),
    ("port", |p| p.choose(&["443", "8080", "5432", "6379"])),
    ("cidr", |p| {
        p.text("10.");
        p.number(16, 31);
        p.text(".0.0/16")
    }),
    ("rule_words", |p| {
        p.text("from ");
        p.text(p.app())
    }),
    ("eni_words", |p| {
        p.text("aws-K8S-i-");
        p.random.hex(12, p.out)
    }),
    ("gigabytes", |p| p.choose(&["20", "50", "100", "200"])),
    ("snapshot_words", |p| p.choose(&["nightly", "before deploy", "Created by AWS Backup"])),
    ("small_count", |p| p.number(1, 4)),
    ("block_public", |p| p.text("true")),
    ("versioning", |p| p.text("Enabled")),
    ("lifecycle_name", |p| p.text("expire-temporary")),
    ("lifecycle_prefix", |p| p.text("tmp/")),
    ("lifecycle_days", |p| p.choose(&["30", "90", "365"])),
    ("sse_applied", |p| p.text("Default_SSE_KMS")),
    ("customer_key", |_| {}),
    ("customer_key_answer", |_| {}),
    ("foreign_key", |p| {
        let key = format!("arn:aws:kms:{}:{}:key/", crate::world::REGIONS[p.scene.place.region].name, p.account().id);
        p.text(&key);
        p.fill(Hole::named("kms"));
    }),
    ("grantee", |p| {
        let arn = format!("arn:aws:iam::{}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", p.account().id);
        p.text(&arn)
    }),
    ("key_words", |p| {
        p.text("Data of ");
        p.text(p.app())
    }),
    ("pending_days", |p| p.text("30")),
    ("secret_filter", |p| {
        p.text(&p.account().environment);
        p.out.push(b'/');
        p.text(p.app())
    }),
    ("force_delete", |p| p.text(r#","recoveryWindowInDays":30"#)),
    ("document", |p| p.choose(&["AWS-RunPatchBaseline", "AWS-GatherSoftwareInventory", "AWS-ConfigureAWSPackage"])),
    ("alarm", |p| p.choose(&["HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"])),
    ("retention", |p| p.choose(&["14", "30"])),
    ("quota", |p| p.choose(&["1216C47A", "DB2E81BA", "34B43A08"])),
    ("passed_role", |p| {
        let arn = format!("arn:aws:iam::{}:role/{}-lambda", p.account().id, p.app());
        p.text(&arn)
    }),
    ("layer", |_| {}),
    ("layer_name", |p| {
        p.text(p.app());
        p.text("-deps")
    }),
    ("statement_id", |p| {
        p.text("AllowExecutionFrom");
        p.text(p.app())
    }),
    ("invoke_action", |p| p.text("lambda:InvokeFunction")),
    ("invoker", |p| p.choose(&["events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"])),
    ("url_auth", |p| p.text("AWS_IAM")),
    ("starter", |p| p.text("ecs-svc/1")),
    ("db_status", |p| p.text("available")),
    ("snapshot_status", |p| p.text("creating")),
    ("public_db", |p| p.text("false")),
    ("deletion_protection", |p| p.text("true")),
    ("skip_final", |p| p.text("false")),
    ("event_rule", |p| {
        p.text(p.app());
        p.text("-schedule")
    }),
    ("mail_from", |p| {
        p.text("no-reply@");
        p.text(&p.scene.world.domain)
    }),
    ("mail_domain", |p| p.text(&p.scene.world.domain)),
    ("mail_template", |p| {
        p.text(p.app());
        p.text("-receipt")
    }),
    ("model", |p| p.choose(&["anthropic.claude-3-5-sonnet-20241022-v2:0", "amazon.titan-embed-text-v2:0", "amazon.nova-lite-v1:0"])),
    ("anchor", |p| p.text("on-premises")),
    ("looked_up", |p| p.choose(&["ConsoleLogin", "RunInstances", "UpdateService", "PutParameter"])),
    ("recorded", |p| p.text("All")),
    ("recorded_management", |p| p.text("true")),
    ("excluded_sources", |_| {}),
    ("filter_name", |p| p.text("known-scanner")),
    ("sensitiveDataRemoved", |p| p.text("<sensitiveDataRemoved>")),
];
