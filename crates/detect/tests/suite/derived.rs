//! Derived fields on requests as CloudTrail writes them, a table a field.

use serde_json::{Value, json};
use watchfire_detect::{Lists, Matcher, RuleSet, RuleText, Scratch, referee};
use watchfire_model::{Record, cloudtrail};

use crate::events::percent_encode;
use crate::matching::one;

#[track_caller]
fn check(field: &str, event: &Value, expected: &[&str]) {
    assert_eq!(referee::texts(event, field), expected, "{field} of {event}");
}

#[track_caller]
fn yes(field: &str, event: &Value) {
    check(field, event, &["true"]);
}

#[track_caller]
fn no(field: &str, event: &Value) {
    check(field, event, &[]);
}

fn request(source: &str, name: &str, parameters: Value) -> Value {
    json!({
        "userIdentity": {"type": "IAMUser", "userName": "alice", "arn": "arn:aws:iam::111122223333:user/alice", "accountId": "111122223333"},
        "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name,
        "recipientAccountId": "111122223333",
        "requestParameters": parameters,
    })
}

fn policy(statement: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statement})
}

/// The statement as the bucket policy of a PutBucketPolicy call.
fn bucket(statement: Value) -> Value {
    request(
        "s3",
        "PutBucketPolicy",
        json!({"bucketName": "b", "Host": "b.s3.amazonaws.com", "policy": "", "bucketPolicy": policy(statement)}),
    )
}

/// The statement as the text of an inline policy.
fn inline(statement: Value) -> Value {
    request("iam", "PutRolePolicy", json!({"roleName": "app", "policyName": "p", "policyDocument": policy(statement).to_string()}))
}

