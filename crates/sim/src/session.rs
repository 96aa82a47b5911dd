//! Who calls: identities as CloudTrail records them, with the credentials, address and program in use.

use crate::agent::Agent;
use crate::random::text;
use crate::stamp::iso;
use crate::world::World;

/// How a call reaches AWS; decides what the record says of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Over the internet, with TLS details.
    Internet,
    /// From the console in a browser.
    Console,
    /// Made by a service of AWS; address and agent are its name.
    Service,
    /// Through an interface endpoint of a private network.
    Endpoint(String),
}

/// One identity with its credentials in use.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The text of `userIdentity`.
    pub(crate) identity: String,
    /// The ARN in use; empty for services.
    pub(crate) arn: String,
    /// `AROA…:session` or `AIDA…`.
    pub(crate) principal: String,
    /// The name of the user or role.
    pub(crate) name: String,
    /// The account of the identity, by its place in the organisation.
    pub(crate) account: usize,
    /// The role behind a session.
    pub(crate) role_arn: String,
    pub(crate) role_id: String,
    /// The session's name.
    pub(crate) session: String,
    pub(crate) key: String,
    pub(crate) started: i64,
    pub(crate) address: String,
    pub(crate) agent: Agent,
    pub(crate) channel: Channel,
    /// Provider and subject, when the session was opened with a web identity.
    pub(crate) web: Option<(String, String)>,
}

/// What a session of a role is made of.
pub(crate) struct Role<'a> {
    pub(crate) account: usize,
    /// The path before the name, as `/` or `/aws-service-role/config.amazonaws.com/`.
    pub(crate) path: &'a str,
    pub(crate) name: &'a str,
    pub(crate) session: &'a str,
    pub(crate) started: i64,
    pub(crate) key: String,
    pub(crate) scope: Scope<'a>,
}

