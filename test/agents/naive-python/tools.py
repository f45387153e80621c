# What the assistant can do.
import json
import urllib.parse
import urllib.request

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "search_orders",
            "description": "Finds orders",
            "parameters": {"type": "object", "properties": {"query": {"type": "string"}}},
        },
    },
]


def run_tool(call):
    query = json.loads(call["function"]["arguments"])["query"]
    with urllib.request.urlopen("http://localhost:4000/orders?query=" + urllib.parse.quote(query)) as response:
        return response.read().decode()
