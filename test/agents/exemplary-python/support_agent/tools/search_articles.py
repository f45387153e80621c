"""Searches the help articles. Reads only."""

import urllib.parse
import urllib.request
from typing import Any

from .. import config
from ..deadline import Deadline
from .tool import Tool

# Bytes that are read of an answer.
MOST = 64_000


class SearchArticles(Tool):
    name = "search_articles"
    description = "Searches the help articles of the shop and returns the text of the best ones."
    input_schema = {
        "type": "object",
        "properties": {"query": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What to look for"}},
        "required": ["query"],
        "additionalProperties": False,
    }
    needs_approval = False

    def run(self, arguments: dict[str, Any], user: str, deadline: Deadline) -> str:
        url = f"{config.KNOWLEDGE_URL}?{urllib.parse.urlencode({'q': arguments['query']})}"
        request = urllib.request.Request(url, headers={"accept": "text/plain"})
        with urllib.request.urlopen(request, timeout=deadline.left()) as response:
            text: str = response.read(MOST).decode("utf-8", "replace")
            return text