/// Where the credentials of a role's session were issued.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// By a call to STS.
    Issued,
    /// To an instance, through its metadata service.
    Instance(&'a str),
    /// To a function.
    Function(&'a str),
    /// To a holder of a token of this provider.
    Web(&'a str),
    /// To a service of AWS that calls on its own.
    Linked(&'a str),
}

impl Session {
    /// A role's session that calls over the internet; change what differs.
    pub(crate) fn of_role(world: &World, role: &Role<'_>, address: String, agent: Agent) -> Session {
        let account = &world.accounts[role.account].id;
        let role_id = world.unique("AROA", role.account, role.name, 0);
        let arn = format!("arn:aws:sts::{account}:assumed-role/{}/{}", role.name, role.session);
        let role_arn = format!("arn:aws:iam::{account}:role{}{}", role.path, role.name);
        let principal = format!("{role_id}:{}", role.session);
        let started = text(|out| iso(role.started, out));
        let (mut web, mut delivery, mut tail) = (String::new(), "", String::new());
        match role.scope {
            Scope::Issued => {}
            Scope::Web(provider) => web = format!(r#","webIdFederationData":{{"federatedProvider":"{provider}","attributes":{{}}}}"#),
            Scope::Instance(arn) => {
                delivery = r#","ec2RoleDelivery":"2.0""#;
                tail = format!(r#","inScopeOf":{{"issuerType":"AWS::EC2::Instance","credentialsIssuedTo":"{arn}"}}"#);
            }
            Scope::Function(arn) => {
                tail = format!(r#","inScopeOf":{{"issuerType":"AWS::Lambda::Function","credentialsIssuedTo":"{arn}"}}"#)
            }
            Scope::Linked(service) => tail = format!(r#","invokedBy":"{service}""#),
        }
        let key = &role.key;
        let name = role.name;
        let identity = format!(
            r#"{{"type":"AssumedRole","principalId":"{principal}","arn":"{arn}","accountId":"{account}","accessKeyId":"{key}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"{role_id}","arn":"{role_arn}","accountId":"{account}","userName":"{name}"}}{web},"attributes":{{"creationDate":"{started}","mfaAuthenticated":"false"}}{delivery}}}{tail}}}"#
        );
        Session {
            identity,
            arn,
            principal,
            name: name.to_owned(),
            account: role.account,
            role_arn,
            role_id,
            session: role.session.to_owned(),
            key: role.key.clone(),
            started: role.started,
            address,
            agent,
            channel: Channel::Internet,
            web: None,
        }
    }

    /// A session of a service's own role: the service is both caller and place.
    pub(crate) fn of_linked_role(world: &World, role: &Role<'_>, service: &'static str) -> Session {
        let mut session = Session::of_role(world, role, service.to_owned(), Agent::fixed(service));
        session.channel = Channel::Service;
        session
    }

    /// An IAM user with a long-lived key.
    pub(crate) fn of_user(world: &World, account: usize, name: &str, key: String, address: String, agent: Agent) -> Session {
        let mut session = Session::bare(account, address, agent);
        let id = &world.accounts[account].id;
        session.principal = world.unique("AIDA", account, name, 0);
        session.arn = format!("arn:aws:iam::{id}:user/{name}");
        session.identity = format!(
            r#"{{"type":"IAMUser","principalId":"{}","arn":"{}","accountId":"{id}","accessKeyId":"{key}","userName":"{name}"}}"#,
            session.principal, session.arn
        );
        session.name = name.to_owned();
        session.session = name.to_owned();
        session.key = key;
        session
    }

    /// An IAM user in the console: temporary credentials, with or without a second factor.
    pub(crate) fn of_console_user(
        world: &World,
        account: usize,
        name: &str,
        started: i64,
        mfa: bool,
        address: String,
        agent: Agent,
    ) -> Session {
        let key = world.unique("ASIA", account, name, started as u64);
        let mut session = Session::of_user(world, account, name, key, address, agent);
        let started_text = text(|out| iso(started, out));
        session.identity.pop();
        session
            .identity
            .push_str(&format!(r#","sessionContext":{{"attributes":{{"creationDate":"{started_text}","mfaAuthenticated":"{mfa}"}}}}}}"#));
        session.started = started;
        session.channel = Channel::Console;
        session
    }

    /// The same user at the sign-in page, before any key exists.
    pub(crate) fn signing_in(&self) -> Session {
        let mut session = self.clone();
        let account = session.arn.split(':').nth(4).unwrap_or_default().to_owned();
        session.identity = format!(
            r#"{{"type":"IAMUser","principalId":"{}","arn":"{}","accountId":"{account}","userName":"{}"}}"#,
            session.principal, session.arn, session.name
        );
        session.channel = Channel::Internet;
        session
    }

    /// A holder of a federation token that a user gave.
    pub(crate) fn of_federated(world: &World, by: &Session, name: &str, started: i64, key: String) -> Session {
        let id = &world.accounts[by.account].id;
        let mut session = by.clone();
        session.arn = format!("arn:aws:sts::{id}:federated-user/{name}");
        session.principal = format!("{id}:{name}");
        let started_text = text(|out| iso(started, out));
        session.identity = format!(
            r#"{{"type":"FederatedUser","principalId":"{}","arn":"{}","accountId":"{id}","accessKeyId":"{key}","sessionContext":{{"sessionIssuer":{{"type":"IAMUser","principalId":"{}","arn":"{}","accountId":"{id}","userName":"{}"}},"attributes":{{"creationDate":"{started_text}","mfaAuthenticated":"false"}}}}}}"#,
            session.principal, session.arn, by.principal, by.arn, by.name
        );
        session.session = name.to_owned();
        session.key = key;
        session.started = started;
        session
    }

    /// A service of AWS acting as itself, as when it takes up a role.
    pub(crate) fn of_service(account: usize, service: &'static str) -> Session {
        let mut session = Session::bare(account, service.to_owned(), Agent::fixed(service));
        session.identity = format!(r#"{{"type":"AWSService","invokedBy":"{service}"}}"#);
        session.channel = Channel::Service;
        session
    }

    /// What a service reports of itself (`AwsServiceEvent`).
    pub(crate) fn of_service_event(world: &World, account: usize, service: &'static str) -> Session {
        let mut session = Session::of_service(account, service);
        session.identity = format!(r#"{{"accountId":"{}","invokedBy":"{service}"}}"#, world.accounts[account].id);
        session
    }

    /// A holder of a web identity before any role is taken up.
    pub(crate) fn of_web_identity(account: usize, provider: String, subject: &str, address: String, agent: Agent) -> Session {
        let mut session = Session::bare(account, address, agent);
        session.identity = format!(
            r#"{{"type":"WebIdentityUser","principalId":"{provider}:sts.amazonaws.com:{subject}","userName":"{subject}","identityProvider":"{provider}"}}"#
        );
        session.web = Some((provider, subject.to_owned()));
        session
    }

    /// Somebody in another account, as the trusting account sees it.
    pub(crate) fn of_account(account: usize, principal: &str, id: &str, address: String, agent: Agent) -> Session {
        let mut session = Session::bare(account, address, agent);
        session.identity = format!(r#"{{"type":"AWSAccount","principalId":"{principal}","accountId":"{id}"}}"#);
        session
    }

    /// Somebody of the directory of IAM Identity Center.
    pub(crate) fn of_directory_user(world: &World, account: usize, email: &str, address: String, agent: Agent) -> Session {
        let mut session = Session::bare(account, address, agent);
        let user = format!("{:016x}", world.number(account, 0, email, 0));
        let credential = world.kms_key(account, 0, world.number(account, 0, email, 1) >> 8);
        session.identity = format!(
            r#"{{"type":"IdentityCenterUser","accountId":"{}","onBehalfOf":{{"userId":"{}-{}","identityStoreArn":"arn:aws:identitystore::{}:identitystore/d-{}"}},"credentialId":"{credential}"}}"#,
            world.accounts[account].id,
            &user[..10],
            world.kms_key(account, 0, 77),
            world.accounts[account].id,
            &user[6..16]
        );
        session
    }

    fn bare(account: usize, address: String, agent: Agent) -> Session {
        Session {
            identity: String::new(),
            arn: String::new(),
            principal: String::new(),
            name: String::new(),
            account,
            role_arn: String::new(),
            role_id: String::new(),
            session: String::new(),
            key: String::new(),
            started: 0,
            address,
            agent,
            channel: Channel::Internet,
            web: None,
        }
    }

    /// The same credentials in other hands: another address, another program.
    pub(crate) fn from(&self, address: &str, agent: Agent) -> Session {
        let mut session = self.clone();
        session.address = address.to_owned();
        session.agent = agent;
        session.channel = Channel::Internet;
        session
    }
}
