"""A cloud in front of the sandbox: with a password of its own, which tells what tokens it has seen, and which, once
asked to, refuses changes with a text that quotes all that it was sent.

quoter.py SANDBOX_PORT PASSWORD FILE: prints its own port; FILE gets the secrets, one a line.
POST /_quoter/on, /_quoter/off.
"""

import http.client
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sandbox, password, secrets = int(sys.argv[1]), sys.argv[2], sys.argv[3]
quoted = json.dumps(password)[1:-1].encode()  # as it is in a login
quoting = False


class Quoter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def forward(self):
        global quoting
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/_quoter/"):
            quoting = self.path.endswith("on")
            return self.answer(204, [], b"")
        login = self.path.endswith("/auth/tokens")
        if quoting and self.command != "GET":
            text = f"refused: {self.headers.get('X-Auth-Token')} {body.decode(errors='replace')}"
            error = {"error": {"code": "Ecs.0001", "message": text}}
            return self.answer(401 if login else 400, [("Content-Type", "application/json")], json.dumps(error).encode())
        if login and quoted not in body:
            return self.answer(401, [], b"{}")
        there = http.client.HTTPConnection("127.0.0.1", sandbox)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length", "connection")}
        there.request(self.command, self.path, body.replace(quoted, b"sandbox") if login else body, headers)
        reply = there.getresponse()
        text = reply.read().replace(b"127.0.0.1:%d" % sandbox, b"127.0.0.1:%d" % self.server.server_port)
        token = reply.getheader("X-Subject-Token")
        if token:
            with open(secrets, "a") as out:
                print(token, file=out)
        self.answer(reply.status, reply.getheaders(), text)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = forward

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Quoter)
server.daemon_threads = True
with open(secrets, "a") as out:
    print(password, file=out)
print(server.server_port, flush=True)
server.serve_forever()
