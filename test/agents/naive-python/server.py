# POST /chat with a message, and the answer comes back.
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agent import reply, title


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"]
        answer = reply(message)
        body = json.dumps({"title": title(message), "answer": answer}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", 3000), Handler).serve_forever()
