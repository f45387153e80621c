"""Takes addresses of internal systems out of text: connection strings, hosts of private networks."""

import re

_DSN = re.compile(
    r"\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|redis|rediss|amqps?|mssql|jdbc:[a-z]+|kafka|ldaps?)://[^\s\"'<>]+",
    re.IGNORECASE | re.ASCII,
)
_ADO = re.compile(r"\b(?:Server|Data Source|Host)=[^;\s]+;[^\n\"']*(?:Password|Pwd)=[^;\s\"']+;?", re.IGNORECASE | re.ASCII)
_PRIVATE_URL = re.compile(
    r"\b(?:https?|wss?|ftp)://(?:[^\s/@\"'<>]+@)?"
    r"(?:localhost|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|169\.254\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\]"
    r"|internal\.[^\s/:\"'<>]+|(?:[\w-]+\.)+(?:internal|local|corp|lan|intranet)|[\w-]+)"
    r"(?::\d+)?(?=[/\s\"'<>)\],]|\.?(?:\s|$))[^\s\"'<>)]*",
    re.IGNORECASE | re.ASCII,
)
_PRIVATE_HOST = re.compile(r"\b(?:[\w-]+\.)+(?:internal|corp|lan|svc\.cluster\.local)\b(?::\d+)?", re.IGNORECASE | re.ASCII)


def scrub_internal(text: str) -> str:
    """The text without the addresses of internal systems."""
    for pattern in (_DSN, _ADO, _PRIVATE_URL, _PRIVATE_HOST):
        text = pattern.sub("[internal address]", text)
    return text
