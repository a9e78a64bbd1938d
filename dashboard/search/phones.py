"""Finding a customer by the number that calls: as it is shown, with or without the country's code."""

import re
from collections.abc import Mapping

LEAST_DIGITS = 5
_ENOUGH = 7  # last digits by which two spellings of one number are the same: +49 30 23125114, 030 23125114
_NUMBER = re.compile(r"[\d\s()+/.\-]+")


def phone_digits(text: str) -> str:
    """Return the digits of a text that is a phone number and nothing else; empty for any other text."""
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    return digits if len(digits) >= LEAST_DIGITS and _NUMBER.fullmatch(text) else ""


def of_number(digits: str, phones: Mapping[str, str], n: int) -> list[str]:
    """Return up to n ids whose phone has the digits, or ends as they do.

    phones  by id, digits alone
    """
    end = digits[-_ENOUGH:]
    found = [one for one, phone in phones.items() if digits in phone or (len(digits) > _ENOUGH and phone.endswith(end))]
    return found[:n]
