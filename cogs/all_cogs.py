"""Every cog and every button, put together from the parts that the assembly hands in."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.domain.clock import Clock
from bot.domain.labs import LabBook
from bot.language.vocabulary import vocabulary_of
from bot.language.words import Language
from bot.workflows.audit_ballots import AuditBallots
from bot.workflows.cast_vote import CastVote
from bot.workflows.change_settings import ChangeSettings
from bot.workflows.compare_models import CompareModels
from bot.workflows.complete_model import CompleteModel
from bot.workflows.count_everywhere import CountEverywhere
from bot.workflows.decide_integrity import DecideIntegrity
from bot.workflows.explain_watches import ExplainWatches
from bot.workflows.export_member import ExportMember
from bot.workflows.find_accounts import FindAccounts
from bot.workflows.find_models import FindModels
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.forget_member import ForgetMember
from bot.workflows.leave_server import LeaveServer
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.manage_watches import ManageWatches
from bot.workflows.open_discussion import OpenDiscussion
from bot.workflows.ports import Doorbell, Hub, UnitOfWork
from bot.workflows.preview_watch import PreviewWatch
from bot.workflows.read_leaderboard import ReadLeaderboard
from bot.workflows.read_reviews import ReadReviews
from bot.workflows.read_standing_history import ReadStandingHistory
from bot.workflows.read_tags import ReadTags
from bot.workflows.read_watch_options import ReadWatchOptions
from bot.workflows.remember_forum_tags import RememberForumTags
from bot.workflows.report_status import ReportStatus
from bot.workflows.review_model import ReviewModel
from bot.workflows.schedule_leaderboard import ScheduleLeaderboard
from bot.workflows.set_up_server import SetUpServer
from bot.workflows.share_card import ShareCard
from bot.workflows.show_mine import ShowMine
from bot.workflows.show_model import ShowModel
from bot.workflows.tag_model import TagModel
from bot.workflows.tag_moderation import ModerateTags
from cogs.answering import Interaction
from cogs.audit import Auditing, AuditPage
from cogs.buttons import AnyPress
from cogs.cards import Cards, DetailsPressed, DigestPagePressed, ReadingPressed
from cogs.discussing import Discussing, DiscussPressed
from cogs.error_replies import ErrorReplies
from cogs.help import Help
from cogs.integrity import INTEGRITY_BUTTONS, Integrity
from cogs.leaderboard import LEADERBOARD_BUTTONS, Leaderboard
from cogs.me import Me, MyPage
from cogs.membership import Membership
from cogs.models import Models, SearchPagePressed, ShowPressed
from cogs.privacy import ForgetPressed, Privacy
from cogs.reviews import ReviewPressed, Reviews, ReviewsPage
from cogs.server_settings import ServerSettings
from cogs.setup import OtherZone, Setup, SetupStep
from cogs.status import NoticePressed, ResumePressed, Status
from cogs.tags import TAG_BUTTONS, Tags
from cogs.voting import VOTE_BUTTONS, Voting
from cogs.watches import Watches, WatchesPage

BUTTONS: tuple[AnyPress, ...] = (
    DetailsPressed,
    DigestPagePressed,
    ReadingPressed,
    NoticePressed,
    ResumePressed,
    WatchesPage,
    SetupStep,
    OtherZone,
    DiscussPressed,
    ReviewPressed,
    ReviewsPage,
    ShowPressed,
    SearchPagePressed,
    MyPage,
    ForgetPressed,
    AuditPage,
    *INTEGRITY_BUTTONS,
    *VOTE_BUTTONS,
    *TAG_BUTTONS,
    *LEADERBOARD_BUTTONS,
)
"""Everything that can be pressed on a message of Rootstock, for ever."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the cogs' workflows need."""

    unit_of_work: UnitOfWork
    everywhere: CountEverywhere
    """What all servers that opted in think: counted once for everybody who asks this process."""
    hub: Hub
    labs: LabBook
    language: Language
    clock: Clock
    doorbell: Doorbell

    @property
    def look_up(self) -> LookUpModel:
        """The one way from what was typed to a model."""
        return LookUpModel(self.unit_of_work, self.hub, self.labs, self.clock, self.complete)

    @property
    def complete(self) -> CompleteModel:
        """What fills in, before somebody looks at a model, what only a listing has shown of it."""
        return CompleteModel(self.unit_of_work, self.hub, self.labs, self.clock)

    @property
    def suggestions(self) -> FindSuggestions:
        """What is offered while somebody types."""
        return FindSuggestions(self.unit_of_work, self.labs)


@dataclass(frozen=True, slots=True)
class Cogs:
    """What `bot.discord_bot.RootstockBot` is handed."""

    cogs: Sequence[commands.Cog]
    buttons: Sequence[AnyPress]
    on_command_failed: Callable[[Interaction, app_commands.AppCommandError], Coroutine[Any, Any, None]]


