//! The names and ids of resources: those that stand, and those just made.

use super::{Pen, Row};
use crate::random::hex16;
use crate::world::{SECRETS, TABLES as DATA};

/// How many of each resource an account keeps in a region.
const POOL: u64 = 24;

impl Pen<'_, '_> {
    /// The id of a resource that stands, as `vol-0…`.
    fn pooled(&mut self, prefix: &str) {
        let index = self.random.below(POOL);
        self.numbered(prefix, index);
    }

    fn numbered(&mut self, prefix: &str, index: u64) {
        let place = self.scene.place;
        let number = self.scene.world.number(place.account, place.region, prefix, index);
        self.text(prefix);
        self.out.push(b'0');
        hex16(number, self.out);
    }

    /// The id of a resource just made.
    fn fresh(&mut self, prefix: &str) {
        self.text(prefix);
        self.out.push(b'0');
        self.random.hex(16, self.out);
    }

    /// The unique id of something just made in IAM.
    fn fresh_unique(&mut self, prefix: &str) {
        self.text(prefix);
        let stem = &self.account().stem;
        self.text(stem);
        let letters = if prefix.ends_with("IA") { 8 } else { 9 };
        self.random.base32(letters, self.out);
    }

    /// A role of the account: each application has one for each thing that runs.
    fn role(&mut self) {
        let app = self.app();
        self.text(app);
        self.choose(&["-task", "-lambda", "-task-execution", "-instance", "-deploy"]);
    }

    fn bucket(&mut self) {
        let place = self.scene.place;
        let index = self.scene.app as u64 + 12 * self.random.below(4);
        let bucket = self.scene.world.bucket(place.account, place.region, index);
        self.text(&bucket);
    }

    fn secret(&mut self) {
        let kind = SECRETS[self.random.below(3) as usize];
        let secret = self.scene.world.secret(self.scene.place, self.scene.app, kind);
        self.text(&secret);
    }

    fn parameter(&mut self, names: &[&str]) {
        let environment = &self.account().environment;
        self.text(environment);
        self.out.push(b'/');
        let app = self.app();
        self.text(app);
        self.out.push(b'/');
        self.choose(names);
    }

    /// A pooled name: the application and a word.
    fn named(&mut self, words: &[&str]) {
        let app = self.app();
        self.text(app);
        self.out.push(b'-');
        self.choose(words);
    }

    /// One of the account's customer managed keys; each application has its own.
    fn key(&mut self) {
        let place = self.scene.place;
        let key = self.scene.world.kms_key(place.account, place.region, self.scene.app as u64);
        self.text(&key);
    }

    fn load_balancer(&mut self, kind: &str) {
        self.text("arn:aws:elasticloadbalancing:");
        let region = crate::world::REGIONS[self.scene.place.region].name;
        self.text(region);
        self.out.push(b':');
        let account = &self.account().id;
        self.text(account);
        self.text(kind);
        let app = self.app();
        self.text(app);
        self.out.push(b'/');
        let place = self.scene.place;
        let number = self.scene.world.number(place.account, place.region, kind, self.scene.app as u64);
        hex16(number, self.out);
    }
}

