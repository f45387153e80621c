"""Takes personal data and secrets out of text. Order numbers, dates and prices stay."""

import re


def _luhn(digits: str) -> bool:
    """The checksum of card numbers."""
    values = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in values) % 10 == 0


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_chinese_id(id: str) -> bool:
    """The checksum of Chinese identity numbers."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, id[:17], strict=True))
    return "10X98765432"[total % 11] == id[17].upper()


# Neither the name of a picture in double size nor the address of a repository.
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]+@(?!\dx\.)[\w-]+(?:\.[\w-]+)+(?![^\W_]|:\w)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?\b", re.ASCII)
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])", re.ASCII)
_US_ID = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])", re.ASCII)
_CHINESE_ID = re.compile(r"(?<![\w-])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\w-])", re.ASCII)
# With a country code; in the American grouping; a Chinese mobile number; a German or British one with a leading 0.
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+\d{1,3}[ ./-]?(?:\(?\d{1,4}\)?[ ./-]?){2,4}\d{2,4}"
    r"|(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}"
    r"|1[3-9]\d(?:[- ]?\d{4}){2}"
    r"|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,6})(?![\w-])",
    re.ASCII,
)
_KEY = re.compile(r"\b(?:sk|pk|rk|ghp|gho|xox[abp]|AKIA)[-_A-Za-z0-9]{16,}\b", re.ASCII)


def redact(text: str) -> str:
    """The text without personal data: e-mail addresses, accounts, cards, ids, phone numbers; and without keys."""
    text = _KEY.sub("[key]", text)
    text = _EMAIL.sub("[e-mail]", text)
    text = _IBAN.sub("[account]", text)
    text = _US_ID.sub("[id]", text)
    text = _CHINESE_ID.sub(lambda found: "[id]" if _is_chinese_id(found[0]) else found[0], text)
    text = _CARD.sub(lambda found: "[card]" if _luhn(re.sub(r"\D", "", found[0])) else found[0], text)
    return _PHONE.sub("[phone]", text)
