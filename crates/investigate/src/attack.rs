//! The part of ATT&CK that logs of a cloud can show: tactics in order, techniques with their names.
//!
//! Names and ids are those of MITRE ATT&CK (Enterprise); the choice is ours. An id that is missing here is shown
//! without a name under the tactics its rule gives.

/// Tactics in ATT&CK's order: the spelling of tags, the name.
pub(crate) static TACTICS: [(&str, &str); 14] = [
    ("reconnaissance", "Reconnaissance"),
    ("resource-development", "Resource Development"),
    ("initial-access", "Initial Access"),
    ("execution", "Execution"),
    ("persistence", "Persistence"),
    ("privilege-escalation", "Privilege Escalation"),
    ("defense-evasion", "Defense Evasion"),
    ("credential-access", "Credential Access"),
    ("discovery", "Discovery"),
    ("lateral-movement", "Lateral Movement"),
    ("collection", "Collection"),
    ("command-and-control", "Command and Control"),
    ("exfiltration", "Exfiltration"),
    ("impact", "Impact"),
];

/// A technique's name and tactics, by id in upper case.
pub(crate) fn technique(id: &str) -> Option<(&'static str, &'static [&'static str])> {
    let place = TECHNIQUES.binary_search_by(|(known, _, _)| known.cmp(&id)).ok()?;
    TECHNIQUES.get(place).map(|(_, name, tactics)| (*name, *tactics))
}

/// A tactic's name; an unknown one as it is written.
pub(crate) fn tactic_name(tactic: &str) -> &str {
    TACTICS.iter().find(|(slug, _)| *slug == tactic).map_or(tactic, |(_, name)| name)
}

#[rustfmt::skip]
static TECHNIQUES: &[(&str, &str, &[&str])] = {
    const IA: &str = "initial-access"; const EX: &str = "execution"; const PE: &str = "persistence";
    const PR: &str = "privilege-escalation"; const DE: &str = "defense-evasion"; const CA: &str = "credential-access";
    const DI: &str = "discovery"; const LM: &str = "lateral-movement"; const CO: &str = "collection";
    const CC: &str = "command-and-control"; const XF: &str = "exfiltration"; const IM: &str = "impact";
    const RE: &str = "reconnaissance"; const RD: &str = "resource-development";
    &[
        ("T1003", "OS Credential Dumping", &[CA]),
        ("T1005", "Data from Local System", &[CO]),
        ("T1018", "Remote System Discovery", &[DI]),
        ("T1020", "Automated Exfiltration", &[XF]),
        ("T1021", "Remote Services", &[LM]),
        ("T1021.004", "SSH", &[LM]),
        ("T1021.007", "Cloud Services", &[LM]),
        ("T1021.008", "Direct Cloud VM Connections", &[LM]),
        ("T1027", "Obfuscated Files or Information", &[DE]),
        ("T1036", "Masquerading", &[DE]),
        ("T1040", "Network Sniffing", &[CA, DI]),
        ("T1041", "Exfiltration Over C2 Channel", &[XF]),
        ("T1046", "Network Service Discovery", &[DI]),
        ("T1048", "Exfiltration Over Alternative Protocol", &[XF]),
        ("T1049", "System Network Connections Discovery", &[DI]),
        ("T1053", "Scheduled Task/Job", &[EX, PE, PR]),
        ("T1059", "Command and Scripting Interpreter", &[EX]),
        ("T1059.009", "Cloud API", &[EX]),
        ("T1068", "Exploitation for Privilege Escalation", &[PR]),
        ("T1069", "Permission Groups Discovery", &[DI]),
        ("T1069.003", "Cloud Groups", &[DI]),
        ("T1070", "Indicator Removal", &[DE]),
        ("T1071", "Application Layer Protocol", &[CC]),
        ("T1071.004", "DNS", &[CC]),
        ("T1074", "Data Staged", &[CO]),
        ("T1074.002", "Remote Data Staging", &[CO]),
        ("T1078", "Valid Accounts", &[IA, PE, PR, DE]),
        ("T1078.001", "Default Accounts", &[IA, PE, PR, DE]),
        ("T1078.004", "Cloud Accounts", &[IA, PE, PR, DE]),
        ("T1082", "System Information Discovery", &[DI]),
        ("T1087", "Account Discovery", &[DI]),
        ("T1087.004", "Cloud Account", &[DI]),
        ("T1090", "Proxy", &[CC]),
        ("T1090.003", "Multi-hop Proxy", &[CC]),
        ("T1098", "Account Manipulation", &[PE, PR]),
        ("T1098.001", "Additional Cloud Credentials", &[PE, PR]),
        ("T1098.003", "Additional Cloud Roles", &[PE, PR]),
        ("T1098.004", "SSH Authorized Keys", &[PE, PR]),
        ("T1098.005", "Device Registration", &[PE, PR]),
        ("T1098.006", "Additional Container Cluster Roles", &[PE, PR]),
        ("T1105", "Ingress Tool Transfer", &[CC]),
        ("T1110", "Brute Force", &[CA]),
        ("T1110.001", "Password Guessing", &[CA]),
        ("T1110.003", "Password Spraying", &[CA]),
        ("T1110.004", "Credential Stuffing", &[CA]),
        ("T1114", "Email Collection", &[CO]),
        ("T1119", "Automated Collection", &[CO]),
        ("T1133", "External Remote Services", &[IA, PE]),
        ("T1134", "Access Token Manipulation", &[DE, PR]),
        ("T1136", "Create Account", &[PE]),
        ("T1136.003", "Cloud Account", &[PE]),
        ("T1190", "Exploit Public-Facing Application", &[IA]),
        ("T1195", "Supply Chain Compromise", &[IA]),
        ("T1199", "Trusted Relationship", &[IA]),
        ("T1201", "Password Policy Discovery", &[DI]),
        ("T1204", "User Execution", &[EX]),
        ("T1204.003", "Malicious Image", &[EX]),
        ("T1212", "Exploitation for Credential Access", &[CA]),
        ("T1213", "Data from Information Repositories", &[CO]),
        ("T1213.003", "Code Repositories", &[CO]),
        ("T1213.006", "Databases", &[CO]),
        ("T1222", "File and Directory Permissions Modification", &[DE]),
        ("T1482", "Domain Trust Discovery", &[DI]),
        ("T1484", "Domain or Tenant Policy Modification", &[DE, PR]),
        ("T1484.002", "Trust Modification", &[DE, PR]),
        ("T1485", "Data Destruction", &[IM]),
        ("T1485.001", "Lifecycle-Triggered Deletion", &[IM]),
        ("T1486", "Data Encrypted for Impact", &[IM]),
        ("T1489", "Service Stop", &[IM]),
        ("T1490", "Inhibit System Recovery", &[IM]),
        ("T1491", "Defacement", &[IM]),
        ("T1496", "Resource Hijacking", &[IM]),
        ("T1496.001", "Compute Hijacking", &[IM]),
        ("T1496.004", "Cloud Service Hijacking", &[IM]),
        ("T1498", "Network Denial of Service", &[IM]),
        ("T1499", "Endpoint Denial of Service", &[IM]),
        ("T1525", "Implant Internal Image", &[PE]),
        ("T1526", "Cloud Service Discovery", &[DI]),
        ("T1528", "Steal Application Access Token", &[CA]),
        ("T1530", "Data from Cloud Storage", &[CO]),
        ("T1531", "Account Access Removal", &[IM]),
        ("T1535", "Unused/Unsupported Cloud Regions", &[DE]),
        ("T1537", "Transfer Data to Cloud Account", &[XF]),
        ("T1538", "Cloud Service Dashboard", &[DI]),
        ("T1539", "Steal Web Session Cookie", &[CA]),
        ("T1546", "Event Triggered Execution", &[PE, PR]),
        ("T1548", "Abuse Elevation Control Mechanism", &[DE, PR]),
        ("T1548.005", "Temporary Elevated Cloud Access", &[DE, PR]),
        ("T1550", "Use Alternate Authentication Material", &[DE, LM]),
        ("T1550.001", "Application Access Token", &[DE, LM]),
        ("T1550.004", "Web Session Cookie", &[DE, LM]),
        ("T1552", "Unsecured Credentials", &[CA]),
        ("T1552.001", "Credentials In Files", &[CA]),
        ("T1552.004", "Private Keys", &[CA]),
        ("T1552.005", "Cloud Instance Metadata API", &[CA]),
        ("T1552.007", "Container API", &[CA]),
        ("T1555", "Credentials from Password Stores", &[CA]),
        ("T1555.006", "Cloud Secrets Management Stores", &[CA]),
        ("T1556", "Modify Authentication Process", &[CA, DE, PE]),
        ("T1556.006", "Multi-Factor Authentication", &[CA, DE, PE]),
        ("T1556.007", "Hybrid Identity", &[CA, DE, PE]),
        ("T1556.009", "Conditional Access Policies", &[CA, DE, PE]),
        ("T1562", "Impair Defenses", &[DE]),
        ("T1562.001", "Disable or Modify Tools", &[DE]),
        ("T1562.007", "Disable or Modify Cloud Firewall", &[DE]),
        ("T1562.008", "Disable or Modify Cloud Logs", &[DE]),
        ("T1566", "Phishing", &[IA]),
        ("T1567", "Exfiltration Over Web Service", &[XF]),
        ("T1567.002", "Exfiltration to Cloud Storage", &[XF]),
        ("T1578", "Modify Cloud Compute Infrastructure", &[DE]),
        ("T1578.001", "Create Snapshot", &[DE]),
        ("T1578.002", "Create Cloud Instance", &[DE]),
        ("T1578.003", "Delete Cloud Instance", &[DE]),
        ("T1578.004", "Revert Cloud Instance", &[DE]),
        ("T1578.005", "Modify Cloud Compute Configurations", &[DE]),
        ("T1580", "Cloud Infrastructure Discovery", &[DI]),
        ("T1583", "Acquire Infrastructure", &[RD]),
        ("T1586", "Compromise Accounts", &[RD]),
        ("T1589", "Gather Victim Identity Information", &[RE]),
        ("T1595", "Active Scanning", &[RE]),
        ("T1599", "Network Boundary Bridging", &[DE]),
        ("T1606", "Forge Web Credentials", &[CA]),
        ("T1606.002", "SAML Tokens", &[CA]),
        ("T1609", "Container Administration Command", &[EX]),
        ("T1610", "Deploy Container", &[DE, EX]),
        ("T1613", "Container and Resource Discovery", &[DI]),
        ("T1619", "Cloud Storage Object Discovery", &[DI]),
        ("T1621", "Multi-Factor Authentication Request Generation", &[CA]),
        ("T1648", "Serverless Execution", &[EX]),
        ("T1649", "Steal or Forge Authentication Certificates", &[CA]),
        ("T1651", "Cloud Administration Command", &[EX]),
        ("T1654", "Log Enumeration", &[DI]),
        ("T1657", "Financial Theft", &[IM]),
        ("T1659", "Content Injection", &[IA, CC]),
        ("T1666", "Modify Cloud Resource Hierarchy", &[DE]),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn techniques_are_sorted_and_their_tactics_known() {
        for pair in TECHNIQUES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} then {}", pair[0].0, pair[1].0);
        }
        for (id, _, tactics) in TECHNIQUES {
            assert!(tactics.iter().all(|tactic| TACTICS.iter().any(|(slug, _)| slug == tactic)), "{id}");
        }
        assert_eq!(technique("T1562.008").map(|(name, _)| name), Some("Disable or Modify Cloud Logs"));
    }
}