def make_cogs(parts: Parts) -> Cogs:
    """Make every cog with its workflows."""
    manage = ManageWatches(parts.unit_of_work, parts.clock, parts.doorbell, parts.labs)
    preview = PreviewWatch(parts.unit_of_work, parts.labs, parts.clock)
    setup = Setup(parts.language, SetUpServer(parts.unit_of_work, parts.clock), preview)
    reviews = _reviews(parts)
    tags = _tags(parts)
    errors = ErrorReplies(parts.language, BUTTONS, (*setup.forms, *reviews.forms, *tags.forms))
    cogs = (
        errors,
        setup,
        _watches(parts, manage, preview),
        ServerSettings(parts.language, ChangeSettings(parts.unit_of_work, parts.clock)),
        Status(parts.language, ReportStatus(parts.unit_of_work, parts.labs, parts.clock), manage),
        Help(parts.language),
        Cards(parts.language, ShowModel(parts.unit_of_work, parts.labs, parts.complete)),
        tags,
        reviews,
        Me(parts.language, ShowMine(parts.unit_of_work), parts.clock),
        _privacy(parts),
        _discussing(parts),
        _models(parts),
        _voting(parts),
        _leaderboard(parts),
        _auditing(parts),
        Integrity(parts.language, DecideIntegrity(parts.unit_of_work, parts.clock)),
        Membership(parts.language, LeaveServer(parts.unit_of_work, parts.clock)),
    )
    return Cogs(cogs, BUTTONS, errors.on_command_failed)


def _watches(parts: Parts, manage: ManageWatches, preview: PreviewWatch) -> Watches:
    return Watches(
        language=parts.language,
        labs=parts.labs,
        manage=manage,
        read_options=ReadWatchOptions(
            parts.unit_of_work,
            parts.labs,
            parts.look_up,
            FindAccounts(parts.unit_of_work, parts.hub, parts.labs, parts.clock),
            names=vocabulary_of(parts.language),
        ),
        preview=preview,
        explain=ExplainWatches(parts.unit_of_work, parts.hub, parts.labs, parts.clock),
        suggestions=parts.suggestions,
    )


def _models(parts: Parts) -> Models:
    return Models(
        language=parts.language,
        look_up=parts.look_up,
        show=ShowModel(parts.unit_of_work, parts.labs, parts.complete),
        share=ShareCard(parts.unit_of_work, parts.labs, parts.clock),
        find=FindModels(parts.unit_of_work, parts.labs, parts.language.texts_below("task.")),
        compare=CompareModels(parts.unit_of_work, parts.labs, parts.look_up),
        suggestions=parts.suggestions,
    )


def _discussing(parts: Parts) -> Discussing:
    return Discussing(
        language=parts.language,
        open_discussion=OpenDiscussion(parts.unit_of_work, parts.labs, parts.clock, parts.doorbell, parts.complete),
        memory=RememberForumTags(parts.unit_of_work),
        suggestions=parts.suggestions,
        look_up=parts.look_up,
    )


def _reviews(parts: Parts) -> Reviews:
    return Reviews(
        language=parts.language,
        review=ReviewModel(parts.unit_of_work, parts.clock, parts.doorbell),
        read=ReadReviews(parts.unit_of_work),
        suggestions=parts.suggestions,
        look_up=parts.look_up,
    )


def _voting(parts: Parts) -> Voting:
    return Voting(
        language=parts.language,
        cast_vote=CastVote(parts.unit_of_work, parts.clock),
        look_up=parts.look_up,
        show=ShowModel(parts.unit_of_work, parts.labs, parts.complete),
        suggestions=parts.suggestions,
    )


def _leaderboard(parts: Parts) -> Leaderboard:
    return Leaderboard(
        language=parts.language,
        board=ReadLeaderboard(parts.unit_of_work, parts.everywhere, parts.clock, names=vocabulary_of(parts.language)),
        history=ReadStandingHistory(parts.unit_of_work),
        schedule=ScheduleLeaderboard(parts.unit_of_work, parts.clock, parts.doorbell),
        read=ReadTags(parts.unit_of_work, parts.clock),
        suggestions=parts.suggestions,
        look_up=parts.look_up,
    )


def _auditing(parts: Parts) -> Auditing:
    audit = AuditBallots(parts.unit_of_work, parts.clock)
    return Auditing(parts.language, audit, parts.suggestions, parts.look_up)


def _privacy(parts: Parts) -> Privacy:
    return Privacy(
        language=parts.language,
        export=ExportMember(parts.unit_of_work, parts.clock),
        forget=ForgetMember(parts.unit_of_work, parts.clock, parts.doorbell),
    )


def _tags(parts: Parts) -> Tags:
    return Tags(
        language=parts.language,
        tag=TagModel(parts.unit_of_work, parts.clock),
        read=ReadTags(parts.unit_of_work, parts.clock),
        moderate=ModerateTags(parts.unit_of_work, parts.clock),
        suggestions=parts.suggestions,
        look_up=parts.look_up,
    )
