# What the assistant can do.
import json
import os
import urllib.parse
import urllib.request

TOOLS = [
    {
        "name": "search_articles",
        "description": "Searches the help articles of the shop",
        "input_schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
    },
    {
        "name": "find_order",
        "description": "Looks up an order by its number",
        "input_schema": {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
    },
    {
        "name": "request_refund",
        "description": "Refunds an order to the card of the customer",
        "input_schema": {
            "type": "object",
            "properties": {"order_id": {"type": "string"}, "reason": {"type": "string"}},
            "required": ["order_id"],
        },
    },
]

KNOWLEDGE = os.environ.get("KNOWLEDGE_URL", "https://kb.harbour-supplies.example/search")
PAYMENTS = os.environ.get("PAYMENTS_URL", "https://payments.harbour-supplies.example/refunds")


def run_tool(name, arguments):
    if name == "search_articles":
        with urllib.request.urlopen(KNOWLEDGE + "?q=" + urllib.parse.quote(arguments["query"])) as response:
            return response.read().decode()
    if name == "find_order":
        orders = json.load(open("data/orders.json"))
        return json.dumps(next((order for order in orders if order["id"] == arguments["order_id"]), None))
    if name == "request_refund":
        with urllib.request.urlopen(PAYMENTS, json.dumps(arguments).encode()) as response:
            return response.read().decode()
    raise ValueError(f"unknown tool {name}")
