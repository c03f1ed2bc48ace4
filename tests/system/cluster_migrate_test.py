#!/usr/bin/env python3
"""`picket backend migrate` over a real etcd: from a single backend to a cluster and back, with everything in it."""
import os, sqlite3, subprocess, sys, tempfile, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from cluster_test import Load, check, history_problem, settled_problem
from cluster_world import ETCD, EtcdAlone, Member
from stories import in_world, run_stories
from wire import HOST, Backend, eventually

KEY = "6ae1f0a5-1d2c-4c1e-9a53-2f6d5b1c7e10"


def dump(member):
    """All configuration of the namespace, by ctl, with a key that was made before the migration."""
    done = subprocess.run([member.program, "ctl", "dump", "all", "--namespace", "default", "--format", "wrapped-json", "--api-url",
                           f"http://{HOST}:{member.api_port}", "--api-key", KEY], capture_output=True, text=True, timeout=60)
    return done.stdout if done.returncode == 0 else f"ctl dump: {done.returncode} {done.stderr}"


def migrate(w, state, *words):
    done = subprocess.run([os.environ.get("PICKET", "build/dev/bin/picket"), "backend", "migrate", *words, "--state-dir", state, "--no-embed-etcd",
                           "--etcd-name", "backend-0", "--etcd-client-urls", w.etcd.url(0)], capture_output=True, text=True, timeout=90)
    return done.returncode, done.stdout + done.stderr


@in_world(EtcdAlone)
def a_single_backend_becomes_a_cluster_and_a_single_one_again(w):
    alone = Backend("--log-level", "info", "--cluster-admin-api-key", KEY)
    for k in range(50):
        alone.api("PUT", f"/checks/c{k}", check(f"c{k}"))
    load = Load([alone], "agent-m")
    load.start()
    time.sleep(1)
    if problem := load.finish():
        return problem
    before = dump(alone)
    if '"c49"' not in before:
        return "the first dump is not whole: " + before[:500]
    if migrate(w, alone.state, "--to-etcd")[0] == 0:
        return "it migrates a backend that runs"
    backup = os.path.join(tempfile.mkdtemp(), "backup.db")
    alone.process.terminate()
    alone.process.wait(20)
    source, copy = sqlite3.connect(os.path.join(alone.state, "picket.db")), sqlite3.connect(backup)
    source.backup(copy)
    source.close(), copy.close()
    joins = Member.__new__(Member)
    joins.etcd, joins.i = w.etcd, 0
    try:
        Member.__init__(joins, w.etcd, 0, state=alone.state)
        joins.process.wait(20)
    except RuntimeError:
        pass
    if "migrate --to-etcd" not in joins.log_text() or "migrate --to-sqlite" not in joins.log_text():
        return "a single backend's file that is told to join: " + joins.log_text()[-800:]
    status, text = migrate(w, alone.state, "--to-etcd", "--from", backup)
    if status != 0:
        return f"--to-etcd: {status} {text}"
    status, text = migrate(w, alone.state, "--to-etcd")
    if status == 0 or "already" not in text:
        return f"a second migration: {status} {text}"
    status, text = migrate(w, alone.state, "--to-etcd", "--etcd-prefix", "/other/")
    if status != 0 or os.path.exists(os.path.join(alone.state, "picket.db")) or not os.path.exists(os.path.join(alone.state, "picket.db.before-cluster")):
        return f"the file of the state directory: {status} {text} {os.listdir(alone.state)}"
    w.members.extend(Member(w.etcd, i) for i in range(3))
    w.wait_ready()
    for m in w.members:
        if dump(m) != before:
            return f"backend-{m.i} has another configuration: {dump(m)[:400]}"
        if problem := history_problem(m, load):
            return f"backend-{m.i}: {problem}"
    if w.members[1].api("PUT", "/checks/c7", check("c7", command="echo changed"))[0] not in (200, 201):
        return "a check that was migrated cannot be changed"
    if not all(eventually(lambda: m.api("GET", "/checks/c7")[1]["command"] == "echo changed", 5) for m in w.members):
        return "the change of a migrated check is not everywhere"
    load = Load(w.members, "agent-m2")
    load.start()
    time.sleep(1)
    if problem := settled_problem(w, [load]):
        return problem
    after = dump(w.members[2])
    w.members[2].process.terminate()
    w.members[2].process.wait(20)
    status, text = migrate(w, w.members[2].state, "--to-sqlite")
    if status != 0:
        return f"--to-sqlite: {status} {text}"
    status, text = migrate(w, w.members[2].state, "--to-sqlite")
    if status != 0 or "nothing to do" not in text:
        return f"--to-sqlite once more: {status} {text}"
    single = Backend("--log-level", "info", state=w.members[2].state)
    got, problem = dump(single), history_problem(single, load)
    single.stop()
    return problem or (None if got == after else "the single backend has another configuration than the cluster")


if __name__ == "__main__":
    if not ETCD:
        print("skipped: there is no etcd on this machine (apt-get install etcd-server)\n0 passed, 0 failed")
        sys.exit(0)
    sys.exit(run_stories((a_single_backend_becomes_a_cluster_and_a_single_one_again,)))
