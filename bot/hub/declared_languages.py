"""Which languages a model says it speaks: the card's `language`, or the bare codes among the tags."""

import re

from bot.hub.record_fields import Record, items_of

MOST_LANGUAGES = 40
"""A model that names more is "multilingual": the first ones are enough to match a watch."""

_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*|multilingual")

_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz id ig ii ik is it iu ja jv ka kg "
    "ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk mn mr ms mt my na nb nd ne ng nl "
    "nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
"""ISO 639-1 without `cv`, `ml`, `ia`, `ie` and `io`: as bare tags they nearly always mean computer vision, machine
learning, and the like. A card that declares one of them is believed all the same."""

_LONGER_CODES = ("ceb", "fil", "haw", "hmn", "multilingual", "yue")
"""Three letters are rarely a language among tags (`gpt`, `tts`, `dpo`); these always are."""

_LANGUAGE_TAGS = frozenset((*_TWO_LETTERS.split(), *_LONGER_CODES))


def declared_languages(card: Record, tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return language codes in lower case, from the card where it names any, from bare tags otherwise."""
    value = card.get("language")
    said = (value,) if isinstance(value, str) else items_of(value, MOST_LANGUAGES)
    codes = [code.strip().lower() for code in said if isinstance(code, str)]
    on_card = dict.fromkeys(code for code in codes if _CODE.fullmatch(code))
    return tuple(on_card or dict.fromkeys(filter(is_language_tag, tags)))[:MOST_LANGUAGES]


def is_language_tag(tag: str) -> bool:
    """Tell whether a bare tag is a language code beyond reasonable doubt."""
    return tag in _LANGUAGE_TAGS
