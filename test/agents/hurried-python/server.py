# POST /chat and /chat/stream with a message, and the answer comes back.
import json
import os
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agent import answer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send(200, b"ok")

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        message = body["message"]
        session = body.get("session") or body.get("user") or "default"
        try:
            if self.path == "/chat/stream":
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                answer(message, session, self.delta)
                self.wfile.write(b"data: [DONE]\n\n")
            else:
                self.send(200, json.dumps({"reply": answer(message, session)}).encode())
        except Exception as error:
            print("failed", message)
            traceback.print_exc()
            self.send(500, json.dumps({"error": str(error), "stack": traceback.format_exc()}).encode())

    def delta(self, text):
        self.wfile.write(f"data: {json.dumps({'type': 'text-delta', 'id': '0', 'delta': text})}\n\n".encode())

    def send(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", int(os.environ.get("PORT", 8080))), Handler).serve_forever()
