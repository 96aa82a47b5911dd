"""Requests as AWS's own library sends them, signed, as JSON on stdout: what crates/trust must accept.

sign.py           the calls and the oddities below
sign.py COUNT SEED    so many requests made by chance
"""

import json
import random
import sys
import urllib.parse

import botocore.session
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import Credentials

KEY, SECRET = "AKWFABCDEFGHIJKLMNOP", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REGION = "eu-central-1"
CREDENTIALS = Credentials(KEY, SECRET)
ARN = "arn:aws:securityhub:eu-central-1:111122223333:insight/111122223333/custom/a b%é"

cases = []


def keep(name, service, prepared):
    """Notes a prepared request as it goes over the wire; the HTTP client adds the host."""
    address = urllib.parse.urlsplit(prepared.url)
    texts = ((key, value.decode() if isinstance(value, bytes) else str(value)) for key, value in prepared.headers.items())
    headers = [[key, value] for key, value in texts if key.lower() != "user-agent"]  # unsigned, and tells of the machine
    if not any(key.lower() == "host" for key, _ in headers):
        headers.append(["Host", address.netloc])
    body = prepared.body or b""
    if isinstance(body, str):
        body = body.encode()
    if hasattr(body, "read"):
        body = body.read()
    cases.append(
        {
            "name": name,
            "service": service,
            "method": prepared.method,
            "path": address.path or "/",
            "query": address.query,
            "headers": headers,
            "body": body.decode(),
        }
    )


def calls():
    """What clients send: the request is caught on its way out."""
    session = botocore.session.Session()
    session.set_credentials(KEY, SECRET)
    entry = {"Source": "my.app", "DetailType": "order", "Detail": json.dumps({"text": "Grüße  \u2028 & %"})}
    insight = {"Name": "by severity", "Filters": {}, "GroupByAttribute": "SeverityLabel"}
    wanted = [
        ("events", "put_events", {"Entries": [entry]}),
        ("events", "list_rules", {}),
        ("events", "put_rule", {"Name": "all", "EventPattern": '{"source":[{"prefix":""}]}'}),
        ("logs", "put_log_events", {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "m"}]}),
        ("securityhub", "get_findings", {"MaxResults": 5}),
        ("securityhub", "create_insight", insight),
        ("securityhub", "get_insight_results", {"InsightArn": ARN}),
        ("securityhub", "delete_insight", {"InsightArn": ARN + "/../x"}),
        ("securityhub", "list_enabled_products_for_import", {"MaxResults": 7, "NextToken": "a+b/c= d&é~"}),
        ("guardduty", "list_findings", {"DetectorId": "12abc34d567e8fa901bc2d34e56789f0"}),
        ("cloudtrail", "lookup_events", {}),
        ("athena", "list_work_groups", {}),
        ("sts", "get_caller_identity", {}),
        ("sns", "list_topics", {}),
    ]
    for service, operation, parameters in wanted:
        client = session.create_client(service, region_name=REGION, endpoint_url="http://127.0.0.1:8642")

        def caught(request, service=service, operation=operation, **_):
            keep(f"{service} {operation}", service, request)
            return AWSResponse(request.url, 500, {}, None)

        client.meta.events.register("before-send.*", caught)
        client.meta.config.retries = {"max_attempts": 0}
        try:
            getattr(client, operation)(**parameters)
        except Exception:  # the answer is none; the request is what is wanted
            pass
    sts = session.create_client("sts", region_name=REGION, endpoint_url="https://sts.example.org")
    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=900, HttpMethod="GET")
    keep("sts get_caller_identity, as an address", "sts", AWSRequest("GET", url).prepare())


def signed(name, method, url, headers=(), body=b"", auth=SigV4Auth, service="events", **more):
    request = AWSRequest(method=method, url=url, data=body)
    for key, value in headers:
        request.headers[key] = value
    auth(CREDENTIALS, service, REGION, **more).add_auth(request)
    keep(name, service, request.prepare())


def oddities():
    base = "https://events.example.org"
    signed("no path", "GET", base)
    signed("dots and empty segments", "GET", base + "/a/./b//c/../d/")
    signed("above the root", "GET", base + "/../../a/..")
    signed("encoded slashes and spaces", "GET", base + "/a%2Fb/c%20d/%C3%A9/e+f/g:h@i")
    signed("small hexadecimal digits", "GET", base + "/a%2fb")
    signed("queries out of order", "GET", base + "/?b=2&a=3&b=1&a=&c&A=1")
    signed("queries with encoded parts", "GET", base + "/?k%20=v%2Fw%3D&%C3%A9=%25&t=~-._")
    signed("headers with much space", "POST", base + "/", [("X-Amz-Meta-A", "  a   b\t c  "), ("My-Header", "x,y , z")], b"{}")
    signed("a body that is not ASCII", "POST", base + "/", [("Content-Type", "application/json")], "{\"ä\": \"\u2603\"}".encode())
    signed("a body that is left unsigned", "POST", base + "/", [("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD")], b"{}")
    signed("dated by the Date header", "GET", base + "/", [("Date", "x")])
    signed("another port", "PUT", "http://localhost:8642/x", [], b"x")
    signed("an address", "GET", base + "/a%20b?x=1&y=%2F", auth=SigV4QueryAuth, expires=60)
    signed("an address with headers", "DELETE", base + "/", [("X-Amz-Target", "AWSEvents.DeleteRule")], auth=SigV4QueryAuth, expires=604800)


def chance(count, seed):
    dice = random.Random(seed)
    letters = "abcXYZ019-._~ /?&=%+:@!$'()*,;é☃\u00a0"

    def text(most):
        return "".join(dice.choice(letters) for _ in range(dice.randint(0, most)))

    for number in range(count):
        segments = [dice.choice([urllib.parse.quote(text(8), safe=""), "x", "..", "."]) for _ in range(dice.randint(0, 5))]
        names = [text(5) or "n" for _ in range(dice.randint(0, 5))]
        query = "&".join(f"{urllib.parse.quote(name, safe='')}={urllib.parse.quote(text(6), safe='')}" for name in names)
        url = "https://events.example.org/" + "/".join(segments) + ("?" + query if query else "")
        headers = [(f"X-Amz-H{index}", " ".join(dice.choice(["a", "b,c", "", "="]) for _ in range(4))) for index in range(dice.randint(0, 4))]
        body = text(40).encode()
        auth = dice.choice([SigV4Auth, SigV4QueryAuth])
        if auth is SigV4QueryAuth:
            body = b""
        method = dice.choice(["GET", "POST", "PUT", "DELETE", "PATCH"])
        service = dice.choice(["events", "securityhub"])
        signed(f"chance {number}", method, url, headers, body, auth, service)


if len(sys.argv) > 1:
    chance(int(sys.argv[1]), int(sys.argv[2]))
else:
    calls()
    oddities()
print("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]")
