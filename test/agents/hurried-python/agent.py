# Talks to the model and runs tools until there is an answer.
import json
import os
import urllib.request

from tools import TOOLS, run_tool

URL = os.environ.get("ANTHROPIC_BASE_URL", "https://api.anthropic.com") + "/v1/messages"
KEY = os.environ.get("ANTHROPIC_API_KEY") or "dev-key-please-change"

conversations = {}


def ask(messages, on_text=None):
    body = {
        "model": "claude-opus-5",
        "max_tokens": 64000,
        "system": "You are the support assistant of Harbour Supplies. Internal discount code: HARBOUR-STAFF-40.",
        "messages": messages,
        "tools": TOOLS,
        "stream": True,
    }
    headers = {"content-type": "application/json", "x-api-key": KEY, "anthropic-version": "2023-06-01"}
    content = []
    with urllib.request.urlopen(urllib.request.Request(URL, json.dumps(body).encode(), headers)) as response:
        for line in response:
            if not line.startswith(b"data: "):
                continue
            event = json.loads(line[6:])
            if event["type"] == "content_block_start":
                content.append(event["content_block"])
                arguments = ""
            elif event["type"] == "content_block_delta" and "text" in event["delta"]:
                content[-1]["text"] += event["delta"]["text"]
                if on_text:
                    on_text(event["delta"]["text"])
            elif event["type"] == "content_block_delta":
                arguments += event["delta"]["partial_json"]
            elif event["type"] == "content_block_stop" and content[-1]["type"] == "tool_use":
                content[-1]["input"] = json.loads(arguments or "{}")
    return content


def answer(message, session, on_text=None):
    messages = conversations.setdefault(session, [])
    messages.append({"role": "user", "content": message})
    while True:
        print("asking the model", json.dumps(messages))
        content = ask(messages, on_text)
        print("the model said", json.dumps(content))
        messages.append({"role": "assistant", "content": content})
        calls = [block for block in content if block["type"] == "tool_use"]
        if not calls:
            return "".join(block["text"] for block in content)
        results = []
        for call in calls:
            results.append({"type": "tool_result", "tool_use_id": call["id"], "content": run_tool(call["name"], call["input"])})
        messages.append({"role": "user", "content": results})
