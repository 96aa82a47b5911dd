//! `derived.policy_public`, `derived.policy_admin`, `derived.policy_escalates`: what the policy documents of a request allow.

use rsigma_parser::SigmaString;

use super::Facts;
use super::world::is_world;
use crate::predicate::{Anchoring, Pattern};
use crate::tree::{Node, inner_json};

/// Members below which AWS keeps a JSON document as text.
pub(crate) const DOCUMENTS: [&str; 12] = [
    "accessPolicies",
    "policyDocument",
    "PolicyDocument",
    "assumeRolePolicyDocument",
    "policy",
    "Policy",
    "bucketPolicy",
    "policyText",
    "resourcePolicy",
    "policyInJson",
    "attributeValue",
    "content",
];

/// Further members of a request that hold a policy document; a `value` is one beside an attribute name (SQS, SNS).
const REQUEST_DOCUMENTS: [&str; 3] = ["inlinePolicy", "repositoryPolicy", "value"];

/// Conditions that tie a statement to somebody: with one of them, "everybody" is not everybody.
const NARROWING: [&str; 18] = [
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpcsourceip",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:userid",
    "aws:username",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "kms:calleraccount",
];

/// IAM actions with which a principal gives itself more rights. A policy may allow them by a pattern (`iam:Put*Policy`).
const ESCALATING: [&str; 9] = [
    "iam:putuserpolicy",
    "iam:putrolepolicy",
    "iam:putgrouppolicy",
    "iam:attachuserpolicy",
    "iam:attachrolepolicy",
    "iam:attachgrouppolicy",
    "iam:createpolicyversion",
    "iam:setdefaultpolicyversion",
    "iam:updateassumerolepolicy",
];

/// The same, unless the policy lets a user only do it to itself (`user/${aws:username}`): keys and passwords people manage themselves.
const ESCALATING_ON_OTHERS: [&str; 2] = ["iam:createaccesskey", "iam:createloginprofile"];

/// Actions that give rights only when they may be used on anything.
const ESCALATING_ON_ALL: [&str; 2] = ["iam:passrole", "sts:assumerole"];

/// One statement of a policy.
pub(super) struct Statement<'n>(&'n Node<'n>);

/// Whether any statement of any policy document in the request is so.
pub(super) fn any(facts: &Facts<'_>, judge: fn(&Statement<'_>) -> bool) -> bool {
    let mut found = false;
    visit_documents(facts.request(), &mut |document| {
        found = found || statements(document, judge);
    });
    found
}

fn visit_documents(node: &Node<'_>, visit: &mut dyn FnMut(&Node<'_>)) {
    match node {
        Node::Array(items) => items.iter().for_each(|item| visit_documents(item, visit)),
        Node::Object(members) => {
            for (name, item) in members {
                if DOCUMENTS.contains(&&**name) || REQUEST_DOCUMENTS.contains(&&**name) {
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

    /// Everybody may: `"Principal": "*"`, `{"AWS": "*"}` or everybody except some, and no condition ties it to somebody.
    pub(super) fn is_public(&self) -> bool {
        let everybody = match self.0.member("Principal") {
            Some(Node::Text(principal)) => principal == "*",
            Some(Node::Object(members)) => {
                members.iter().any(|(kind, node)| kind == "AWS" && node.any_scalar(&mut |principal| principal == "*"))
            }
            None => self.0.member("NotPrincipal").is_some(),
            _ => false,
        };
        self.allows() && everybody && !self.is_narrowed()
    }

    /// A condition that lets the whole world in does not narrow; nor does one that only excludes somebody, asks whether a key is
    /// there at all, or lets pass whoever does not send it.
    fn is_narrowed(&self) -> bool {
        let Some(Node::Object(operators)) = self.0.member("Condition") else { return false };
        operators.iter().any(|(operator, keys)| {
            let Node::Object(keys) = keys else { return false };
            let excludes = operator.contains("Not") || operator.ends_with("IfExists") || operator == "Null";
            !excludes
                && keys.iter().any(|(key, value)| {
                    NARROWING.contains(&&*key.to_ascii_lowercase()) && !value.any_scalar(&mut |value| value == "*" || is_world(value))
                })
        })
    }

    /// Everything on everything, without a condition.
    pub(super) fn is_admin(&self) -> bool {
        self.allows()
            && self.has_any("Action", &mut |action| matches!(action, "*" | "*:*"))
            && self.on_everything()
            && !self.is_conditional()
    }

    /// An action with which the principal gives itself more rights.
    pub(super) fn escalates(&self) -> bool {
        if !self.allows() || self.is_conditional() || self.0.member("Resource").is_none() {
            return false;
        }
        let on_everything = self.on_everything();
        let on_self = !self.has_any("Resource", &mut |resource| !resource.contains("${aws:username}"));
        self.has_any("Action", &mut |action| {
            let pattern = Pattern::new(&SigmaString::new(action), Anchoring::Whole).folded();
            let covers = |actions: &[&str]| actions.iter().any(|action| pattern.fits(action));
            covers(&ESCALATING) || (!on_self && covers(&ESCALATING_ON_OTHERS)) || (on_everything && covers(&ESCALATING_ON_ALL))
        })
    }
}
