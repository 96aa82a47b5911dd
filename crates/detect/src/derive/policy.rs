//! `derived.policy_public`, `derived.policy_admin`, `derived.policy_escalates`: what the policy documents of a request allow.

use super::Facts;
use crate::tree::{Node, inner_json};

/// Members of a request that hold a policy document, as text or as object. A `value` beside an attribute name is one too (SQS, SNS).
const DOCUMENTS: [&str; 14] = [
    "policyDocument",
    "PolicyDocument",
    "assumeRolePolicyDocument",
    "policy",
    "Policy",
    "bucketPolicy",
    "policyText",
    "resourcePolicy",
    "policyInJson",
    "inlinePolicy",
    "repositoryPolicy",
    "attributeValue",
    "value",
    "content",
];

/// Conditions that tie a statement to somebody: with one of them, "everybody" is not everybody.
const NARROWING: [&str; 16] = [
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpcsourceip",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:userid",
    "aws:username",
    "s3:dataaccesspointaccount",
    "kms:calleraccount",
];

/// IAM actions with which a principal gives itself more rights.
const ESCALATING: [&str; 15] = [
    "iam:*",
    "iam:put*",
    "iam:attach*",
    "iam:create*",
    "iam:putuserpolicy",
    "iam:putrolepolicy",
    "iam:putgrouppolicy",
    "iam:attachuserpolicy",
    "iam:attachrolepolicy",
    "iam:attachgrouppolicy",
    "iam:createpolicyversion",
    "iam:setdefaultpolicyversion",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:updateassumerolepolicy",
];

/// Actions that give rights only when they may be used on anything.
const ESCALATING_ON_ALL: [&str; 3] = ["iam:passrole", "sts:assumerole", "sts:*"];

/// One statement of a policy.
pub(super) struct Statement<'n>(&'n Node<'n>);

/// Whether any statement of any policy document in the request is so.
pub(super) fn any(facts: &Facts<'_>, judge: fn(&Statement<'_>) -> bool) -> bool {
    let mut found = false;
    visit_documents(&facts.request, &mut |document| {
        found = found || statements(document, judge);
    });
    found
}

fn visit_documents(node: &Node<'_>, visit: &mut dyn FnMut(&Node<'_>)) {
    match node {
        Node::Array(items) => items.iter().for_each(|item| visit_documents(item, visit)),
        Node::Object(members) => {
            for (name, item) in members {
                if DOCUMENTS.contains(&&**name) {
                    document(item, visit);
                } else {
                    visit_documents(item, visit);
                }
            }
        }
        _ => {}
    }
}

fn document(node: &Node<'_>, visit: &mut dyn FnMut(&Node<'_>)) {
    match node {
        Node::Text(text) => {
            if let Some(inner) = inner_json(text).as_deref().and_then(Node::parse) {
                visit(&inner);
            }
        }
        Node::Object(_) if node.member("Statement").is_some() => visit(node),
        other => visit_documents(other, visit),
    }
}

fn statements(document: &Node<'_>, judge: fn(&Statement<'_>) -> bool) -> bool {
    match document.member("Statement") {
        Some(Node::Array(items)) => items.iter().any(|item| judge(&Statement(item))),
        Some(lone) => judge(&Statement(lone)),
        None => false,
    }
}

impl Statement<'_> {
    fn allows(&self) -> bool {
        self.0.member("Effect").and_then(Node::scalar).is_some_and(|effect| effect.eq_ignore_ascii_case("Allow"))
    }

    fn has_any(&self, name: &str, judge: &mut dyn FnMut(&str) -> bool) -> bool {
        self.0.member(name).is_some_and(|node| node.any_scalar(judge))
    }

    fn is_conditional(&self) -> bool {
        matches!(self.0.member("Condition"), Some(Node::Object(members)) if !members.is_empty())
    }

    fn on_everything(&self) -> bool {
        self.has_any("Resource", &mut |resource| resource == "*")
    }

    /// Everybody may: `"Principal": "*"` or `{"AWS": "*"}`, and no condition ties it to somebody.
    pub(super) fn is_public(&self) -> bool {
        let everybody = match self.0.member("Principal") {
            Some(Node::Text(principal)) => principal == "*",
            Some(Node::Object(members)) => {
                members.iter().any(|(kind, node)| kind == "AWS" && node.any_scalar(&mut |principal| principal == "*"))
            }
            _ => false,
        };
        self.allows() && everybody && !self.is_narrowed()
    }

    /// An address condition that lets the whole world in does not narrow.
    fn is_narrowed(&self) -> bool {
        let Some(Node::Object(operators)) = self.0.member("Condition") else { return false };
        operators.iter().any(|(operator, keys)| {
            let Node::Object(keys) = keys else { return false };
            !operator.starts_with("StringNot")
                && keys.iter().any(|(key, value)| {
                    NARROWING.contains(&&*key.to_ascii_lowercase())
                        && !value.any_scalar(&mut |value| matches!(value, "0.0.0.0/0" | "::/0" | "*"))
                })
        })
    }

    /// Everything on everything, without a condition.
    pub(super) fn is_admin(&self) -> bool {
        self.allows() && self.has_any("Action", &mut |action| matches!(action, "*" | "*:*")) && self.on_everything() && !self.is_conditional()
    }

    /// An action with which the principal gives itself more rights.
    pub(super) fn escalates(&self) -> bool {
        let on_everything = self.on_everything();
        self.allows()
            && !self.is_conditional()
            && self.has_any("Action", &mut |action| {
                let action = action.to_ascii_lowercase();
                let general = matches!(&*action, "*" | "*:*") || ESCALATING.contains(&&*action);
                (general && self.0.member("Resource").is_some()) || (on_everything && ESCALATING_ON_ALL.contains(&&*action))
            })
    }
}
