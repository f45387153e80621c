# Loaded into every Python process of the agent through PYTHONPATH: sends connections to model providers to the stand-in, keeps all other
# connections on this machine, and writes down what was tried. Nothing but the standard library.
import json
import os
import sys
import time


def _guard(rules):
    import asyncio.base_events as base_events
    import re
    import socket
    import ssl

    provider, gate, file = rules["provider"], rules["gate"], rules["file"]
    patterns = [re.compile(source) for source in rules["hosts"]]
    local = re.compile(r"^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1|::|)$")
    own = socket.gethostname().lower()
    web = {80, 443, 3000, 4000, 5000, 8000, 8008, 8080, 8081, 8443, 8888, 9000}
    # Made-up addresses from a block that is kept for examples (RFC 5737), each standing for one name.
    names, addresses = {}, {}

    def write(record):
        try:
            with open(file, "a", encoding="utf-8") as out:
                out.write(json.dumps(record) + "\n")
        except OSError:
            pass

    def text(host):
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        return host.lower().strip("[]")

    def is_local(host):
        return bool(local.match(host)) or host == own

    def is_provider(host, port):
        return port != provider and any(p.search(host) or p.search("%s:%s" % (host, port)) for p in patterns)

    def address_of(host):
        if host not in addresses:
            count = len(addresses) + 1
            address = "203.0.113.%d" % count if count < 255 else "198.51.100.%d" % (count % 255)
            addresses[host], names[address] = address, host
        return addresses[host]

    def is_ip(host):
        for family in (socket.AF_INET, socket.AF_INET6):
            try:
                socket.inet_pton(family, host)
                return True
            except OSError:
                pass
        return False

    getaddrinfo = socket.getaddrinfo

    def looked_up(host, port, family=0, type=0, proto=0, flags=0):
        name = text(host)
        if host is None or is_local(name) or is_ip(name):
            return getaddrinfo(host, port, family, type, proto, flags)
        number = port if isinstance(port, int) else {"https": 443, "http": 80}.get(str(port), 0)
        return getaddrinfo(address_of(name), number, socket.AF_INET, type or socket.SOCK_STREAM, proto, 0)

    socket.getaddrinfo = looked_up
    socket.gethostbyname = lambda name: "127.0.0.1" if is_local(text(name)) else name if is_ip(name) else address_of(text(name))

    class Guarded(socket.socket):
        _agent_ready = False

        def _place(self, address):
            """Where a connection goes instead, and the line that the gate reads first; None when it is refused."""
            if self.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
                inside = not isinstance(address, (str, bytes)) or text(address).startswith((rules["dir"].lower(), "\0"))
                if inside:
                    return address, b""
                write({"host": "unix:" + text(address), "port": None, "time": time.time() * 1000})
                return None, b""
            host, port = names.get(address[0], text(address[0])), address[1]
            if is_provider(host, port):
                self._agent_ready = True
                return ("127.0.0.1", provider), b""
            if is_local(host):
                return address, b""
            if port in web and self.type & socket.SOCK_STREAM and self.family == socket.AF_INET:
                self._agent_ready = True
                return ("127.0.0.1", gate), ("%s %d\n" % (host, port)).encode()
            write({"host": host, "port": port, "time": time.time() * 1000})
            return None, b""

        def connect(self, address):
            place, greeting = self._place(address)
            if place is None:
                raise ConnectionRefusedError(111, "Connection refused")
            if not greeting:
                return super().connect(place)
            # The line must go out first, so this one connection waits, be the socket blocking or not.
            timeout = self.gettimeout()
            self.settimeout(5)
            try:
                super().connect(place)
                self.sendall(greeting)
            finally:
                self.settimeout(timeout)
            return None

        def connect_ex(self, address):
            try:
                self.connect(address)
                return 0
            except BlockingIOError as error:
                return error.errno
            except OSError as error:
                return error.errno or 111

        def sendto(self, data, *args):
            host = text(args[-1][0]) if args and isinstance(args[-1], tuple) else ""
            if is_local(host):
                return super().sendto(data, *args)
            write({"host": names.get(host, host), "port": args[-1][1], "time": time.time() * 1000})
            raise OSError(101, "Network is unreachable")

        # What clients ask a TLS socket for.
        def getpeercert(self, binary_form=False):
            return b"" if binary_form else {"subjectAltName": (("DNS", "*"),)}

        def selected_alpn_protocol(self):
            return None

        def version(self):
            return "TLSv1.3"

        def cipher(self):
            return ("TLS_AES_128_GCM_SHA256", "TLSv1.3", 128)

        def do_handshake(self):
            return None

        def unwrap(self):
            return self

        def pending(self):
            return 0

    socket.socket = Guarded

    wrap = ssl.SSLContext.wrap_socket

    def wrapped(self, sock, *args, **kwargs):
        return sock if getattr(sock, "_agent_ready", False) else wrap(self, sock, *args, **kwargs)

    ssl.SSLContext.wrap_socket = wrapped

    # asyncio does TLS in memory, so it is told to do none. aiohttp goes this way.
    connection = base_events.BaseEventLoop.create_connection

    async def create_connection(self, factory, host=None, port=None, *, ssl=None, sock=None, server_hostname=None, **more):
        reached = names.get(host, text(host)) if host is not None else None
        if sock is not None and getattr(sock, "_agent_ready", False):
            return await connection(self, factory, sock=sock)
        if ssl and reached is not None and (is_provider(reached, port) or not is_local(reached)):
            for name in ("ssl_handshake_timeout", "ssl_shutdown_timeout"):
                more.pop(name, None)
            return await connection(self, factory, host, port, **more)
        return await connection(self, factory, host, port, ssl=ssl, sock=sock, server_hostname=server_hostname, **more)

    base_events.BaseEventLoop.create_connection = create_connection

    # httpcore, below httpx and with it the SDKs of providers, starts TLS on an open connection.
    def plain_httpcore(module):
        for name in ("AnyIOStream", "SyncStream", "TrioStream"):
            stream = getattr(module, name, None)
            start = getattr(stream, "start_tls", None)
            if start is None:
                continue

            def make(start):
                import inspect

                def redirected(self):
                    raw = self.get_extra_info("socket")
                    try:
                        return raw is not None and raw.getpeername()[1] in (provider, gate)
                    except OSError:
                        return False

                if inspect.iscoroutinefunction(start):

                    async def start_async(self, *args, **kwargs):
                        return self if redirected(self) else await start(self, *args, **kwargs)

                    return start_async

                def start_sync(self, *args, **kwargs):
                    return self if redirected(self) else start(self, *args, **kwargs)

                return start_sync

            stream.start_tls = make(start)

    class Finder:
        """Changes a module right after it was loaded."""

        wanted = {"httpcore._backends.anyio": plain_httpcore, "httpcore._backends.sync": plain_httpcore}

        def find_spec(self, name, path=None, target=None):
            change = self.wanted.pop(name, None)
            if change is None:
                return None
            from importlib.util import find_spec

            spec = find_spec(name)
            load = spec.loader.exec_module

            def exec_module(module):
                load(module)
                change(module)

            spec.loader.exec_module = exec_module
            return spec

    sys.meta_path.insert(0, Finder())
    write({"loaded": "python-preload", "pid": os.getpid(), "time": time.time() * 1000})


def _next_sitecustomize():
    """The environment's own sitecustomize, which ours hides."""
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in sys.path:
        path = os.path.join(folder, "sitecustomize.py")
        if os.path.abspath(folder) != here and os.path.isfile(path):
            with open(path, encoding="utf-8") as source:
                exec(compile(source.read(), path, "exec"), {"__name__": "sitecustomize", "__file__": path})
            return


if os.environ.get("AGENT_READY_RULES"):
    _guard(json.loads(os.environ["AGENT_READY_RULES"]))
_next_sitecustomize()
