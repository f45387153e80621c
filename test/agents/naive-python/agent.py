# A shop assistant as it works on a laptop: it answers, it calls tools, and nothing holds it back.
import json
import os
import urllib.request

from tools import TOOLS, run_tool


def complete(model, messages, **more):
    request = urllib.request.Request(
        "https://api.openai.com/v1/chat/completions",
        data=json.dumps({"model": model, "messages": messages, **more}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)["choices"][0]["message"]


def reply(question):
    messages = [
        {"role": "system", "content": "You are the assistant of a shop. Help with orders."},
        {"role": "user", "content": question},
    ]
    while True:
        message = complete("gpt-5.6", messages, tools=TOOLS)
        messages.append(message)
        print("model said", message)
        if not message.get("tool_calls"):
            return message["content"]
        for call in message["tool_calls"]:
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": run_tool(call)})


def title(question):
    for _ in range(5):
        try:
            asked = [{"role": "user", "content": f"A title of three words for: {question}"}]
            return complete("gpt-5.6-mini", asked)["content"]
        except Exception as error:
            print("no title yet", error)
    return question
