# Runs inside of the agent's own process: loads its module, calls the export for each message, and sends back what it answers.
# The channel is that of Node's child processes: one JSON text on each line. Nothing but the standard library.
import asyncio
import importlib
import inspect
import json
import os
import socket
import sys
import threading
import traceback

# Most characters of one answer, and most pieces, that are sent back.
KEPT = 2_000_000
PIECES = 5000


def load(path):
    """The module of a file, by the name that its packages give it, so that its own imports work."""
    folder, name = os.path.split(os.path.abspath(path))
    parts = [os.path.splitext(name)[0]]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    for place in (os.getcwd(), folder):
        if place not in sys.path:
            sys.path.insert(0, place)
    return importlib.import_module(".".join(parts))


def callable_of(found):
    """A function, or a compiled graph or chain: what LangGraph exports answers to `invoke` with a list of messages."""
    if hasattr(found, "invoke") and callable(found.invoke):

        def ask(message, session):
            state = found.invoke(
                {"messages": [{"role": "user", "content": message}]}, {"configurable": {"thread_id": session}}
            )
            messages = state.get("messages") if isinstance(state, dict) else None
            return messages[-1] if messages else state

        return ask
    return found if callable(found) else None


def words(said):
    """What a person would read in an answer."""
    if isinstance(said, str):
        return said
    content = getattr(said, "content", None)
    if isinstance(content, list):
        return "".join(part.get("text", "") if isinstance(part, dict) else str(part) for part in content)
    if content is not None:
        return words(content)
    dump = getattr(said, "model_dump", None)
    return json.dumps(dump() if callable(dump) else said, default=str, ensure_ascii=False)


async def gathered(stream):
    return [words(piece) async for piece in stream]


def main(path, name):
    descriptor = int(os.environ.pop("NODE_CHANNEL_FD"))
    os.environ.pop("NODE_CHANNEL_SERIALIZATION_MODE", None)
    os.set_inheritable(descriptor, False)
    channel = socket.socket(fileno=descriptor)
    channel.setblocking(True)
    lock = threading.Lock()

    def send(message):
        with lock:
            channel.sendall((json.dumps(message) + "\n").encode())

    try:
        handle = callable_of(getattr(load(path), name, None))
    except BaseException as error:  # An exit while it is loaded is a failure to load as well.
        traceback.print_exc()
        send({"kind": "failed", "why": "%s: %s" % (type(error).__name__, error)})
        return
    if handle is None:
        send({"kind": "failed", "why": "it exports no function and no graph named " + name})
        return

    # One loop for all messages: clients that are made once belong to one.
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    try:
        taken = inspect.signature(handle).parameters
    except (TypeError, ValueError):
        taken = {}

    def answer(order):
        try:
            more = {key: order[key] for key in ("user", "session") if key in taken}
            said = handle(order["message"], **more)
            if inspect.isawaitable(said):

                async def wait():
                    return await said

                said = asyncio.run_coroutine_threadsafe(wait(), loop).result()
            pieces = None
            if hasattr(said, "__aiter__"):
                pieces = asyncio.run_coroutine_threadsafe(gathered(said), loop).result()
            elif inspect.isgenerator(said):
                pieces = [words(piece) for piece in said]
            body = words(said) if pieces is None else "".join(pieces)
            reply = {"kind": "reply", "id": order["id"], "body": body[:KEPT], "bytes": len(body.encode("utf-8", "replace"))}
            send(reply if pieces is None else {**reply, "parts": pieces[:PIECES]})
        except BaseException as error:
            traceback.print_exc()
            why = "%s: %s" % (type(error).__name__, error)
            send({"kind": "reply", "id": order["id"], "body": "", "bytes": 0, "error": why[:2000]})

    send({"kind": "ready"})
    for line in channel.makefile("r", encoding="utf-8", newline="\n"):
        threading.Thread(target=answer, args=(json.loads(line),), daemon=True).start()
    # Without its parent nobody would ever ask it to end.
    os._exit(0)


main(sys.argv[1], sys.argv[2])
