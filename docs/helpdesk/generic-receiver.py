"""A receiver that prints what Termwise would do, to try the way there and back on one machine."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Receiver(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({})

    def do_POST(self):
        effect = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(effect["type"], effect.get("text", ""), sep=": ", flush=True)
        self.answer({"id": self.headers["Idempotency-Key"]})

    def answer(self, told):
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
