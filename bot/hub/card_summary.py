"""One plain sentence of what a model is, out of its README: whatever stands there, this answers or says nothing."""

import html
import re
from collections.abc import Iterator

from bot.domain.plain_text import plain

LONGEST_SUMMARY = 200

_LONGEST_PARAGRAPH = 2000
"""Characters of one paragraph that are looked at: bounds what a hostile card can cost."""

_FEWEST_WORDS = 5
_FEWEST_CJK = 10
"""Chinese, Japanese and Korean say in ten characters what takes five words elsewhere."""

_MOST_LINKED = 0.5
"""A paragraph of which more than half is link text is a row of links ("Paper | GitHub | Demo")."""

_FRONT_MATTER = re.compile(r"\A\ufeff?\s{0,50}---[ \t]*\r?\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SILENT_HTML = re.compile(r"<(style|script|table|details|h[1-6])\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"</?(?:p|div|br|hr|ul|ol|li|center|section)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)", re.DOTALL | re.MULTILINE)
_BLANK_LINE = re.compile(r"\n\s*\n")
_IMAGE = re.compile(r"!\[[^\[\]]{0,300}\](?:\([^()]{0,600}\)|\[[^\[\]]{0,100}\])")
_LINK = re.compile(r"\[([^\[\]]{0,300})\](?:\([^()]{0,600}\)|\[[^\[\]]{0,100}\])")
_ADDRESS = re.compile(r"<?https?://\S{1,600}")
_EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`+|~~)")
_STRUCTURE = re.compile(r"\s{0,3}(?:#|\||>|[-*+]\s|\d{1,3}[.)]\s|={3,}|-{3,}|\[\^|\$\$|:{3})|(?:\t| {4})")
_UNDERLINE = re.compile(r"\n\s{0,3}(?:={2,}|-{2,})\s*$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bet al)(?<!\bDr)(?<!\bInc)(?<!\bapprox)[.!?](?=\s+[^\sa-z])|[。！？]"
)
_NO_DESCRIPTION = (
    "more information needed",
    "this is the model card of a",
    "this model card has been automatically generated",
    "this modelcard aims to be a base template",
    "optional]",
    "table of contents",
    "click here",
    "join our discord",
    "join the discord",
)
"""Openings of sentences that templates leave in a card; they say nothing about the model."""


def summary_of_card(text: str) -> str | None:
    """Return the first sentence of prose in a card, at most 200 characters, markup taken off; `None` if there is none.

    Headings, badges, HTML, tables, lists, quotes and code are passed over; links are reduced to their text. The
    result is still hostile text: `bot.cards` makes it safe to show.
    """
    for paragraph in _paragraphs(text):
        prose = _prose(paragraph)
        if prose and not prose.lower().lstrip("[(*").startswith(_NO_DESCRIPTION):
            return plain(_first_sentence(prose), LONGEST_SUMMARY)
    return None


def _paragraphs(text: str) -> Iterator[str]:
    body = _FRONT_MATTER.sub("", text, count=1).replace("\r\n", "\n").replace("\r", "\n")
    for pattern in (_COMMENT, _FENCE, _SILENT_HTML):
        body = pattern.sub("\n\n", body)
    for paragraph in _BLANK_LINE.split(_BREAK.sub("\n\n", body)):
        yield from _without_heading_lines(paragraph.strip("\n")[:_LONGEST_PARAGRAPH])


def _without_heading_lines(paragraph: str) -> Iterator[str]:
    """Split off headings that have no blank line below them, and drop underlined ones."""
    lines = paragraph.split("\n")
    while lines and lines[0].lstrip().startswith("#"):
        lines.pop(0)
    rest = "\n".join(lines)
    if rest and not _UNDERLINE.search(rest):
        yield rest


def _prose(paragraph: str) -> str | None:
    """Return a paragraph's words, if it is prose."""
    if _STRUCTURE.match(paragraph) or "\n|" in paragraph:
        return None
    text = _TAG.sub("", _IMAGE.sub("", paragraph))
    linked = sum(len(label) for label in _LINK.findall(text))
    text = _EMPHASIS.sub("", _ADDRESS.sub("", _LINK.sub(r"\1", text)))
    text = plain(html.unescape(text), _LONGEST_PARAGRAPH)
    return text if linked <= _MOST_LINKED * len(text) and _says_something(text) else None


def _says_something(text: str) -> bool:
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    return not text.endswith(":") and (len(words) >= _FEWEST_WORDS or len(_CJK.findall(text)) >= _FEWEST_CJK)


def _first_sentence(text: str) -> str:
    """Return the first sentence, with the next one where the first alone is a greeting ("Welcome!")."""
    for end in _SENTENCE_END.finditer(text):
        if _says_something(text[: end.end()]):
            return text[: end.end()]
    return text
