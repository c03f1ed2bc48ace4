#!/usr/bin/env python3
"""From the start of an agent to its first result, answered and so in its spool, in milliseconds.

usage: bench/start.py [ROUNDS]        PICKET names the binary, default build/release/bin/picket
"""
import os, socket, sys, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("PICKET", os.path.join(ROOT, "build/release/bin/picket"))
sys.path.insert(0, os.path.join(ROOT, "tests/support"))
from agent_process import Agent


def first_result():
    begin = time.time()
    agent = Agent("ws://127.0.0.1:9", "--log-level", "error")
    while True:
        try:
            with socket.create_connection(("127.0.0.1", agent.socket_port)) as s:
                s.sendall(b'{"name":"first","output":"x"}')
                if s.recv(9) == b"ok": break
        except OSError: time.sleep(0.001)
    took = (time.time() - begin) * 1000
    agent.remove()
    return took


times = sorted(first_result() for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
print("start to first result: best %.1f ms, median %.1f ms, worst %.1f ms" % (times[0], times[len(times) // 2], times[-1]))
