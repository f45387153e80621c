# Loaded into every Python process of the agent through PYTHONPATH: sends connections to other hosts to the front of the trial, keeps all
# others on this machine, and writes down what was tried. It works below all HTTP libraries, at sockets, names and TLS contexts, so that it
# needs to know none of them. Nothing but the standard library.
import json
import os
import sys
import time


def _guard(rules):
    import re
    import socket
    import ssl

    provider, front, file = rules["provider"], rules["front"], rules["file"]
    patterns = [re.compile(source) for source in rules["hosts"]]
    local = re.compile(r"^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1|::|::ffff:127\.\d+\.\d+\.\d+|)$")
    own = socket.gethostname().lower()
    web = {80, 443, 3000, 4000, 5000, 8000, 8008, 8080, 8081, 8443, 8888, 9000}
    # Made-up addresses from blocks that are kept for examples (RFC 5737), each standing for one name.
    names, addresses = {}, {}

    def write(record):
        try:
            with open(file, "a", encoding="utf-8") as out:
                out.write(json.dumps(record) + "\n")
        except OSError:
            pass

    def denied(host, port):
        write({"host": host, "port": port if isinstance(port, int) else None, "time": time.time() * 1000})

    def text(host):
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        return host.lower().strip("[]")

    def is_local(host):
        return bool(local.match(host)) or host == own

    def is_provider(host, port):
        return port != provider and any(p.search(host) or p.search("%s:%s" % (host, port)) for p in patterns)

    def address_of(host):
        if host not in addresses:
            count = len(addresses)
            block = ("203.0.113", "198.51.100", "192.0.2")[min(count // 254, 2)]
            address = "%s.%d" % (block, count % 254 + 1)
            addresses[host], names[address] = address, host
        return addresses[host]

    def is_ip(host):
        for family in (socket.AF_INET, socket.AF_INET6):
            try:
                socket.inet_pton(family, host.split("%")[0])
                return True
            except (OSError, UnicodeError):
                pass
        return False

    getaddrinfo = socket.getaddrinfo

    def looked_up(host, port, family=0, type=0, proto=0, flags=0):
        name = text(host)
        if host is None or is_local(name) or is_ip(name):
            return getaddrinfo(host, port, family, type, proto, flags)
        number = port if isinstance(port, int) else {"https": 443, "http": 80}.get(text(port), 0)
        if text(port).isdigit():
            number = int(port)
        if family == socket.AF_INET6:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return getaddrinfo(address_of(name), number, socket.AF_INET, type or socket.SOCK_STREAM, proto, 0)

    def by_name(name):
        name = text(name)
        return "127.0.0.1" if is_local(name) else name if is_ip(name) else address_of(name)

    socket.getaddrinfo = looked_up
    socket.gethostbyname = by_name
    socket.gethostbyname_ex = lambda name: (text(name), [], [by_name(name)])

    # Set on the class that all others are made from: sockets of TLS call it by way of their parents.
    plain = socket.socket
    connect_to, connect_ex_to, send_to = plain.connect, plain.connect_ex, plain.sendto

    def place(self, address):
        """Where a connection goes instead, and the line that the front reads first; None when it is refused."""
        if self.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
            # A socket in the file system may lead to a database or to Docker. Abstract ones and those of the trial's folder do not.
            if not isinstance(address, (str, bytes)) or text(address).startswith((rules["dir"].lower(), "\0")):
                return address, b""
            denied("unix:" + text(address), None)
            return None, b""
        host, port = names.get(address[0], text(address[0])), address[1]
        known = is_provider(host, port)
        if is_local(host) and not known:
            return address, b""
        if (known or port in web) and self.type & socket.SOCK_STREAM and self.family == socket.AF_INET:
            return ("127.0.0.1", front), ("agent-ready %s %d\n" % (host, port)).encode()
        denied(host, port)
        return None, b""

    def connect(self, address):
        where, greeting = place(self, address)
        if where is None:
            raise ConnectionRefusedError(111, "Connection refused")
        if not greeting:
            return connect_to(self, where)
        # The line must go out first, so this one connection waits, be the socket blocking or not.
        timeout = self.gettimeout()
        self.settimeout(5)
        try:
            connect_to(self, where)
            plain.sendall(self, greeting)
        finally:
            self.settimeout(timeout)
        return None

    def connect_ex(self, address):
        where, greeting = place(self, address)
        if where is not None and not greeting:
            return connect_ex_to(self, where)
        try:
            connect(self, address)
            return 0
        except OSError as error:
            return error.errno or 111

    def sendto(self, data, *args):
        address = args[-1] if args else None
        if not isinstance(address, tuple):
            return send_to(self, data, *args)
        host = names.get(address[0], text(address[0]))
        # Names are asked for at the resolver of the machine; where the network is not ours, that would carry them out.
        if is_local(host):
            return send_to(self, data, *args)
        denied(host, address[1])
        raise OSError(101, "Network is unreachable")

    plain.connect, plain.connect_ex, plain.sendto = connect, connect_ex, sendto

    # The front ends TLS with certificates of the run. Whatever list of authorities a library brings, that of the run is added.
    def trusting(wrap):
        def wrapped(self, *args, **kwargs):
            if self.verify_mode != ssl.CERT_NONE:
                try:
                    self.load_verify_locations(cafile=rules["authority"])
                except (OSError, ssl.SSLError):
                    pass
            return wrap(self, *args, **kwargs)

        return wrapped

    ssl.SSLContext.wrap_socket = trusting(ssl.SSLContext.wrap_socket)
    ssl.SSLContext.wrap_bio = trusting(ssl.SSLContext.wrap_bio)

    # uvloop connects below Python. Where the kernel does not lead its connections here, the loop of the standard library takes its place.
    def no_uvloop(module):
        import asyncio

        for name, instead in {
            "Loop": asyncio.SelectorEventLoop,
            "new_event_loop": asyncio.SelectorEventLoop,
            "EventLoopPolicy": getattr(asyncio, "DefaultEventLoopPolicy", None),
            "install": lambda: None,
            "run": asyncio.run,
        }.items():
            if hasattr(module, name) and instead is not None:
                setattr(module, name, instead)

    class Finder:
        """Changes a module right after it was loaded."""

        wanted = {} if rules["enclosed"] else {"uvloop": no_uvloop}

        def find_spec(self, name, path=None, target=None):
            change = self.wanted.pop(name, None)
            if change is None:
                return None
            from importlib.util import find_spec

            spec = find_spec(name)
            if spec is None or spec.loader is None:
                return None
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
