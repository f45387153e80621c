"""What a tool is, and how the arguments that the model gives it are checked."""

import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from ..deadline import Deadline


class Tool(ABC):
    """Something that the model may ask for."""

    name: ClassVar[str]
    description: ClassVar[str]
    # JSON Schema of an object; the part of it that `problems_of` knows.
    input_schema: ClassVar[dict[str, Any]]
    # Must a colleague approve each call before it runs?
    needs_approval: ClassVar[bool]

    @abstractmethod
    def run(self, arguments: dict[str, Any], user: str, deadline: Deadline) -> str:
        """Does the work for this user and nobody else."""


def problems_of(arguments: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with arguments, for the model to read; nothing when they fit."""
    if not isinstance(arguments, dict):
        return ["the arguments must be an object"]
    properties: dict[str, dict[str, Any]] = schema["properties"]
    problems = [f"{name} is missing" for name in schema["required"] if name not in arguments]
    problems += [f"{name} is not known" for name in arguments if name not in properties]
    for name, rule in properties.items():
        if name in arguments:
            problems += [f"{name} {problem}" for problem in _problems_of_text(arguments[name], rule)]
    return problems


def _problems_of_text(value: Any, rule: dict[str, Any]) -> list[str]:
    if not isinstance(value, str):
        return ["must be a text"]
    found = []
    if len(value) < rule.get("minLength", 0):
        found.append("is too short")
    if len(value) > rule.get("maxLength", len(value)):
        found.append("is too long")
    if "pattern" in rule and not re.fullmatch(rule["pattern"], value):
        found.append(f"must match {rule['pattern']}")
    return found
