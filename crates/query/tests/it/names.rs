//! The tables of the tests: the documented Athena table of CloudTrail, flow logs, and a view with a schema.

use watchfire_query::{Column, Computed, Kind, Names};

fn text(names: &str) -> Vec<Column> {
    names.split_whitespace().map(|name| Column::new(name, Kind::Text)).collect()
}

fn identity() -> Kind {
    let issuer = Kind::Struct(text("type principalid arn accountid username"));
    let session = Kind::Struct(vec![
        Column::new("attributes", Kind::Struct(text("mfaauthenticated creationdate"))),
        Column::new("sessionissuer", issuer),
        Column::new("webidfederationdata", Kind::Struct(vec![Column::new("federatedprovider", Kind::Text)])),
    ]);
    let mut fields = text("type principalid arn accountid accesskeyid username invokedby");
    fields.push(Column::new("sessioncontext", session));
    Kind::Struct(fields)
}

pub(crate) fn names() -> Names {
    let mut cloudtrail = text(
        "eventversion eventsource eventname awsregion sourceipaddress useragent errorcode errormessage requestid eventid readonly eventtype \
         apiversion recipientaccountid sharedeventid vpcendpointid eventcategory account region year month",
    );
    cloudtrail.push(Column::new("eventtime", Kind::Moment));
    cloudtrail.push(Column::new("managementevent", Kind::Boolean));
    cloudtrail.push(Column::new("useridentity", identity()));
    for name in ["requestparameters", "responseelements", "additionaleventdata", "serviceeventdetails"] {
        cloudtrail.push(Column::new(name, Kind::JsonText));
    }
    cloudtrail.push(Column::new("resources", Kind::list(Kind::Struct(text("arn accountid type")))));
    cloudtrail.push(Column::new("tlsdetails", Kind::Struct(text("tlsversion ciphersuite clientprovidedhostheader"))));
    cloudtrail.push(Column::new("extra", Kind::map(Kind::Text)));
    cloudtrail.push(Column::new("timestamp", Kind::SlashDay));
    cloudtrail.push(Column::new("day", Kind::DashDay));
    let flow = text("account_id interface_id srcaddr dstaddr action");
    let mut names =
        Names::new().with("cloudtrail", cloudtrail).with("vpcflow", flow).with("ocsf.api_activity", text("class_uid time actor"));
    names = names.with("cloud_trail_mgmt_2_0", text("eventname accountid region eventday"));
    let columns = vec!["eventname".to_owned(), "extra".to_owned()];
    names.computed.push(Computed { name: "eventjson".into(), function: "event_json".into(), columns, kind: Kind::JsonText });
    names
}
