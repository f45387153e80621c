"""Refunds an order. It runs only after a colleague has approved that very call."""

import json
import urllib.request
from typing import Any

from .. import config
from ..deadline import Deadline
from .find_order import ORDER_ID, order_of
from .tool import Tool


class RequestRefund(Tool):
    name = "request_refund"
    description = "Refunds an order to the card of the customer. A colleague must approve it first, which takes up to a day."
    input_schema = {
        "type": "object",
        "properties": {
            "order_id": ORDER_ID,
            "reason": {"type": "string", "minLength": 3, "maxLength": 300, "description": "Why the customer wants the money back"},
        },
        "required": ["order_id", "reason"],
        "additionalProperties": False,
    }
    needs_approval = True

    def run(self, arguments: dict[str, Any], user: str, deadline: Deadline) -> str:
        order = order_of(user, arguments["order_id"])
        request = urllib.request.Request(
            config.PAYMENTS_URL,
            data=json.dumps({"order": order["id"], "reason": arguments["reason"]}).encode(),
            headers={"content-type": "application/json", "idempotency-key": order["id"]},
            method="POST",
        )
        # Any status but 2xx raises an error.
        with urllib.request.urlopen(request, timeout=deadline.left()):
            return f"Order {order['id']} is refunded."
