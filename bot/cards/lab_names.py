"""What a lab is called: its name in the lab book, set as the reader's language sets a name with its owner's."""

import re

from bot.domain.labs import Lab
from bot.language.words import Words

_WITH_OWNER = re.compile(r"(?P<name>.*\S) \((?P<owner>[^()]+)\)")


def lab_name(words: Words, lab: Lab) -> str:
    """Return "Qwen (Alibaba)", in Chinese with the brackets of Chinese."""
    named = _WITH_OWNER.fullmatch(lab.name)
    return words("lab-name", **named.groupdict()) if named else lab.name
