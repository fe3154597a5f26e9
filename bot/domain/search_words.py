"""What the words of a search may mean: a part of a model's name, its lab, its task, or a tag that members gave it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.tags import tag_key

LONGEST_PHRASE = 4
"""Words that are read together: as many as the longest tags and tasks have (`image text to text`)."""

SHORTEST_WORD = 3
"""Letters of a word that means a lab or a task by itself: "to" and "ai" stand in too many of their names."""

_BETWEEN_TOKENS = re.compile(r"[\s/·()-]+")


@dataclass(frozen=True, slots=True)
class SearchWord:
    """One word of a search: it is found in a model's name, or in one of these other ways."""

    text: str
    authors: frozenset[str] = frozenset()
    """Casefolded organisations of the labs that it names."""
    tasks: frozenset[str] = frozenset()
    """The hub's codes."""
    tag_ids: frozenset[int] = frozenset()
    """Tags of the server in which is searched."""

    def or_means(self, authors: frozenset[str], tasks: frozenset[str], tag_ids: frozenset[int]) -> "SearchWord":
        """Return the word with more that it may mean."""
        return SearchWord(self.text, self.authors | authors, self.tasks | tasks, self.tag_ids | tag_ids)


@dataclass(frozen=True, slots=True)
class _Label:
    """A lab's or a task's name in one language, as words are compared with it."""

    tokens: tuple[str, ...]
    squeezed: str

    @classmethod
    def of(cls, name: str) -> "_Label":
        """Read a name."""
        tokens = tuple(filter(None, _BETWEEN_TOKENS.split(name.casefold())))
        return cls(tokens, "".join(tokens))


_Named = tuple[frozenset[str], tuple[_Label, ...]]
"""What is meant (organisations, or a task's code), and the names that mean it."""


class Vocabulary:
    """The labs and tasks that words can name. Immutable; read once."""

    def __init__(self, labs: LabBook, task_names: Mapping[str, Sequence[str]]) -> None:
        """Take the labs, and what each task is called in every language, by the hub's code."""
        self.labs: Sequence[_Named] = [
            (frozenset(map(str.casefold, lab.organisations)), (_Label.of(lab.key), _Label.of(lab.name)))
            for lab in labs.labs
        ]
        self._task_names = task_names

    def tasks(self, codes: Iterable[str]) -> Sequence[_Named]:
        """Return these tasks of the hub with their names; one that no catalogue knows has its code alone."""
        return [(frozenset({code}), tuple(map(_Label.of, (code, *self._task_names.get(code, ()))))) for code in codes]


def tag_keys_in(words: str) -> Mapping[str, str]:
    """Return the key of the tag that each phrase of a search would be, by phrase."""
    keys: dict[str, str] = {}
    for _, _, phrase in _phrases(words.split()):
        try:
            keys[phrase] = tag_key(phrase)
        except Refusal:
            continue  # Longer than any tag, or nothing but marks.
    return keys


def search_words(
    words: str, vocabulary: Vocabulary, codes: Sequence[str], tags: Mapping[str, int]
) -> tuple[SearchWord, ...]:
    """Read each word of a search, alone and together with its neighbours.

    `codes` are the tasks that models have, `tags` the ids of those phrases that are tags of this server.
    """
    split, known = words.split(), vocabulary.tasks(codes)
    read = [SearchWord(word) for word in split]
    for start, end, phrase in _phrases(split):
        telling = _is_telling(phrase)
        authors = _meant(phrase, vocabulary.labs) if telling else frozenset[str]()
        tasks = _meant(phrase, known) if telling else frozenset[str]()
        tag_ids = frozenset({tags[phrase]} if phrase in tags else ())
        for place in range(start, end):
            read[place] = read[place].or_means(authors, tasks, tag_ids)
    return tuple(read)


def _phrases(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, phrase) of every few words in a row."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(words)) + 1):
            yield start, end, " ".join(words[start:end])


def _is_telling(phrase: str) -> bool:
    return len(phrase) >= SHORTEST_WORD or not phrase.isascii() or any(letter.isdigit() for letter in phrase)


def _meant(phrase: str, named: Iterable[_Named]) -> frozenset[str]:
    wanted = _Label.of(phrase)
    if not wanted.tokens:
        return frozenset()
    found = [meant for meant, labels in named if any(_says(label, wanted) for label in labels)]
    return frozenset[str]().union(*found)


def _says(label: _Label, wanted: _Label) -> bool:
    """Tell whether a name holds these words in a row, the last of them at least begun; Chinese has no such gaps."""
    if not wanted.squeezed.isascii():
        return wanted.squeezed in label.squeezed
    *whole, last = wanted.tokens
    for start in range(len(label.tokens) - len(whole)):
        end = start + len(whole)
        if list(label.tokens[start:end]) == whole and label.tokens[end].startswith(last):
            return True
    return False
