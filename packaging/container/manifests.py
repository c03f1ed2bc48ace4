#!/usr/bin/env python3
"""Are compose.yaml and kubernetes.yaml good? Field by field: Kubernetes' own models (Debian's python3-kubernetes), `docker-compose config`;
every variable PICKET_... is an option of the program; every selector, volume and key of a Secret that is named is there.

usage: packaging/container/manifests.py        ends with `N passed, N failed`"""
import os, re, subprocess, sys
import yaml
from kubernetes import client

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "../../docs/OPTIONS.md")) as f: OPTIONS = set(re.findall(r"`(PICKET_[A-Z0-9_]+)`", f.read()))


def wrong(kind, value, where):
    """What in `value` does not fit Kubernetes' type `kind`, as sentences."""
    if kind.startswith("list["):
        if not isinstance(value, list): return ["%s is no list" % where]
        return [w for i, v in enumerate(value) for w in wrong(kind[5:-1], v, "%s[%d]" % (where, i))]
    if kind.startswith("dict("):
        if not isinstance(value, dict): return ["%s is no map" % where]
        return [w for k, v in value.items() for w in wrong(kind[5:-1].split(", ")[1], v, where + "." + k)]
    plain = {"str": str, "int": int, "bool": bool, "object": (str, int), "datetime": str, "float": float}
    if kind in plain: return [] if isinstance(value, plain[kind]) and not (kind == "int" and isinstance(value, bool)) else ["%s: %r is no %s" % (where, value, kind)]
    model = getattr(client, kind)
    if not isinstance(value, dict): return ["%s is no %s" % (where, kind)]
    fields = {json: attribute for attribute, json in model.attribute_map.items()}
    found = ["%s: there is no field %s in %s" % (where, k, kind) for k in value if k not in fields]
    for k in fields.keys() & value.keys(): found += wrong(model.openapi_types[fields[k]], value[k], where + "." + k)
    try: model(**{fields[k]: v for k, v in value.items() if k in fields})  # refuses what is required and missing
    except ValueError as e: found.append("%s: %s" % (where, e))
    return found


def variables(env):
    """Names from compose's map or Kubernetes' list that are no option of ours."""
    names = env if isinstance(env, dict) else [e["name"] for e in env]
    return ["%s is no option" % n for n in names if n not in OPTIONS]


def workload(document, secret):
    found, spec = [], document["spec"]
    pod = spec["template"]["spec"]
    volumes = {v["name"] for v in pod.get("volumes", [])} | {v["metadata"]["name"] for v in spec.get("volumeClaimTemplates", [])}
    if not spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items(): found.append("the selector does not fit its pods")
    for container in pod["containers"]:
        found += variables(container["env"])
        found += ["no volume %s" % m["name"] for m in container["volumeMounts"] if m["name"] not in volumes]
        references = [e["valueFrom"]["secretKeyRef"] for e in container["env"] if "secretKeyRef" in e.get("valueFrom", {})]
        found += ["no key %s in the Secret" % r["key"] for r in references if r["key"] not in secret["stringData"] or r["name"] != secret["metadata"]["name"]]
    return found


def kubernetes():
    with open(HERE + "/kubernetes.yaml") as f: documents = list(yaml.safe_load_all(f))
    secret, = (d for d in documents if d["kind"] == "Secret")
    found = []
    for d in documents:
        found += wrong("V1" + d["kind"], d, d["kind"])
        if "template" in d.get("spec", {}): found += workload(d, secret)
    services = [d for d in documents if d["kind"] == "Service"]
    backend, = (d for d in documents if d["kind"] == "StatefulSet")
    if not services[0]["spec"]["selector"].items() <= backend["spec"]["template"]["metadata"]["labels"].items(): found.append("the Service selects nothing")
    return found


def compose():
    path = HERE + "/compose.yaml"
    secrets = {"PICKET_VERSION": "1", "PICKET_ADMIN_PASSWORD": "a", "PICKET_AGENTS_PASSWORD": "b"}
    done = subprocess.run(["docker-compose", "-f", path, "config"], env={**os.environ, **secrets}, capture_output=True, text=True)
    if done.returncode: return [done.stderr]
    without = subprocess.run(["docker-compose", "-f", path, "config"], env={k: v for k, v in os.environ.items() if k not in secrets}, capture_output=True, text=True)
    found = [] if without.returncode else ["it starts without passwords"]
    for service in yaml.safe_load(done.stdout)["services"].values(): found += variables(service["environment"])
    return found


def main():
    failed = 0
    for test in (kubernetes, compose):
        found = test()
        failed += bool(found)
        print("FAIL %s: %s" % (test.__name__, "; ".join(found)) if found else "ok   " + test.__name__)
    print("%d passed, %d failed" % (2 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__": sys.exit(main())
