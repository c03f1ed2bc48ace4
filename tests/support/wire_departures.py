"""What wire_agent_test.py does not hold against an agent of ours: other shells, and departures by rule."""
import re

from agent_process import WINDOWS

# What cmd and sh make the same of: an echo of words, an exit status. Whatever else a recorded command is, it is sh's: on Windows
# its output and status are not compared, everything else of its event is.
PLAIN_COMMAND = re.compile(r"echo( [\w.:/=,@{}\[\]+-]+)+|exit \d+")
OF_THE_SHELL = re.compile(r"^\.(check\.(output|status|hooks)|metrics|metadata\.annotations)")  # annotations: of thresholds that were met


def is_of_another_shell(recorded, line):
    check = recorded.get("check") or {}
    texts = [check.get("command") or ""] + [h.get("command") or "" for h in check.get("hooks") or []]
    output = check.get("output") or ""
    plain = all(PLAIN_COMMAND.fullmatch(t) and ".system." not in t or not t for t in texts) and output.count("\n") < 2 and \
        not re.search(r"[\"'%&|<>^;`$\\]|  ", output)
    return WINDOWS and not plain and OF_THE_SHELL.match(line)


# What we do differently, by rule: (matches a difference line, of agents before this version or None for all, why).
DEPARTURES = [
    (r"^\.check\.command:", (5, 2, 0), "5.0 sent the substituted command; we keep secrets used as tokens at home, as 5.2+ does"),
    (r"^\.check\.output: want \"Execution timed out\\n\"", (6, 4, 0), "older agents threw away what a check wrote before its timeout"),
    (r"^\.check\.hooks\[\d+\]\.output: want \"Execution timed out\\n\"", (6, 4, 0), "the same for hooks"),
    (r"^\.check\.output: want \"(error preparing check|unmatched token|could not)", (5, 20, 0), "wording of 5.20+"),
    (r"^\.check\.(status|output): ", (5, 20, 0, "token"), "5.20+ substitutes string by string: quotes in values do not break the request"),
    (r"^\.check\.output: want \"\{\\\"check\\\"", (6, 1, 0), "the entity is in the JSON on stdin, as from 6.1 on"),
    (r"^\.check\.output: want \"REDACTED", None, "a redacted label that made a round trip keeps its local value here"),
    (r"^\.check\.issued:", (5, 12, 0), "5.x: issued of failure events"),
    (r"^\.check\.hooks", (5, 21, 0), "error hooks as 5.21+"),
    (r"^\.metrics", (6, 9, 0), "metric formats as 6.9"),
    (r"^\.check\.output: want \"given check is invalid: check cron string is invalid\"", (6, 6, 6), "the parser's reason is told, as from 6.6.6 on"),
    (r"\.entity\.", (6, 0, 0, "cross-agent"), "5.x agents pass over entity_config"),
    (r"^\.check\.issued: want false", (99, 0, 0, "socket-input"), "a result without issued gets the time it came"),
    (r"^\.check\.issued: want false", (99, 0, 0, "late"), "the same"),
    (r"^\.metrics\.points", (99, 0, 0, "metrics-formats"), "more of the formats is read: docs/COMPATIBILITY.md, output metrics"),
    (r"^\.check\.(ttl|interval):", (99, 0, 0, "socket-input"), "a ttl that came over the socket is kept, the interval made to fit"),
    (r"^\.check\.(handlers|proxy_entity_name):", (5, 5, 1, "socket-input"), "5.3 and 5.5.1 learned handler and source"),
    (r"^\.check\.metadata\.annotations: want \"absent\" got \{\"picket\.io/overlaps\": \"\d+\"\}$", None,
     "how often a run was asked for meanwhile is told; on a busy machine, and under wine, processes start slower than was recorded"),
    (r"^\.check\.metadata\.annotations: want \"absent\" got \{\"picket\.io/default-handler\": \"default\"\}$", None,
     "a result that names no handler says whom it goes to, as in 1.x"),
    (r"^\.check\.metadata\.annotations: want \"absent\"", (99, 0, 0, "socket-input"), "custom attributes of 1.x results are kept"),
    (r"\.entity\.subscriptions:", (5, 3, 0), "5.0 took --subscriptions a,b for one name"),
    (r"want \"given check is invalid: check interval must be greater than or equal to 1", (5, 11, 0), "wording of 5.11+"),
    (r"^col:on ", (5, 21, 1), "colons in names are taken, as from 5.21 on"),
    (r"^emptysub ", (5, 21, 1), "empty subscriptions are refused, as from 5.21.1 on"),
    (r"^sec \.check\.output: want \"\\n\"", (5, 17, 0), "secrets reach the command, as from 5.17 on"),
    (r"^\.check\.(env_vars|handlers|output_metric_handlers)", (5, 12, 0, "token"), "5.0 sent the other fields unsubstituted"),
    (r"^\.check\.(status|output): (want 0|want \"nons)", (5, 11, 0, "minimal"), "5.0 did not want a namespace"),
]


def is_departure(check, line, agent, name):
    for pattern, before, _ in DEPARTURES:
        if not re.search(pattern, line) and not re.search(pattern, check + " " + line): continue
        if before is None: return True
        if len(before) == 4 and before[3] not in name: continue
        if agent < before[:3]: return True
    return False
