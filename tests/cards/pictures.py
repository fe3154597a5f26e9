"""Photograph every sample card as members see it: `python -m tests.cards.pictures --out DIR`.

SimCord draws the bot's real messages in a local page, a headless Chromium photographs them.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import discord
import simcord

from bot.announcing.pictures import draw_pictures, files_of
from bot.cards.attached_pictures import draw
from bot.cards.comparison_card import comparison_card
from bot.cards.details_card import details_card
from bot.cards.digest_card import digest_page
from bot.cards.leaderboard_card import pictures_of, week_page
from bot.cards.model_card import Own, model_card
from bot.cards.rendering import render
from bot.cards.search_results import conditions, nearby_label, nothing_found, search_results
from bot.domain.card import CardFacts, DigestPlace, Post
from bot.domain.community import CommunityFacts, TagCount
from bot.domain.delivery import Purpose
from bot.domain.model import Kind, LicenceClass
from bot.domain.model_query import ModelQuery, relaxed
from bot.domain.reviews import ReviewSummary
from bot.domain.server import Locale
from bot.domain.standing_picture import PictureFile
from bot.domain.votes import Choice, Tally
from bot.language.words import Language, Words
from tests.cards.chromium import Page, chromium, find_chromium
from tests.cards.leaderboard_samples import late_week, quiet_week, week
from tests.cards.samples import (
    NOW,
    SAMPLES,
    adapter,
    digest,
    finetune_with_warning,
    merge,
    original,
    post_of,
    quantized,
    unknown,
    voted_on,
)
from tests.cards.standing_samples import history_picture, standing_picture

NO_CHROMIUM = "No Chromium found: install it (Debian: apt-get install chromium fonts-noto-cjk) and run this again.\n"
WIDTHS = {"wide": 640, "phone": 480}
PAGE_LOCALES = {Locale.ENGLISH: "en-US", Locale.CHINESE: "zh-CN"}
PAGE_HEIGHT = 1800
READY = "Boolean(window.simcordPreview && window.simcordPreview.ready)"
SCROLL = """document.querySelector('.channel-message[data-message-id="{message_id}"]')
  .scrollIntoView({{block: 'center'}})"""
BOX = """(() => {{
  const message = document.querySelector('.channel-message[data-message-id="{message_id}"]');
  const card = message.querySelector('.component-container, .container') || message;
  const box = card.getBoundingClientRect();
  const buttons = Array.from(card.querySelectorAll('button'));
  const busy = !window.simcordPreview.ready || (buttons.length > 0 && buttons.every((one) => one.disabled));
  return {{busy, x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12}};
}})()"""
STEADY_SECONDS = 0.3
"""The page answers a scroll by loading and fading; after this long it has come to rest."""


def views(locale: Locale) -> Mapping[str, discord.ui.LayoutView]:
    """Return every post and every private answer, by the name of its picture."""
    language = Language.load()
    words = language.words(locale)
    posts = {name: render(post_of(make(), locale), language) for name, make in SAMPLES.items()}
    return posts | {
        "details": details_card(original(), words, ["Labs"]),
        "details-warning": details_card(finetune_with_warning(), words),
        "page": digest_page(digest(), words, 1),
        "comparison": comparison_card([voted_on(), finetune_with_warning()], words),
        "comparison-of-four": comparison_card([voted_on(), talked_about(), merge(), quantized()], words),
        "search": found(words),
        "search-for-nothing": nothing(words),
        "own-card": model_card(voted_on(), words, Own(Choice.UP, (voted_in_words(words),))),
        "read-card": model_card(voted_on(), words, Own(place=DigestPlace(1, at=2, total=9, model_id=1))),
        **_weeks(locale, language),
    }


def _weeks(locale: Locale, language: Language) -> Mapping[str, discord.ui.LayoutView]:
    """Return weekly posts without their pictures: those are sent with a week of its own (`_week_with_picture`)."""
    made = {"week": week(), "late-week": late_week(), "quiet-week": quiet_week()}
    posts = {name: Post(Purpose.LEADERBOARD, locale, facts, "") for name, facts in made.items()}
    return {
        **{name: render(post, language) for name, post in posts.items()},
        "week-page": week_page(week(), language.words(locale)),
    }


def found(words: Words) -> discord.ui.LayoutView:
    """Return a page of a search with every sort of model."""
    query = ModelQuery(words="rowan", kind=Kind.FINETUNE, licence_class=LicenceClass.PERMISSIVE, gigabytes=24)
    asked = conditions(query, words, tag="roleplay", base="Qwen/Qwen2.5-72B")
    cards = [voted_on(), finetune_with_warning(), merge(), adapter(), quantized(), unknown()]
    total = words.plural("search.total", 23)
    return search_results(cards, query, words, page=1, pages=4, total=total, asked=asked, in_server=True)


def talked_about() -> CardFacts:
    """Return another model that a server has talked about."""
    tags = (TagCount("coding", 4), TagCount("role play for the long evenings", 2), TagCount("快", 1))
    community = CommunityFacts(tally=Tally(7, 3), tags=tags, reviews=ReviewSummary(works_well=1, mixed=2, poor=0))
    return replace(finetune_with_warning(), community=community)


def nothing(words: Words) -> discord.ui.LayoutView:
    """Return a search that finds nothing, with what would."""
    query = ModelQuery(words="qwen coder", kind=Kind.MERGE, licence_class=LicenceClass.PERMISSIVE, gigabytes=8)
    asked = conditions(query, words, tag=None, base=None)
    nearby: list[tuple[str, ModelQuery]] = []
    for number, way in enumerate(relaxed(query), 1):
        (left_out,) = conditions(way.left_out, words, tag=None, base=None)
        nearby.append((nearby_label(left_out, 7 * number, words, is_cut=False), way.query))
    return nothing_found(query, words, asked=asked, nearby=nearby)


def voted_in_words(words: Words) -> str:
    """Return what a member reads who has voted on their own card."""
    return words("vote.cast", model="openai/gpt-oss-20b", choice=words("card.verb.up"))


async def _week_with_picture(channel: discord.PartialMessageable, locale: Locale) -> discord.Message:
    """Send a weekly post with its picture, as the messenger does."""
    language = Language.load()
    bare = Post(Purpose.LEADERBOARD, locale, week(), "")
    post, pictures = await draw_pictures(replace(bare, files=pictures_of(bare, language)), language)
    return await channel.send(view=render(post, language), files=files_of(pictures))


def _draw_standings(out: Path, locale: Locale) -> None:
    """Draw the pictures that go with posts, as files of their own."""
    words = Language.load().words(locale)
    for name, picture in (("standing", standing_picture(locale)), ("history", history_picture(locale))):
        (out / f"{name}-{locale}.png").write_bytes(draw(PictureFile(name, picture), words))


async def take_pictures(program: str, out: Path, locale: Locale, width: str) -> None:
    """Post every sample in one channel and photograph each."""
    async with simcord.run(discord.Client(intents=discord.Intents(guilds=True))) as env:
        guild = env.create_guild()
        handle = guild.create_text_channel("new-models")
        reader = guild.add_member(env.create_user("reader"))
        channel = env.bot.get_partial_messageable(handle.id)
        sent = {name: await channel.send(view=view) for name, view in views(locale).items()}
        sent["week-with-picture"] = await _week_with_picture(channel, locale)
        preview = env.preview(
            handle,
            viewers=[reader],
            layout="channel",
            display="fixed",
            locale=PAGE_LOCALES[locale],
            presentation_time=NOW,
            width=WIDTHS[width],
            height=PAGE_HEIGHT,
        )
        async with preview, chromium(program) as page:
            await page.open(preview.url, width=WIDTHS[width] + 700, height=PAGE_HEIGHT + 300)
            await page.wait_until(READY)
            for name, message in sent.items():
                await _photograph(page, message.id, out / f"{name}-{locale}-{width}.png")


async def _photograph(page: Page, message_id: int, file: Path) -> None:
    await page.evaluate(SCROLL.format(message_id=message_id))
    box = await page.steady(BOX.format(message_id=message_id), STEADY_SECONDS)
    await asyncio.to_thread(file.write_bytes, await page.photograph(box))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 2 where there is no Chromium."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNG files")
    out: Path = parser.parse_args(arguments).out
    program = find_chromium()
    if program is None:
        sys.stderr.write(NO_CHROMIUM)
        return 2
    out.mkdir(parents=True, exist_ok=True)
    for locale in Locale:
        _draw_standings(out, locale)
        for width in WIDTHS:
            asyncio.run(take_pictures(program, out, locale, width))
    return 0


if __name__ == "__main__":
    sys.exit(main())
