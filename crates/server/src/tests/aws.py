"""boto3 against Watchfire: what it sends is taken, what it gets is what it expects."""
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, key, secret, viewer_key, viewer_secret = sys.argv[1:]
config = Config(retries={"max_attempts": 1})


def client(service, key=key, secret=secret, region="eu-central-1"):
    return boto3.client(service, endpoint_url=endpoint, region_name=region, aws_access_key_id=key,
                        aws_secret_access_key=secret, config=config)


def refused(call, code, status=None):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert status is None or error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error.response
        assert error.response["ResponseMetadata"].get("RequestId"), error.response
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


events = client("events")
assert events.put_rule(Name="r", EventPattern='{"source":["my.app"]}')["RuleArn"].endswith(":rule/r")
done = events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:eu-central-1:111122223333:q"}])
assert done["FailedEntryCount"] == 0, done
assert [rule["Name"] for rule in events.list_rules()["Rules"]] == ["r"]
assert events.describe_rule(Name="r")["State"] == "ENABLED"
assert events.list_targets_by_rule(Rule="r")["Targets"][0]["Id"] == "1"
assert events.list_rule_names_by_target(TargetArn="arn:aws:sqs:eu-central-1:111122223333:q")["RuleNames"] == ["r"]
events.disable_rule(Name="r")
assert events.describe_rule(Name="r")["State"] == "DISABLED"
put = events.put_events(Entries=[{"Source": "my.app", "DetailType": "order", "Detail": json.dumps({"é": 1})}, {"Source": "x"}])
assert put["FailedEntryCount"] == 1 and put["Entries"][0]["EventId"], put
event = {"id": "1", "detail-type": "t", "source": "a", "account": "1", "time": "2026-03-02T09:14:07Z", "region": "r",
         "resources": [], "detail": {}}
assert events.test_event_pattern(EventPattern='{"source":["a"]}', Event=json.dumps(event))["Result"] is True
refused(lambda: events.put_rule(Name="x", EventPattern="{"), "InvalidEventPatternException", 400)
refused(lambda: events.describe_rule(Name="none"), "ResourceNotFoundException", 400)
refused(lambda: events.put_events(Entries=[{"Source": "a"}] * 11), "ValidationException", 400)
events.remove_targets(Rule="r", Ids=["1"])
events.delete_rule(Name="r")
assert events.create_event_bus(Name="b")["EventBusArn"].endswith("event-bus/b")
assert len(events.list_event_buses()["EventBuses"]) == 2
events.tag_resource(ResourceARN=events.describe_event_bus(Name="b")["Arn"], Tags=[{"Key": "k", "Value": "v"}])
events.delete_event_bus(Name="b")
refused(lambda: client("events", secret="x" * 40).list_rules(), "InvalidSignatureException", 400)
refused(lambda: client("events", key="AKIAIOSFODNN7EXAMPLE").list_rules(), "UnrecognizedClientException", 400)

viewer = client("events", viewer_key, viewer_secret)
viewer.list_rules()
refused(lambda: viewer.put_rule(Name="x", EventPattern='{"source":["a"]}'), "AccessDeniedException", 400)

hub = client("securityhub")
assert hub.describe_hub()["HubArn"].endswith("hub/default")
product = "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default"
finding = {
    "SchemaVersion": "2018-10-08", "Id": "f-1", "GeneratorId": "g", "AwsAccountId": "111122223333", "ProductArn": product,
    "CreatedAt": "2026-03-02T09:14:07Z", "UpdatedAt": "2026-03-02T09:14:07Z", "Title": "t", "Description": "d",
    "Types": ["TTPs"], "Severity": {"Label": "HIGH"}, "Resources": [{"Type": "Other", "Id": "r"}],
}
assert hub.batch_import_findings(Findings=[finding, {**finding, "Id": "f-2"}])["SuccessCount"] == 2
label = {"SeverityLabel": [{"Value": "HIGH", "Comparison": "EQUALS"}]}
pages = hub.get_paginator("get_findings").paginate(Filters=label, PaginationConfig={"PageSize": 1})
found = [finding for page in pages for finding in page["Findings"]]
assert sorted(finding["Id"] for finding in found) == ["f-1", "f-2"], found
done = hub.batch_update_findings(FindingIdentifiers=[{"Id": "f-1", "ProductArn": product}], Workflow={"Status": "NOTIFIED"},
                                 Note={"Text": "n", "UpdatedBy": "me"})
assert len(done["ProcessedFindings"]) == 1, done
assert hub.get_findings(Filters={"WorkflowStatus": [{"Value": "NOTIFIED", "Comparison": "EQUALS"}]})["Findings"][0]["Id"] == "f-1"
arn = hub.create_insight(Name="i", Filters=label, GroupByAttribute="Title")["InsightArn"]
assert hub.get_insight_results(InsightArn=arn)["InsightResults"]["ResultValues"] == [{"GroupByAttributeValue": "t", "Count": 2}]
assert any(insight["InsightArn"] == arn for insight in hub.get_insights()["Insights"])
hub.update_insight(InsightArn=arn, Name="j")
hub.delete_insight(InsightArn=arn)
refused(lambda: hub.get_insight_results(InsightArn=arn), "ResourceNotFoundException", 404)
rule = hub.create_automation_rule(RuleOrder=1, RuleName="r", Description="d", Criteria=label, Actions=[
    {"Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": {"Workflow": {"Status": "SUPPRESSED"}}}])["RuleArn"]
assert hub.list_automation_rules()["AutomationRulesMetadata"][0]["RuleArn"] == rule
assert hub.batch_delete_automation_rules(AutomationRulesArns=[rule])["ProcessedAutomationRules"] == [rule]
refused(lambda: hub.get_findings(Filters={}, MaxResults=1000), "InvalidInputException", 400)
refused(lambda: client("securityhub", secret="x" * 40).describe_hub(), "InvalidSignatureException", 403)
watcher = client("securityhub", viewer_key, viewer_secret)
watcher.get_findings()
refused(lambda: watcher.batch_import_findings(Findings=[finding]), "AccessDeniedException", 403)
print("all as AWS")
