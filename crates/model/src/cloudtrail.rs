//! CloudTrail's record, field by field. Source: the CloudTrail user guide, "CloudTrail record contents", event version 1.11.

crate::record! {
    /// The table of CloudTrail's management, data, network activity and Insights records.
    "cloudtrail" {
        /// Version of the record format, such as 1.09.
        EVENT_VERSION "eventVersion" Text;
        /// Who made the call.
        USER_IDENTITY "userIdentity" Struct;
        /// Kind of identity: Root, IAMUser, AssumedRole, FederatedUser, AWSAccount, AWSService, IdentityCenterUser, SAMLUser, WebIdentityUser, Unknown.
        USER_IDENTITY_TYPE "userIdentity.type" Text;
        /// Unique id of the caller; for sessions the role's id, a colon and the session name.
        USER_IDENTITY_PRINCIPAL_ID "userIdentity.principalId" Text;
        /// ARN of the caller; for sessions the assumed-role ARN with the session name.
        USER_IDENTITY_ARN "userIdentity.arn" Text;
        /// Account of the caller.
        USER_IDENTITY_ACCOUNT_ID "userIdentity.accountId" Text;
        /// Access key that signed the call.
        USER_IDENTITY_ACCESS_KEY_ID "userIdentity.accessKeyId" Text;
        /// Friendly name of the calling user.
        USER_IDENTITY_USER_NAME "userIdentity.userName" Text;
        /// AWS service that called on the identity's behalf.
        USER_IDENTITY_INVOKED_BY "userIdentity.invokedBy" Text;
        /// Provider of a federated identity.
        USER_IDENTITY_IDENTITY_PROVIDER "userIdentity.identityProvider" Text;
        /// Credential of an Identity Center bearer token.
        USER_IDENTITY_CREDENTIAL_ID "userIdentity.credentialId" Text;
        /// Identity Center user behind the call.
        USER_IDENTITY_ON_BEHALF_OF "userIdentity.onBehalfOf" Struct;
        /// Service or resource the credentials were issued to (event version 1.11).
        USER_IDENTITY_IN_SCOPE_OF "userIdentity.inScopeOf" Struct;
        /// Session of temporary credentials.
        USER_IDENTITY_SESSION_CONTEXT "userIdentity.sessionContext" Struct;
        /// Role or user whose session it is.
        SESSION_ISSUER "userIdentity.sessionContext.sessionIssuer" Struct;
        /// Kind of identity that issued the session: Role, IAMUser, Root.
        SESSION_ISSUER_TYPE "userIdentity.sessionContext.sessionIssuer.type" Text;
        /// Unique id of the session's role or user.
        SESSION_ISSUER_PRINCIPAL_ID "userIdentity.sessionContext.sessionIssuer.principalId" Text;
        /// ARN of the session's role or user.
        SESSION_ISSUER_ARN "userIdentity.sessionContext.sessionIssuer.arn" Text;
        /// Account of the session's role or user.
        SESSION_ISSUER_ACCOUNT_ID "userIdentity.sessionContext.sessionIssuer.accountId" Text;
        /// Name of the session's role or user.
        SESSION_ISSUER_USER_NAME "userIdentity.sessionContext.sessionIssuer.userName" Text;
        /// When and how the session was opened.
        SESSION_ATTRIBUTES "userIdentity.sessionContext.attributes" Struct;
        /// When the session's credentials were issued.
        SESSION_CREATION_DATE "userIdentity.sessionContext.attributes.creationDate" Text;
        /// Whether the session was opened with MFA, as the text true or false.
        SESSION_MFA_AUTHENTICATED "userIdentity.sessionContext.attributes.mfaAuthenticated" Text;
        /// Identity that the first caller of a role chain declared.
        SESSION_SOURCE_IDENTITY "userIdentity.sessionContext.sourceIdentity" Text;
        /// Instance metadata version that delivered a role's credentials: 1.0 or 2.0.
        SESSION_EC2_ROLE_DELIVERY "userIdentity.sessionContext.ec2RoleDelivery" Text;
        /// Identity provider of a session opened with a web identity.
        SESSION_WEB_ID_FEDERATION_DATA "userIdentity.sessionContext.webIdFederationData" Struct;
        /// Identity provider that vouched for the caller.
        SESSION_WEB_ID_FEDERATED_PROVIDER "userIdentity.sessionContext.webIdFederationData.federatedProvider" Text;
        /// What the identity provider said: application id, user id, audience.
        SESSION_WEB_ID_ATTRIBUTES "userIdentity.sessionContext.webIdFederationData.attributes" Json;
        /// When the call was made, UTC.
        EVENT_TIME "eventTime" Time;
        /// Service that was called, such as ec2.amazonaws.com.
        EVENT_SOURCE "eventSource" Text;
        /// API that was called; some services append an API date.
        EVENT_NAME "eventName" Text;
        /// Region that was called.
        AWS_REGION "awsRegion" Text;
        /// Address of the caller, or the name of the AWS service that called.
        SOURCE_IP_ADDRESS "sourceIPAddress" Text;
        /// Agent that made the call.
        USER_AGENT "userAgent" Text;
        /// Error when the call failed.
        ERROR_CODE "errorCode" Text;
        /// Description of the error.
        ERROR_MESSAGE "errorMessage" Text;
        /// Parameters sent with the call; shape by API.
        REQUEST_PARAMETERS "requestParameters" Json;
        /// Answer of a call that changes something; shape by API.
        RESPONSE_ELEMENTS "responseElements" Json;
        /// Further data of the service; shape by API.
        ADDITIONAL_EVENT_DATA "additionalEventData" Json;
        /// The service's id of the request.
        REQUEST_ID "requestID" Text;
        /// Unique id of the record.
        EVENT_ID "eventID" Text;
        /// Kind of record: AwsApiCall, AwsServiceEvent, AwsConsoleAction, AwsConsoleSignIn, AwsCloudTrailInsight, AwsVpceEvent.
        EVENT_TYPE "eventType" Text;
        /// Version of the called API.
        API_VERSION "apiVersion" Text;
        /// Whether the record is a management event.
        MANAGEMENT_EVENT "managementEvent" Bool;
        /// Whether the call only reads.
        READ_ONLY "readOnly" Bool;
        /// Resources touched: account, type and ARN of each.
        RESOURCES "resources" Struct;
        /// Account that received the record.
        RECIPIENT_ACCOUNT_ID "recipientAccountId" Text;
        /// Details of an event that AWS made itself.
        SERVICE_EVENT_DETAILS "serviceEventDetails" Json;
        /// Id that the records of one call in several accounts share.
        SHARED_EVENT_ID "sharedEventID" Text;
        /// VPC endpoint through which the call came.
        VPC_ENDPOINT_ID "vpcEndpointId" Text;
        /// Account that owns the VPC endpoint.
        VPC_ENDPOINT_ACCOUNT_ID "vpcEndpointAccountId" Text;
        /// Management, Data, NetworkActivity or Insight.
        EVENT_CATEGORY "eventCategory" Text;
        /// Why the record is late or was amended.
        ADDENDUM "addendum" Struct;
        /// Whether the call was made in a console session.
        SESSION_CREDENTIAL_FROM_CONSOLE "sessionCredentialFromConsole" Text;
        /// Edge device that sent the call.
        EDGE_DEVICE_DETAILS "edgeDeviceDetails" Struct;
        /// TLS version, cipher suite and host name of the call.
        TLS_DETAILS "tlsDetails" Struct;
        /// TLS version of the call.
        TLS_VERSION "tlsDetails.tlsVersion" Text;
        /// Cipher suite of the call.
        TLS_CIPHER_SUITE "tlsDetails.cipherSuite" Text;
        /// Host name that the client asked for.
        TLS_HOST_HEADER "tlsDetails.clientProvidedHostHeader" Text;
        /// Details of an Insights record.
        INSIGHT_DETAILS "insightDetails" Struct;
        /// Context keys and tags that CloudTrail was asked to add.
        EVENT_CONTEXT "eventContext" Json;
    }
}