#[test]
fn policy_public() {
    const FIELD: &str = "derived.policy_public";
    let open =
        |principal: Value| json!([{"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]);
    yes(FIELD, &bucket(open(json!("*"))));
    yes(FIELD, &bucket(open(json!({"AWS": "*"}))));
    yes(FIELD, &bucket(open(json!({"AWS": ["arn:aws:iam::111122223333:root", "*"]}))));
    no(FIELD, &bucket(open(json!({"AWS": "arn:aws:iam::999999999999:root"}))));
    no(FIELD, &bucket(open(json!({"Service": "cloudtrail.amazonaws.com"}))));
    yes(FIELD, &bucket(json!({"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "*"})));
    no(FIELD, &bucket(json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*"})));
    let text = policy(open(json!("*"))).to_string();
    yes(
        FIELD,
        &request(
            "sqs",
            "SetQueueAttributes",
            json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q", "attributes": {"Policy": text}}),
        ),
    );
    yes(FIELD, &request("sns", "SetTopicAttributes", json!({"topicArn": "t", "attributeName": "Policy", "attributeValue": text})));
    no(FIELD, &request("sns", "SetTopicAttributes", json!({"topicArn": "t", "attributeName": "DisplayName", "attributeValue": "Policy"})));
    yes(FIELD, &request("kms", "PutKeyPolicy", json!({"keyId": "k", "policyName": "default", "policy": text})));
    yes(FIELD, &request("ecr", "SetRepositoryPolicy", json!({"repositoryName": "r", "policyText": text, "force": false})));
    yes(FIELD, &request("secretsmanager", "PutResourcePolicy", json!({"secretId": "s", "resourcePolicy": text})));
    yes(FIELD, &request("es", "UpdateElasticsearchDomainConfig", json!({"domainName": "d", "accessPolicies": text})));
    yes(FIELD, &request("ec2", "CreateVpcEndpoint", json!({"CreateVpcEndpointRequest": {"PolicyDocument": text, "VpcId": "v"}})));
    yes(FIELD, &request("iam", "CreateRole", json!({"roleName": "r", "assumeRolePolicyDocument": percent_encode(&text)})));
}

#[test]
fn policy_public_with_conditions() {
    let under = |condition: Value| {
        bucket(json!([{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition}]))
    };
    let narrow = [
        json!({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}),
        json!({"StringEquals": {"AWS:SourceAccount": "111122223333"}}),
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}),
        json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.7/32"]}}),
        json!({"StringEquals": {"kms:CallerAccount": "111122223333"}, "Bool": {"aws:SecureTransport": "true"}}),
        json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/*"}}),
    ];
    let wide = [
        json!({"Bool": {"aws:SecureTransport": "true"}}),
        json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}),
        json!({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "::/0"]}}),
        json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}),
        json!({"ForAllValues:StringNotEquals": {"aws:PrincipalAccount": "1"}}),
        json!({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}),
        json!({"Null": {"aws:PrincipalOrgID": "false"}}),
        json!({"StringLike": {"aws:PrincipalArn": "*"}}),
        json!({}),
    ];
    narrow.iter().for_each(|condition| no("derived.policy_public", &under(condition.clone())));
    wide.iter().for_each(|condition| yes("derived.policy_public", &under(condition.clone())));
}

#[test]
fn policy_admin() {
    const FIELD: &str = "derived.policy_admin";
    yes(FIELD, &inline(json!({"Effect": "Allow", "Action": "*", "Resource": "*"})));
    yes(
        FIELD,
        &inline(
            json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, {"Effect": "Allow", "Action": ["ec2:*", "*:*"], "Resource": ["a", "*"]}]),
        ),
    );
    no(FIELD, &inline(json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/*"})));
    no(FIELD, &inline(json!({"Effect": "Deny", "Action": "*", "Resource": "*"})));
    no(
        FIELD,
        &inline(json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})),
    );
    no(FIELD, &inline(json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})));
    no(FIELD, &request("iam", "PutRolePolicy", json!({"policyDocument": "{broken"})));
    no(FIELD, &request("iam", "PutRolePolicy", Value::Null));
}

#[test]
fn policy_escalates() {
    const FIELD: &str = "derived.policy_escalates";
    let allow = |action: Value, resource: &str| inline(json!({"Effect": "Allow", "Action": action, "Resource": resource}));
    for action in [
        "*",
        "iam:*",
        "iam:Put*Policy",
        "iam:PutUserPolicy",
        "iam:Attach*",
        "IAM:createpolicyversion",
        "iam:UpdateAssumeRolePolicy",
        "iam:*Policy",
    ] {
        yes(FIELD, &allow(json!([action, "s3:GetObject"]), "arn:aws:iam::111122223333:role/x"));
    }
    for action in ["iam:Get*", "iam:List*", "s3:*", "iam:PassRole", "sts:AssumeRole", "iam:CreateUser"] {
        no(FIELD, &allow(json!(action), "arn:aws:iam::111122223333:role/x"));
    }
    for action in ["iam:PassRole", "iam:Pass*", "sts:AssumeRole", "sts:*"] {
        yes(FIELD, &allow(json!(action), "*"));
    }
    yes(FIELD, &allow(json!("iam:CreateAccessKey"), "*"));
    no(FIELD, &allow(json!("iam:CreateAccessKey"), "arn:aws:iam::*:user/${aws:username}"));
    yes(FIELD, &allow(json!("iam:AttachUserPolicy"), "arn:aws:iam::*:user/${aws:username}"));
    no(FIELD, &inline(json!({"Effect": "Deny", "Action": "iam:*", "Resource": "*"})));
    let trust = policy(json!({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}));
    no(FIELD, &request("iam", "CreateRole", json!({"roleName": "r", "assumeRolePolicyDocument": trust.to_string()})));
}

#[test]
fn foreign_account() {
    const FIELD: &str = "derived.foreign_account";
    let trust = policy(
        json!({"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::999999999999:root", "888888888888", "111122223333"]}, "Action": "sts:AssumeRole"}),
    );
    check(
        FIELD,
        &request("iam", "UpdateAssumeRolePolicy", json!({"roleName": "r", "policyDocument": trust.to_string()})),
        &["999999999999", "888888888888"],
    );
    check(
        FIELD,
        &request("iam", "CreateRole", json!({"assumeRolePolicyDocument": percent_encode(&trust.to_string())})),
        &["999999999999", "888888888888"],
    );
    let shared =
        json!({"snapshotId": "snap-1", "createVolumePermission": {"add": {"items": [{"userId": "999999999999"}, {"group": "all"}]}}});
    check(FIELD, &request("ec2", "ModifySnapshotAttribute", shared), &["999999999999"]);
    check(
        FIELD,
        &request("lambda", "AddPermission20150331v2", json!({"principal": "arn:aws-cn:iam::999999999999:user/x"})),
        &["999999999999"],
    );
    check(
        FIELD,
        &request("ram", "CreateResourceShare", json!({"principals": ["999999999999, 888888888888"]})),
        &["999999999999", "888888888888"],
    );
    no(
        FIELD,
        &request("iam", "AttachRolePolicy", json!({"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "time": "1772442000000"})),
    );
    no(FIELD, &request("s3", "PutBucketAcl", json!({"Owner": {"ID": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}})));
}

#[test]
fn own_accounts_are_not_foreign() {
    let text = one(&json!({"derived.foreign_account|exists": true}));
    let event = |account: &str| request("ec2", "ModifySnapshotAttribute", json!({"userId": account}));
    let matches = |lists: &Lists, event: &Value| {
        let rules = RuleSet::load([RuleText::new("r.yaml", text.yaml.as_str())], lists);
        let matcher = Matcher::compile(&rules, &cloudtrail::SCHEMA);
        let (raw, slots) = referee::with_slots(event);
        let mut matched = false;
        matcher.matches(&Record::new(&raw, &slots), &mut Scratch::default(), |_| matched = true);
        assert_eq!(matched, referee::matches(&rules.rules[0], event));
        matched
    };
    let mut lists = Lists::default();
    assert!(matches(&lists, &event("999999999999")) && matches(&lists, &event("000000000012")));
    lists.add_yaml("name: own_accounts\nvalues: ['999999999999', 000000000012]").expect("a list");
    assert!(!matches(&lists, &event("999999999999")));
    assert!(!matches(&lists, &event("000000000012")), "an id that lost its zeros for want of quotes");
    assert!(matches(&lists, &event("888888888888")));
}

#[test]
fn acl_public() {
    const FIELD: &str = "derived.acl_public";
    let grant = |uri: &str| json!({"AccessControlPolicy": {"AccessControlList": {"Grant": [{"Grantee": {"xsi:type": "Group", "URI": uri}, "Permission": "READ"}]}}, "acl": [""]});
    yes(FIELD, &request("s3", "PutBucketAcl", grant("http://acs.amazonaws.com/groups/global/AllUsers")));
    yes(FIELD, &request("s3", "PutBucketAcl", grant("http://acs.amazonaws.com/groups/global/AuthenticatedUsers")));
    no(FIELD, &request("s3", "PutBucketAcl", grant("http://acs.amazonaws.com/groups/s3/LogDelivery")));
    yes(FIELD, &request("s3", "PutBucketAcl", json!({"bucketName": "b", "x-amz-acl": ["public-read-write"]})));
    yes(FIELD, &request("s3", "CreateBucket", json!({"bucketName": "b", "x-amz-acl": "public-read"})));
    no(FIELD, &request("s3", "PutObject", json!({"bucketName": "b", "x-amz-acl": "bucket-owner-full-control"})));
    yes(FIELD, &request("s3", "PutObjectAcl", json!({"x-amz-grant-read": ["uri=\"http://acs.amazonaws.com/groups/global/AllUsers\""]})));
}

#[test]
fn world_open_port() {
    const FIELD: &str = "derived.world_open_port";
    let item = |protocol: &str, from: i64, to: i64, range: &str| {
        let (v4, v6) = if range.contains(':') {
            (json!({}), json!({"items": [{"cidrIpv6": range}]}))
        } else {
            (json!({"items": [{"cidrIp": range, "description": "x/0"}]}), json!({}))
        };
        json!({"ipProtocol": protocol, "fromPort": from, "toPort": to, "groups": {}, "ipRanges": v4, "ipv6Ranges": v6, "prefixListIds": {}})
    };
    let ingress =
        |items: Value| request("ec2", "AuthorizeSecurityGroupIngress", json!({"groupId": "sg-1", "ipPermissions": {"items": items}}));
    check(FIELD, &ingress(json!([item("tcp", 22, 22, "0.0.0.0/0")])), &["22"]);
    check(FIELD, &ingress(json!([item("tcp", 4444, 4444, "::/0")])), &["4444"]);
    check(FIELD, &ingress(json!([item("tcp", 22, 22, "10.0.0.0/8")])), &[]);
    check(FIELD, &ingress(json!([item("tcp", 22, 22, "208.1.2.3/0")])), &["22"]);
    check(
        FIELD,
        &ingress(json!([item("tcp", 20, 25, "0.0.0.0/0"), item("udp", 53, 53, "0.0.0.0/0"), item("tcp", 3389, 3389, "10.0.0.1/32")])),
        &["20", "21", "22", "23", "25", "53"],
    );
    check(FIELD, &ingress(json!([item("-1", -1, -1, "0.0.0.0/0")])), &["all"]);
    check(FIELD, &ingress(json!([item("icmp", -1, -1, "0.0.0.0/0")])), &[]);
    assert!(referee::texts(&ingress(json!([item("tcp", 0, 65535, "0.0.0.0/0")])), FIELD).contains(&"all".to_owned()));
    let flat =
        json!({"groupId": "sg-1", "cidrIp": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 3306, "toPort": 3306, "ipPermissions": {}});
    check(FIELD, &request("ec2", "AuthorizeSecurityGroupIngress", flat.clone()), &["3306"]);
    for name in ["AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress", "UpdateSecurityGroupRuleDescriptionsIngress"] {
        no(FIELD, &request("ec2", name, flat.clone()));
    }
    let modified = |range: &str| {
        let rule = json!({"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIpv4": range, "Description": "from 1/0"});
        request(
            "ec2",
            "ModifySecurityGroupRules",
            json!({"ModifySecurityGroupRulesRequest": {"GroupId": "sg-1", "SecurityGroupRule": {"SecurityGroupRuleId": "sgr-1", "tag": 1, "SecurityGroupRule": rule}}}),
        )
    };
    check(FIELD, &modified("0.0.0.0/0"), &["5432"]);
    check(FIELD, &modified("192.0.2.0/24"), &[]);
}

#[test]
fn self_target() {
    const FIELD: &str = "derived.self_target";
    for name in [
        "AddUserToGroup",
        "TagUser",
        "PutUserPermissionsBoundary",
        "EnableMFADevice",
        "DeactivateMFADevice",
        "AttachUserPolicy",
        "CreateAccessKey",
    ] {
        yes(FIELD, &request("iam", name, json!({"userName": "Alice", "groupName": "admins"})));
        no(FIELD, &request("iam", name, json!({"userName": "bob"})));
    }
    let session = |identity: Value, name: &str, parameters: Value| {
        let mut event = request("iam", name, parameters);
        event["userIdentity"] = identity;
        event
    };
    let arn = "arn:aws:sts::111122223333:assumed-role/deploy/ci";
    let issued = json!({"type": "AssumedRole", "arn": arn, "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "deploy"}}});
    for identity in [issued, json!({"type": "AssumedRole", "arn": arn})] {
        for name in ["TagRole", "AttachRolePolicy", "PutRolePolicy", "UpdateAssumeRolePolicy"] {
            yes(FIELD, &session(identity.clone(), name, json!({"roleName": "deploy"})));
            no(FIELD, &session(identity.clone(), name, json!({"roleName": "other"})));
        }
        no(FIELD, &session(identity.clone(), "CreateAccessKey", json!({"userName": "deploy"})));
        no(FIELD, &session(identity, "CreateAccessKey", Value::Null));
    }
    yes(FIELD, &request("iam", "CreateAccessKey", Value::Null));
    yes(FIELD, &request("iam", "DeactivateMFADevice", json!({"serialNumber": "arn:aws:iam::111122223333:mfa/alice"})));
    no(FIELD, &request("iam", "ListUsers", Value::Null));
    no(FIELD, &request("iam", "CreateUser", json!({"userName": "alice2"})));
    yes(FIELD, &session(json!({"type": "Root", "arn": "arn:aws:iam::111122223333:root"}), "CreateAccessKey", Value::Null));
}

#[test]
fn aws_service_call() {
    const FIELD: &str = "derived.aws_service_call";
    let call = |identity: Value, address: &str| json!({"userIdentity": identity, "sourceIPAddress": address});
    yes(FIELD, &call(json!({"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}), "cloudtrail.amazonaws.com"));
    yes(FIELD, &call(json!({"type": "AssumedRole", "invokedBy": "cloudformation.amazonaws.com"}), "cloudformation.amazonaws.com"));
    yes(FIELD, &call(json!({"type": "AssumedRole"}), "AWS Internal"));
    yes(FIELD, &call(json!({"type": "IAMUser", "invokedBy": "cloudformation.amazonaws.com"}), "203.0.113.9"));
    no(FIELD, &call(json!({"type": "IAMUser", "invokedBy": "signin.amazonaws.com"}), "203.0.113.9"));
    no(FIELD, &call(json!({"type": "Root", "invokedBy": "AWS Internal"}), "AWS Internal"));
    no(FIELD, &call(json!({"type": "IAMUser"}), "203.0.113.9"));
}

#[test]
fn role_name() {
    const FIELD: &str = "derived.role_name";
    check(FIELD, &request("iam", "PutRolePolicy", json!({"roleName": "app"})), &["app"]);
    check(
        FIELD,
        &request("sts", "AssumeRole", json!({"roleArn": "arn:aws:iam::111122223333:role/team/app", "roleSessionName": "x"})),
        &["app"],
    );
    check(FIELD, &request("lambda", "CreateFunction20150331", json!({"role": "arn:aws:iam::111122223333:role/app"})), &["app"]);
    no(FIELD, &request("iam", "CreateUser", json!({"userName": "alice"})));
}
