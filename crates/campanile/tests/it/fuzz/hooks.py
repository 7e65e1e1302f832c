"""What the fuzzer has to know of this API: which token each operation asks for."""

import os

import schemathesis


# Tokens differ from operation to operation, so none is kept for the next.
@schemathesis.auth(refresh_interval=None)
class TokenOfScope:
    """The document names a scope for each operation, and the test brings a token for each scope."""

    def get(self, case, context):
        demands = case.operation.definition.raw.get("security")
        if not demands:
            return None
        scope = demands[0]["bearer"][0]
        return os.environ["TOKEN_" + scope.replace(":", "_").upper()]

    def set(self, case, data, context):
        if data is not None:
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives valid requests about a notification one that is there: a made-up id only ever finds 404.

    Deletions keep theirs, or soon nothing would be left; so does the stateful phase, which follows
    the document's links.
    """
    meta = case.meta
    if meta is None or meta.generation.mode.value != "positive" or meta.phase.name.value == "stateful":
        return
    path = case.operation.path
    if path.startswith("/api/v1/notifications/{id}/"):
        case.path_parameters["id"] = os.environ["NOTIFICATION_ID"]
    elif path.startswith("/api/v1/fanouts/{id}"):
        case.path_parameters["id"] = os.environ["FANOUT_ID"]
    elif path.startswith("/api/v1/admin/api-keys/{id}") and case.method != "DELETE":
        case.path_parameters["id"] = os.environ["API_KEY_ID"]
    elif path.startswith("/api/v1/admin/tenants/{tenant}") and case.method != "DELETE":
        case.path_parameters["tenant"] = "fuzzed"
    elif path.startswith("/api/v1/topics/{key}"):
        case.path_parameters["key"] = "news"
