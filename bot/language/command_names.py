"""How texts name commands and options: as this reader's Discord shows them.

Discord shows names in the reader's own language, so a text never spells one out; it says `{/tag browse}` for a command
to press or type, `{plain /tag browse}` where nothing can be pressed (descriptions, menus, the terminal), and
`{option tags}` for an option (docs/decisions/0014-how-texts-name-commands.md).
"""

from collections.abc import Callable, Mapping

PRESSED, PLAIN, OPTION = "/", "plain /", "option "


def is_reference(placeholder: str) -> bool:
    """Tell whether a placeholder stands for a command or an option, and not for a value."""
    return placeholder.startswith((PRESSED, PLAIN, OPTION))


class CommandNames:
    """The commands in one language. `ids` are Discord's ids of them, by their first word, as far as they are known."""

    def __init__(self, text_of: Callable[[str], str], ids: Mapping[str, int]) -> None:
        self._text_of = text_of
        self._ids = ids

    def __call__(self, reference: str) -> str:
        """Return what stands for a reference in a text."""
        if reference.startswith(OPTION):
            return self._text_of(f"option-name.{reference.removeprefix(OPTION)}")
        if reference.startswith(PLAIN):
            return self._typed(reference.removeprefix(PLAIN))
        return self._pressed(reference.removeprefix(PRESSED))

    def _pressed(self, command: str) -> str:
        """Return a mention, which clients show in their own language, or, while ids are unknown, the localised name."""
        number = self._ids.get(command.partition(" ")[0])
        return f"`{self._typed(command)}`" if number is None else f"</{command}:{number}>"

    def _typed(self, command: str) -> str:
        words = command.split()
        keys = (".".join(words[: number + 1]) for number in range(len(words)))
        return "/" + " ".join(self._text_of(f"command-name.{key}") for key in keys)
