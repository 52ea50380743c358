#!/usr/bin/env python3
"""Records a data folder of a build of Dag with runs in their middle: record.py HOST_DLL NAME [--without SCENARIO …] See README.md."""

import argparse
import glob
import http.server
import json
import os
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 60  # seconds for a run to get to where it is killed


class Receiver(http.server.BaseHTTPRequestHandler):
    """What works call: /hangs never answers, /refuses says 503."""

    def do_POST(self):
        if self.path == "/hangs":
            threading.Event().wait()
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_):
        pass


class Service:
    def __init__(self, host, folder):
        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        receiver.daemon_threads = True
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        outside = f"http://127.0.0.1:{receiver.server_port}"
        with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as free:
            self.url = f"http://127.0.0.1:{free.server_port}"
        environment = dict(os.environ, UPGRADE_HANGS=f"{outside}/hangs", UPGRADE_REFUSES=f"{outside}/refuses")
        # Works find the files of a scenario beside the database, by names that are not of this machine.
        self.process = subprocess.Popen(
            ["dotnet", os.path.abspath(host), "serve", "--data", folder, "--urls", self.url],
            cwd=folder, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
        self.wait(lambda: "The service", lambda: self.answers("/health"))

    def call(self, path, body=None):
        request = urllib.request.Request(self.url + path, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def answers(self, path):
        try:
            with urllib.request.urlopen(self.url + path):
                return True
        except OSError:
            return False

    def wait(self, what, done):
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit(f"{what()} did not get ready in {PATIENCE} s.")
            time.sleep(0.05)

    def state_of(self, run_id):
        """The run's sub-status, and the states of its works, each with the number of its attempts."""
        report = self.call(f"/api/v1/runs/{run_id}")
        return report["subStatus"], sorted({f"{e['status']} {e['attempts']}" for e in report["executions"] if e["activityId"] == "work"})

    def is_at_kill(self, run, run_id):
        return self.state_of(run_id) == (run["atKill"], run.get("works", []))

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)  # with the children that run scripts
        self.process.wait()


def play(service, folder, scenario):
    """Publishes the workflows and brings the runs to where they are killed; returns what the test needs of it."""
    for name, content in scenario.get("files", {}).items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(content)
    for workflow in scenario["workflows"]:
        service.call("/api/v1/workflows", workflow)
    runs = []
    for run in scenario["runs"]:
        run_id = service.call(run["post"], run["body"])["id"]
        service.wait(lambda: f"Run {run_id} of {run['post']} ({service.state_of(run_id)})", lambda: service.is_at_kill(run, run_id))
        runs.append({"id": run_id, "atKill": run["atKill"], "expected": run["expected"]})
    return {"runs": runs, "answers": scenario["answers"], "started": scenario.get("started", {})}


def shrink(folder):
    """Writes the log of the database into it and gives back what it does not use."""
    database = sqlite3.connect(os.path.join(folder, "metadata.db"))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("VACUUM")
    database.close()


def pack(folder, target):
    """All but logs, locks and what is left of the log of the database."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(glob.glob(os.path.join(folder, "**"), recursive=True, include_hidden=True)):
            name = os.path.relpath(path, folder)
            if os.path.isfile(path) and not name.startswith("logs" + os.sep) and not name.endswith((".lock", "server.json", "-wal", "-shm")):
                archive.write(path, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host", help="the built service, such as src/Host/bin/Release/net10.0/dag.dll")
    parser.add_argument("name", help="of the recording, such as 2026-11-27-c4b224d")
    parser.add_argument("--without", nargs="+", default=[], help="a scenario that needs what the build does not have")
    arguments = parser.parse_args()
    target = os.path.join(HERE, arguments.name)
    if os.path.exists(target + ".zip"):
        raise SystemExit(f"{target}.zip exists: a recording is never changed. Choose another name.")
    with tempfile.TemporaryDirectory() as folder:
        service = Service(arguments.host, folder)
        scenarios = {}
        try:
            for file in sorted(glob.glob(os.path.join(HERE, "scenarios", "*.json"))):
                name = os.path.splitext(os.path.basename(file))[0]
                if name in arguments.without:
                    continue
                try:
                    with open(file, encoding="utf-8") as text:
                        scenarios[name] = play(service, folder, json.load(text))
                except urllib.error.HTTPError as refusal:
                    raise SystemExit(f"The build refuses {name}: {refusal.read().decode()} If it is older than what this needs: --without {name}.") from refusal
            known = {run["id"] for scenario in scenarios.values() for run in scenario["runs"]}
            others = [run["id"] for run in service.call("/api/v1/runs?take=500")["runs"] if run["id"] not in known]
            for scenario in scenarios.values():  # none has moved on while the others were started
                for run in scenario["runs"]:
                    now = service.call(f"/api/v1/runs/{run['id']}")["subStatus"]
                    if now != run["atKill"]:
                        raise SystemExit(f"Run {run['id']} went on before the kill: it is {now}. The machine is too busy; record again.")
        finally:
            service.kill()
        shrink(folder)
        pack(folder, target + ".zip")
    with open(target + ".json", "w", encoding="utf-8") as file:
        json.dump({"scenarios": scenarios, "others": others}, file, indent=1, ensure_ascii=False)
        file.write("\n")
    print(f"{target}.zip has {os.path.getsize(target + '.zip'):,} bytes, {len(known)} runs and {len(others)} others.")


if __name__ == "__main__":
    main()