pub(super) const ROWS: &[Row] = &[
    ("instance", |p| p.pooled("i-")),
    ("volume", |p| p.pooled("vol-")),
    ("vpc", |p| {
        let index = p.random.below(2);
        p.numbered("vpc-", index)
    }),
    ("subnet", |p| {
        let index = p.random.below(6);
        p.numbered("subnet-", index)
    }),
    ("sg", |p| p.pooled("sg-")),
    ("eni", |p| p.pooled("eni-")),
    ("snapshot", |p| p.pooled("snap-")),
    ("ami", |p| {
        let index = p.random.below(6);
        p.numbered("ami-", index)
    }),
    ("rtb", |p| {
        let index = p.random.below(6);
        p.numbered("rtb-", index)
    }),
    ("nat", |p| {
        let index = p.random.below(3);
        p.numbered("nat-", index)
    }),
    ("flow_log", |p| {
        let index = p.random.below(2);
        p.numbered("fl-", index)
    }),
    ("launch_template", |p| {
        let index = p.scene.app as u64;
        p.numbered("lt-", index)
    }),
    ("instance_new", |p| p.fresh("i-")),
    ("volume_new", |p| p.fresh("vol-")),
    ("snapshot_new", |p| p.fresh("snap-")),
    ("subnet_new", |p| p.fresh("subnet-")),
    ("sg_new", |p| p.fresh("sg-")),
    ("eni_new", |p| p.fresh("eni-")),
    ("ami_new", |p| p.fresh("ami-")),
    ("new_role_id", |p| p.fresh_unique("AROA")),
    ("new_user_id", |p| p.fresh_unique("AIDA")),
    ("new_policy_id", |p| p.fresh_unique("ANPA")),
    ("new_profile_id", |p| p.fresh_unique("AIPA")),
    ("new_user_key", |p| p.fresh_unique("AKIA")),
    ("user_key", |p| {
        let index = p.random.below(4);
        let key = p.scene.world.unique("AKIA", p.scene.place.account, USERS[index as usize], 0);
        p.text(&key);
    }),
    ("bucket", |p| p.bucket()),
    ("prefix", |p| p.choose(&["2026/03/", "exports/", "", "uploads/", "daily/"])),
    ("object", |p| {
        p.choose(&["uploads/", "exports/daily/", "invoices/2026/", "media/", "models/"]);
        p.random.hex(12, p.out);
        p.choose(&[".json", ".csv.gz", ".parquet", ".pdf", ".jpg"]);
    }),
    ("kms", |p| p.key()),
    ("encryption_key", |p| {
        p.text("arn:aws:kms:");
        p.text(crate::world::REGIONS[p.scene.place.region].name);
        p.out.push(b':');
        p.text(&p.account().id);
        p.text(":key/");
        p.key();
    }),
    ("secret", |p| p.secret()),
    ("parameter", |p| p.parameter(&["db-host", "feature-flags", "log-level"])),
    ("parameter_b", |p| p.parameter(&["db-user", "queue-url", "timeout"])),
    ("parameter_path", |p| {
        p.out.push(b'/');
        p.text(&p.account().environment);
        p.out.push(b'/');
        p.text(p.app())
    }),
    ("function", |p| p.named(&["worker", "webhook", "resize", "sync", "report"])),
    ("dynamo", |p| p.named(&DATA)),
    ("table", |p| p.choose(&DATA)),
    ("queue", |p| p.named(&["jobs", "jobs-dead", "events"])),
    ("topic", |p| p.named(&["alerts", "events"])),
    ("db", |p| p.named(&["primary", "replica"])),
    ("db_snapshot", |p| p.named(&["before-migration", "weekly", "release"])),
    ("asg", |p| p.named(&["web", "workers"])),
    ("stack", |p| p.named(&["service", "network", "pipeline"])),
    ("notebook", |p| p.named(&["notebook", "explore"])),
    ("log_group", |p| {
        p.choose(&["/ecs/", "/aws/lambda/", "/app/"]);
        p.text(p.app());
    }),
    ("cluster", |p| {
        p.text(&p.account().environment);
        p.text("-main")
    }),
    ("eks", |p| {
        p.text(&p.account().environment);
        p.text("-eks")
    }),
    ("vault", |p| {
        p.text(&p.account().environment);
        p.text("-vault")
    }),
    ("target_group", |p| p.load_balancer(":targetgroup/")),
    ("load_balancer", |p| p.load_balancer(":loadbalancer/app/")),
    ("role", |p| p.role()),
    ("instance_profile", |p| {
        p.text(p.app());
        p.text("-instance")
    }),
    ("user", |p| {
        let index = p.random.below(4);
        p.text(USERS[index as usize])
    }),
    ("group", |p| p.choose(&["developers", "read-only"])),
    ("policy_name", |p| p.named(&["read-bucket", "publish-events", "use-key"])),
    ("policy_arn", |p| {
        if p.random.chance(350) {
            p.choose(&MANAGED);
        } else {
            p.text("arn:aws:iam::");
            p.text(&p.account().id);
            p.text(":policy/");
            p.named(&["read-bucket", "publish-events", "use-key"]);
        }
    }),
    ("trail", |p| {
        let management = p.scene.world.account(crate::world::AccountKind::Management);
        p.text("arn:aws:cloudtrail:us-east-1:");
        p.text(&p.scene.world.accounts[management].id);
        p.text(":trail/organization");
    }),
    ("detector", |p| {
        let place = p.scene.place;
        for half in 0..2 {
            hex16(p.scene.world.number(place.account, place.region, "detector", half), p.out);
        }
    }),
    ("zone", |p| {
        let number = p.scene.world.number(p.scene.place.account, 0, "zone", 0);
        p.text("Z0");
        for shift in 0..18 {
            p.out.push(b"ABCDEFGHJKMNPQRSTVWXYZ0123456789"[(number >> (shift * 3) & 31) as usize]);
        }
    }),
    ("scp", |p| p.choose(&["p-1s8ud0wq", "p-x92kmf4a", "p-b7qd11zt"])),
    ("profile", |p| p.random.uuid(p.out)),
    ("trust_anchor", |p| p.random.uuid(p.out)),
    ("private_ip", |p| {
        p.text("10.20.");
        p.number(0, 60);
        p.out.push(b'.');
        p.number(4, 250)
    }),
    ("private_dns", |p| {
        p.text("ip-10-20-");
        p.number(0, 60);
        p.out.push(b'-');
        p.number(4, 250);
        p.text(".ec2.internal")
    }),
    ("public_ip", |p| {
        p.text("3.120.");
        p.number(0, 250);
        p.out.push(b'.');
        p.number(1, 250)
    }),
];

/// Users with long-lived keys, kept for things that know no roles.
pub(crate) const USERS: [&str; 4] = ["svc-backup", "svc-mail-relay", "svc-legacy-erp", "svc-reporting"];

/// Managed policies that are attached in the ordinary course.
const MANAGED: [&str; 4] = [
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
];
