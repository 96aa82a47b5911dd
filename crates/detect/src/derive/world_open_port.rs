//! `derived.world_open_port`

use super::Facts;
use super::world::is_world;
use crate::tree::Node;

/// Ports worth naming when a range opens them.
const WATCHED: [i64; 31] = [
    20, 21, 22, 23, 25, 53, 80, 135, 139, 443, 445, 1433, 1521, 2375, 2379, 3306, 3389, 5432, 5601, 5900, 5985, 5986, 6379, 6443, 8080,
    8443, 9200, 9300, 10250, 11211, 27017,
];

/// Ports opened to 0.0.0.0/0 or ::/0 by AuthorizeSecurityGroupIngress (`ipPermissions.items`, or the old flat form) or
/// ModifySecurityGroupRules (`SecurityGroupRule`). Calls that close, describe or let out name the same ranges and open nothing.
pub(super) fn list(facts: &Facts<'_>) -> Vec<String> {
    let mut ports = Vec::new();
    let opens_nothing = ["Revoke", "UpdateSecurityGroupRuleDescriptions"].iter().any(|begin| facts.event_name().starts_with(begin));
    if opens_nothing || facts.event_name().ends_with("Egress") {
        return ports;
    }
    collect(facts.request(), &mut ports);
    ports.sort();
    ports.dedup();
    ports
}

/// Visits every object that holds a protocol or port beside, or above, an open range.
fn collect(node: &Node<'_>, ports: &mut Vec<String>) {
    match node {
        Node::Array(items) => items.iter().for_each(|item| collect(item, ports)),
        Node::Object(members) => {
            let is_rule = ["ipProtocol", "fromPort", "toPort", "IpProtocol", "FromPort"].iter().any(|name| node.member(name).is_some());
            if is_rule && node.any_scalar(&mut is_world) {
                add(node, ports);
            } else if !is_rule {
                members.iter().for_each(|(_, item)| collect(item, ports));
            }
        }
        _ => {}
    }
}

fn add(rule: &Node<'_>, ports: &mut Vec<String>) {
    let number = |names: [&str; 2]| names.iter().find_map(|name| rule.member(name)?.scalar()?.parse::<i64>().ok());
    let protocol = ["ipProtocol", "IpProtocol"].iter().find_map(|name| rule.member(name)?.scalar()).unwrap_or_default();
    let (from, to) = (number(["fromPort", "FromPort"]), number(["toPort", "ToPort"]));
    match (&*protocol, from, to) {
        ("icmp" | "icmpv6" | "1" | "58", _, _) => {}
        ("-1" | "all", _, _) | (_, Some(-1), _) | (_, None, None) => ports.push("all".to_owned()),
        (_, Some(from), to) => {
            let to = to.unwrap_or(from);
            if from <= 1 && to >= 65_534 {
                ports.push("all".to_owned());
            }
            if from == to {
                ports.push(from.to_string());
            }
            ports.extend(WATCHED.iter().filter(|port| (from..=to).contains(port)).map(ToString::to_string));
        }
        (_, None, Some(to)) => ports.push(to.to_string()),
    }
}
