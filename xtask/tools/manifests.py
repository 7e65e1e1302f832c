"""Checks rendered manifests: custom resources against their JSON schemas, and what every pod of ours must have.

Usage: manifests.py SCHEMAS FILE...

SCHEMAS is a folder with `<group>/<kind>_<version>.json` that is looked into before the folder beside this file. The schemas of
CRDs do not forbid unknown fields, and an API server drops them silently, so they are forbidden here.
"""

import json
import pathlib
import sys

import jsonschema
import yaml

OWN_SCHEMAS = pathlib.Path(__file__).with_name("schemas")
# Groups of the Kubernetes API itself, which kubernetes-validate checks.
CORE = ("", "apps", "autoscaling", "batch", "policy")
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job")
# Secrets that hold more than the pods of a name may have.
NOT_FOR = {"campanile-worker": ("campanile-api", "campanile-owner"), "campanile-api": ("campanile-owner",)}
METADATA_SERVICE = "169.254.0.0/16"


def strict(schema):
    """Forbids unknown fields wherever a schema lists the known ones."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        schema.setdefault("additionalProperties", False)
    # Go's regular expressions and Python's differ; formats say the same.
    return schema


def schema_of(folder, group, kind, version):
    name = f"{kind.lower()}_{version}.json"
    for place in (folder, OWN_SCHEMAS):
        path = place / group / name
        if path.is_file():
            schema = strict(json.loads(path.read_text()))
            # Every object has metadata, which the API server checks.
            schema["properties"]["metadata"] = {"type": "object"}
            return schema
    return None


def custom_resource(folder, thing):
    """The faults of a custom resource."""
    group, _, version = thing["apiVersion"].rpartition("/")
    schema = schema_of(folder, group, thing["kind"], version)
    if schema is None:
        yield f"no schema {group}/{thing['kind'].lower()}_{version}.json"
        return
    for error in jsonschema.Draft7Validator(schema).iter_errors(thing):
        yield f"{error.json_path}: {error.message[:300]}"


def container(one, long_lived):
    """The faults of a container."""
    context = one.get("securityContext", {})
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if context.get("readOnlyRootFilesystem") is not True:
        yield "its root file system can be written"
    if context.get("capabilities", {}).get("drop") != ["ALL"]:
        yield "it keeps capabilities"
    resources = one.get("resources", {})
    for kind, what in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
        if what not in resources.get(kind, {}):
            yield f"no {kind} of {what}"
    if ":" not in one["image"].rpartition("/")[2] or one["image"].endswith(":latest"):
        yield f"the image {one['image']} has no fixed tag"
    if long_lived and "readinessProbe" not in one:
        yield "no readinessProbe"


def workload(thing):
    """The faults of what makes pods."""
    spec = thing["spec"]["template"]["spec"]
    if spec.get("automountServiceAccountToken") is not False:
        yield "its pods get a token of the Kubernetes API"
    if spec.get("securityContext", {}).get("runAsNonRoot") is not True:
        yield "its pods may run as root"
    if spec.get("securityContext", {}).get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "no seccomp profile"
    for one in spec["containers"] + spec.get("initContainers", []):
        long_lived = thing["kind"] != "Job" and one in spec["containers"]
        yield from (f"container {one['name']}: {fault}" for fault in container(one, long_lived))
        name = thing["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"]
        for source in one.get("envFrom", []):
            secret = source.get("secretRef", {}).get("name")
            if secret in NOT_FOR.get(name, ()):
                yield f"container {one['name']}: reads the Secret {secret}"
    if thing["kind"] == "Deployment" and thing["metadata"]["name"].startswith(("campanile-api", "campanile-worker")):
        main = spec["containers"][0]
        for needed in ("startupProbe", "livenessProbe", "lifecycle"):
            if needed not in main:
                yield f"container {main['name']}: no {needed}"
        if any("pod-template-hash" not in one.get("matchLabelKeys", []) for one in spec["topologySpreadConstraints"]):
            yield "a spread constraint counts the pods of other revisions"


def network_policy(thing):
    """The faults of a network policy: no block of addresses may hold the metadata service."""
    for rule in thing["spec"].get("egress", []):
        for peer in rule.get("to", []):
            block = peer.get("ipBlock", {})
            if block.get("cidr") == "0.0.0.0/0" and METADATA_SERVICE not in block.get("except", []):
                yield "it allows calls to the metadata service"


def budgets(things):
    """Long-lived pods without a disruption budget."""
    covered = [thing["spec"]["selector"]["matchLabels"] for thing in things if thing["kind"] == "PodDisruptionBudget"]
    for thing in things:
        if thing["kind"] in ("Deployment", "StatefulSet"):
            labels = thing["spec"]["template"]["metadata"]["labels"].items()
            if not any(budget.items() <= labels for budget in covered):
                yield f"{thing['kind']} {thing['metadata']['name']}: no PodDisruptionBudget"


def main(schemas, files):
    faults, checked, custom = [], 0, 0
    for file in files:
        things = [thing for thing in yaml.safe_load_all(pathlib.Path(file).read_text()) if thing]
        found = []
        for thing in things:
            of_thing = []
            group = thing["apiVersion"].rpartition("/")[0]
            if group not in CORE and not group.endswith(".k8s.io"):
                custom += 1
                of_thing += custom_resource(pathlib.Path(schemas), thing)
            if thing["kind"] in WORKLOADS:
                of_thing += workload(thing)
            if thing["kind"] == "NetworkPolicy":
                of_thing += network_policy(thing)
            found += (f"{thing['kind']} {thing['metadata']['name']}: {fault}" for fault in of_thing)
            checked += 1
        found += budgets(things)
        faults += (f"{file}: {fault}" for fault in found)
    print(f"{checked} objects, {custom} of them custom resources")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
