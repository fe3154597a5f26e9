"""Discord's limits on messages and modals that its OpenAPI description does not state (DISCORD.md, "Limits")."""

from collections.abc import Iterator, Sequence

from tests.wire.world import Json, inner, part, walk

COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6
LINK_STYLE, PREMIUM_STYLE = 5, 6

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = (
    1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 17, 18,
)  # fmt: skip
V2_ONLY = frozenset({SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})
SELECTS = frozenset({STRING_SELECT, 5, 6, 7, 8})


def errors_in_message(body: Json, *, previous: Json | None = None, files: bool = False) -> list[str]:
    """Say what Discord would refuse in a message; `previous` is what an edit starts from."""
    merged = (previous or {}) | body
    errors = [*_text(body), *_embeds(inner(body, "embeds")), *errors_in_components(inner(merged, "components"))]
    errors += _attachments(merged)
    errors += _v2(merged, previous) if _is_v2(merged) else _classic(merged, files=files)
    if previous is not None and _is_v2(previous) and "flags" in body and not _is_v2(body):
        errors.append("flags: the components flag cannot be taken off again")
    return errors


def errors_in_modal(data: Json) -> list[str]:
    """Say what Discord would refuse in a modal."""
    components = inner(data, "components")
    errors = _duplicates(components)
    if not 1 <= len(components) <= 5:
        errors.append("components: a modal has one to five")
    if len(data.get("title") or "") > 45:
        errors.append("title: longer than 45")
    if not data.get("custom_id") or len(data["custom_id"]) > 100:
        errors.append("custom_id: 1 to 100 characters")
    for component in walk(components):
        if len(component.get("label") or "") > 45:
            errors.append("label: longer than 45")
        errors += _select(component) if component["type"] in SELECTS else []
    return errors


def errors_in_components(components: Sequence[Json]) -> list[str]:
    """Say what Discord would refuse in any component."""
    errors = _duplicates(components)
    for component in walk(components):
        if component.get("type") == BUTTON:
            errors += _button(component)
        elif component.get("type") in SELECTS:
            errors += _select(component)
        elif component.get("type") == ROW:
            errors += _row(component)
    return errors


def _is_v2(message: Json) -> bool:
    return bool((message.get("flags") or 0) & COMPONENTS_V2)


def _text(body: Json) -> Iterator[str]:
    if len(body.get("content") or "") > 2000:
        yield "content: longer than 2000"
    if len(str(body.get("nonce") or "")) > 25:
        yield "nonce: longer than 25"


def _embeds(embeds: Sequence[Json]) -> Iterator[str]:
    if len(embeds) > 10:
        yield "embeds: more than 10"
    if sum(map(_embed_length, embeds)) > 6000:
        yield "embeds: more than 6000 characters in all"


def _embed_length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description"), part(embed, "footer").get("text")]
    texts.append(part(embed, "author").get("name"))
    for entry in inner(embed, "fields"):
        texts += [entry["name"], entry["value"]]
    return sum(len(text or "") for text in texts)


def _attachments(message: Json) -> Iterator[str]:
    """Whatever a message points to in itself (`attachment://name`) has to be among its files."""
    names = {str(each.get("filename")) for each in inner(message, "attachments")}
    media = [part(item, "media") for each in walk(inner(message, "components")) for item in inner(each, "items")]
    media += [part(embed, "image") for embed in inner(message, "embeds")]
    for one in media:
        scheme, _, name = str(one.get("url") or "").partition("://")
        if scheme == "attachment" and name not in names:
            yield f"attachments: there is no {name!r}"


def _v2(message: Json, previous: Json | None) -> Iterator[str]:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if message.get(key):
            yield f"{key}: not beside the components flag"
    components = list(walk(inner(message, "components")))
    if not components:
        yield "components: an empty message"
    if len(components) > 40:
        yield f"components: {len(components)}, nested ones counted; at most 40"
    if (length := sum(len(each.get("content") or "") for each in components if each.get("type") == TEXT)) > 4000:
        yield f"components: {length} characters of text in all; at most 4000"
    if previous is not None and not _is_v2(previous) and (previous.get("content") or previous.get("embeds")):
        yield "flags: content and embeds must be taken away first"


def _classic(message: Json, *, files: bool) -> Iterator[str]:
    components = inner(message, "components")
    if len(components) > 5:
        yield "components: more than five rows"
    if any(component.get("type") in V2_ONLY for component in walk(components)):
        yield "components: needs the components flag"
    filled = any(message.get(key) for key in ("content", "embeds", "components", "sticker_ids", "poll"))
    if not filled and not files:
        yield "(body): cannot send an empty message"


def _duplicates(components: Sequence[Json]) -> list[str]:
    ids = [component["custom_id"] for component in walk(components) if component.get("custom_id")]
    numbers = [component["id"] for component in walk(components) if component.get("id")]
    errors = [f"custom_id: {custom_id!r} is there twice" for custom_id in {i for i in ids if ids.count(i) > 1}]
    return errors + [f"id: {number} is there twice" for number in {n for n in numbers if numbers.count(n) > 1}]


def _button(button: Json) -> Iterator[str]:
    custom_id, style = button.get("custom_id"), button.get("style")
    if style == LINK_STYLE:
        if custom_id or not button.get("url"):
            yield "button: a link has a url and no custom_id"
        elif not str(button["url"]).startswith(("https://", "http://", "discord://")):
            yield "url: scheme must be http, https or discord"
    elif style != PREMIUM_STYLE and (not custom_id or button.get("url")):
        yield "button: has a custom_id and no url"
    if len(custom_id or "") > 100:
        yield "custom_id: longer than 100"
    if len(button.get("label") or "") > 80:
        yield "label: longer than 80"
    if style != PREMIUM_STYLE and not button.get("label") and not button.get("emoji"):
        yield "button: needs a label or an emoji"


def _select(select: Json) -> Iterator[str]:
    options = inner(select, "options")
    if select["type"] == STRING_SELECT and not 1 <= len(options) <= 25:
        yield "options: a select has 1 to 25"
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        yield "options: the same value twice"
    if any(not 1 <= len(str(option[key])) <= 100 for option in options for key in ("label", "value")):
        yield "options: labels and values have 1 to 100 characters"
    if len(select.get("placeholder") or "") > 150:
        yield "placeholder: longer than 150"
    if (select.get("max_values") or 1) > max(len(options), 25 if select["type"] != STRING_SELECT else 0):
        yield "max_values: more than there are options"


def _row(row: Json) -> Iterator[str]:
    kinds = [component.get("type") for component in inner(row, "components")]
    if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
        yield "components: a select fills its row"
    if len(kinds) > 5:
        yield "components: more than five buttons in a row"
