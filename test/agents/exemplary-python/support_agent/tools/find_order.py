"""Looks up an order of the user whose session it is. Reads only."""

import json
from typing import Any

from .. import config
from ..deadline import Deadline
from ..errors import AgentError
from .tool import Tool

ORDER_ID = {"type": "string", "pattern": r"^HS-[0-9]{5}$", "description": "Order number"}


def order_of(user: str, order_id: str) -> dict[str, str]:
    """An order of this user. Raises AgentError of kind `tool` when there is none; whose it is otherwise stays untold."""
    orders: list[dict[str, str]] = json.loads(config.ORDERS_FILE.read_text(encoding="utf-8"))
    for order in orders:
        if order["id"] == order_id and order["customer"] == user:
            return order
    raise AgentError("tool", "this customer has no such order")


class FindOrder(Tool):
    name = "find_order"
    description = "Looks up an order of the customer by its number, for example HS-10482."
    input_schema = {
        "type": "object",
        "properties": {"order_id": ORDER_ID},
        "required": ["order_id"],
        "additionalProperties": False,
    }
    needs_approval = False

    def run(self, arguments: dict[str, Any], user: str, deadline: Deadline) -> str:
        order = order_of(user, arguments["order_id"])
        return json.dumps({name: order[name] for name in ("id", "item", "status", "expected")})
