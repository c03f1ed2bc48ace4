"""An event as Sensu Go writes it in protobuf, made from its JSON: numbers and kinds as the published .proto files of core/v2 have them,
fields in their order, zeros left out, as Go's encoder does. It shares nothing with ours, so that one can be judged by the other."""
import json, struct, uuid

REFERENCE = {"name": (1, "string"), "type": (2, "string"), "api_version": (3, "string")}
NAMED = {"name": (1, "string"), "value": (2, "string")}
META = {"name": (1, "string"), "namespace": (2, "string"), "labels": (3, "map"), "annotations": (4, "map"), "created_by": (5, "string")}
INTERFACE = {"name": (1, "string"), "mac": (2, "string"), "addresses": (3, "[string")}
SYSTEM = {"hostname": (1, "string"), "os": (2, "string"), "platform": (3, "string"), "platform_family": (4, "string"),
          "platform_version": (5, "string"), "network": (6, {"interfaces": (1, [INTERFACE])}), "arch": (7, "string"),
          "arm_version": (8, "int"), "libc_type": (9, "string"), "vm_system": (10, "string"), "vm_role": (11, "string"),
          "cloud_provider": (12, "string"), "float_type": (13, "string"), "processes": (14, [{"name": (1, "string")}])}
ENTITY = {"entity_class": (1, "string"), "system": (3, SYSTEM), "subscriptions": (4, "[string"), "last_seen": (5, "int"),
          "deregister": (6, "int"), "deregistration": (7, {"handler": (1, "string")}), "user": (11, "string"), "redact": (13, "[string"),
          "metadata": (14, META), "sensu_agent_version": (15, "string"), "keepalive_handlers": (16, "[string")}
RANGE = {"begin": (1, "string"), "end": (2, "string")}
DAYS = {day: (i + 1, [RANGE]) for i, day in enumerate("all sunday monday tuesday wednesday thursday friday saturday".split())}
HOOK_CONFIG = {"metadata": (1, META), "command": (2, "string"), "timeout": (3, "int"), "stdin": (4, "int"), "runtime_assets": (5, "[string")}
HOOK = {"config": (1, HOOK_CONFIG), "duration": (2, "double"), "executed": (3, "int"), "issued": (4, "int"), "output": (5, "string"),
        "status": (6, "int")}
THRESHOLD = {"name": (1, "string"), "tags": (2, [NAMED]),
             "thresholds": (3, [{"min": (1, "string"), "max": (2, "string"), "status": (3, "int")}]), "null_status": (4, "int")}
CHECK = {"command": (1, "string"), "handlers": (3, "[string"), "high_flap_threshold": (4, "int"), "interval": (5, "int"),
         "low_flap_threshold": (6, "int"), "publish": (9, "int"), "runtime_assets": (10, "[string"), "subscriptions": (11, "[string"),
         "proxy_entity_name": (13, "string"), "check_hooks": (14, "[hooks"), "stdin": (15, "int"), "subdue": (16, {"days": (1, DAYS)}),
         "cron": (17, "string"), "ttl": (18, "int"), "timeout": (19, "int"),
         "proxy_requests": (20, {"entity_attributes": (1, "[string"), "splay": (2, "int"), "splay_coverage": (3, "int")}),
         "round_robin": (21, "int"), "duration": (22, "double"), "executed": (23, "int"),
         "history": (24, [{"status": (1, "int"), "executed": (2, "int")}]), "issued": (25, "int"), "output": (26, "string"),
         "state": (27, "string"), "status": (28, "int"), "total_state_change": (29, "int"), "last_ok": (30, "int"),
         "occurrences": (31, "int"), "occurrences_watermark": (32, "int"), "silenced": (33, "[string"), "hooks": (34, [HOOK]),
         "output_metric_format": (35, "string"), "output_metric_handlers": (36, "[string"), "env_vars": (37, "[string"),
         "metadata": (38, META), "max_output_size": (39, "int"), "discard_output": (40, "int"),
         "secrets": (41, [{"name": (1, "string"), "secret": (2, "string")}]), "is_silenced": (42, "int"), "output_metric_tags": (43, [NAMED]),
         "scheduler": (44, "string"), "processed_by": (45, "string"), "pipelines": (46, [REFERENCE]),
         "output_metric_thresholds": (47, [THRESHOLD]), "subdues": (48, [{**RANGE, "repeat": (3, "[string")}])}
POINT = {"name": (1, "string"), "value": (2, "double"), "timestamp": (3, "int"), "tags": (4, [NAMED])}
EVENT = {"timestamp": (1, "int"), "entity": (2, ENTITY), "check": (3, CHECK), "metrics": (4, {"handlers": (1, "[string"), "points": (2, [POINT])}),
         "metadata": (5, META), "id": (6, "uuid"), "sequence": (7, "int"), "pipelines": (8, [REFERENCE])}


def varint(n):
    n &= (1 << 64) - 1
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def field(number, data, wire=2):
    return varint(number << 3 | wire) + (varint(len(data)) if wire == 2 else b"") + data


def value(number, kind, v):
    if isinstance(kind, list): return b"".join(field(number, message(kind[0], item)) for item in v)
    if isinstance(kind, dict): return field(number, message(kind, v))
    if kind == "[hooks":
        return b"".join(field(number, b"".join(field(1, h.encode()) for h in hooks or []) + field(2, t.encode())) for item in v for t, hooks in item.items())
    if kind[0] == "[": return b"".join(field(number, item.encode()) for item in v)
    if kind == "map": return b"".join(field(number, field(1, k.encode()) + field(2, x.encode())) for k, x in v.items())
    if kind == "uuid": return field(number, uuid.UUID(v).bytes)
    if kind == "double": return field(number, struct.pack("<d", v), 1)
    if kind == "int": return field(number, varint(int(v)), 0)
    return field(number, v.encode())


def message(table, fields):
    """`fields` as JSON has them. What the table does not know is an error: else a test would lose it on both sides."""
    if table is HOOK: fields = {"config": {k: v for k, v in fields.items() if k in HOOK_CONFIG}, **{k: v for k, v in fields.items() if k not in HOOK_CONFIG}}
    out = []
    for key, v in fields.items():
        number, kind = table[key]
        if v not in (None, "", 0, False) and v != [] or isinstance(kind, dict) and v is not None: out.append((number, value(number, kind, v)))
    return b"".join(data for _, data in sorted(out))


def event(fields): return message(EVENT, fields)
